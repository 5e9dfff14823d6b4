"""Callbacks and voicemails as TaskRouter tasks, and the wait experience that offers them."""
