"""``switchboard run``: the platform on this machine, and its console in a process of its own."""
