"""The life of long-lived conversations: follow their tasks, and release them after a quiet time."""
