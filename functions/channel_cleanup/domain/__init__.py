"""What is known of a channel, and what an event changes: no AWS, no Twilio, no clock, no environment."""
