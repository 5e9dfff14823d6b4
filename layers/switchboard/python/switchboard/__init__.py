"""What the features share: requests and replies, authenticators, AWS, Twilio, settings, events, logs."""
