"""A phone in the terminal, for a running local platform."""
