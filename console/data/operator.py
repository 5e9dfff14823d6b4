"""Who works with the console, for what others read in a history."""

import getpass


def operator() -> str:
    """Return by whose identity the console saves and publishes."""
    try:
        return f"console: {getpass.getuser()}"
    except (OSError, KeyError):  # a user without a name
        return "console"
