"""Twilio Studio in the stand-in: flows that calls go through, and the executions they leave behind."""
