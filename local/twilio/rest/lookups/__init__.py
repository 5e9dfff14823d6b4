"""Lookup, the API that tells what Twilio knows about a phone number."""
