"""Twilio's Event Streams for all features: check each event and put it on the bus, where rules match it."""
