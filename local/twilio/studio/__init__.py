"""Twilio Studio in the stand-in: flows, and the executions of calls through them."""
