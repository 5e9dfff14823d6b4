"""Conversations: which are open, when they are due for the clean-up, and why one was not closed."""
