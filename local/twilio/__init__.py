"""A stand-in for Twilio: its REST API, its webhooks and its numbers, on one machine."""
