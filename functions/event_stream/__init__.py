"""Twilio's Event Streams for all features: each event is checked and put on the bus, where rules match it."""
