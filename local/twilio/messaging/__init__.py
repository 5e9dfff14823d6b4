"""Text messages in the stand-in for Twilio."""
