"""The commands ``plan``, ``configure``, ``status`` and ``unconfigure``, one module each."""
