"""What Flex and Twilio send: one frozen model a request."""
