"""What people run: the `switchboard` command and its parts."""
