"""What callers send: one module a request."""
