"""Conversations, Interactions and Event Streams in the stand-in for Twilio."""
