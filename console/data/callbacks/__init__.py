"""Callbacks and voicemails for the console."""
