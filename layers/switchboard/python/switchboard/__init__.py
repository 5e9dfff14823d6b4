"""What the features share: who may call, what came in, what goes back, Twilio, settings, events."""
