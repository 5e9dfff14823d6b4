"""What callers send."""
