"""Twilio's Event Streams, for all features: checked here, then put on the bus, where each picks its own."""
