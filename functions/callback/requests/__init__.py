"""What callers, Twilio's webhooks and its events send."""
