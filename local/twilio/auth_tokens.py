"""The account's auth tokens: the primary, which signs webhooks, and while they are rotated a secondary.

https://www.twilio.com/docs/iam/api/authtoken, https://www.twilio.com/docs/iam/api/secondary_authtoken
"""

import secrets
import threading


class AuthTokens:
    """The auth tokens of an account; REST requests are accepted with either.

    Parameters
    ----------
    primary
        The one that the account begins with.
    """

    def __init__(self, primary: str) -> None:
        self._lock = threading.Lock()
        self.primary = primary
        self.secondary = ""

    def accepted(self) -> tuple[str, ...]:
        """Return the tokens that REST requests may bring."""
        with self._lock:
            return tuple(token for token in (self.primary, self.secondary) if token)

    def create_secondary(self) -> str:
        """Make a secondary token and return it; "" where there is one already."""
        with self._lock:
            if self.secondary:
                return ""
            self.secondary = secrets.token_hex(16)
            return self.secondary

    def delete_secondary(self) -> bool:
        """Delete the secondary token; returns whether there was one."""
        with self._lock:
            existed = bool(self.secondary)
            self.secondary = ""
            return existed

    def promote(self) -> str:
        """Make the secondary token the primary, which is gone at once; "" where there is no secondary."""
        with self._lock:
            promoted, self.secondary = self.secondary, ""
            self.primary = promoted or self.primary
            return promoted
