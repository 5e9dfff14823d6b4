"""What callers send: requests, Twilio's webhooks, and events, as models."""
