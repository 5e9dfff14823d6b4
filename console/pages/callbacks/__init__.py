"""Callbacks: the open callbacks and voicemails, their places, messages and recordings."""
