"""SIP routes to a file and back."""
