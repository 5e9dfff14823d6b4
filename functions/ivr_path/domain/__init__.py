"""Values and rules: no AWS, no Twilio, no clock, no environment."""
