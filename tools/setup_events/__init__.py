"""Registers Switchboard with Twilio's Event Streams."""
