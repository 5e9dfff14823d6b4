"""What happened to a channel, and its state: no AWS, no Twilio, no clock, no environment."""
