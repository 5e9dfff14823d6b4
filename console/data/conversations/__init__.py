"""Conversations and outbound messages for the console."""
