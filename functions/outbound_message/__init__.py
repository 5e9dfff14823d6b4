"""Messages that agents and systems start."""
