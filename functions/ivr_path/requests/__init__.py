"""Models of requests, webhooks and events."""
