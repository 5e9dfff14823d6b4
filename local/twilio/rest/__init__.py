"""Twilio's REST API in the stand-in: one module per resource."""
