"""Calls in the stand-in for Twilio, and the TwiML engine that carries them out."""
