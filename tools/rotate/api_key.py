"""Rotation of the API key: the new one beside the old one, and later the new one alone."""

import secrets

from switchboard.http.auth import key_id
from tools.rotate.parameters import API_KEYS, Parameters
from tools.stack.stack import Stack, StackError


class ApiKeyRotation:
    """The rotation of a stack's API key.

    Parameters
    ----------
    stack
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._parameters = Parameters(stack)

    def keys(self) -> list[str]:
        """Return the keys that are accepted, the oldest first."""
        return [key.strip() for key in self._parameters.get(API_KEYS).split(",") if key.strip()]

    def add(self) -> None:
        """Put a random key beside the one that there is.

        Raises
        ------
        StackError
            There are two already, or none.
        """
        keys = self.keys()
        name = self._stack.parameter_name(API_KEYS)
        if len(keys) > 1:
            raise StackError(f"{name} has two keys: move your callers to the second, then pass --finish")
        if not keys:
            raise StackError(f"{name} is missing: `switchboard configure` makes a key")
        self._parameters.put(API_KEYS, f"{keys[0]},{secrets.token_hex(32)}")

    def minutes_since_use(self, *, of_new: bool = False) -> int | None:
        """Return how long ago the old or the new key started something; None for two days and more.

        What it reads is not counted (switchboard.http.auth.rate_limit).

        Raises
        ------
        StackError
            There is no old key beside a new one.
        """
        key = self._two_keys()[-1 if of_new else 0]
        answer = self._stack.client("dynamodb").get_item(
            TableName=self._stack.physical("RateLimits"), Key={"id": {"S": key_id(key.encode())}}
        )
        minute = answer.get("Item", {}).get("minute", {}).get("N")
        return None if minute is None else max(0, self._stack.now() // 60_000 - int(minute))

    def finish(self) -> None:
        """Leave the newer of two keys alone.

        Raises
        ------
        StackError
            There is no old key beside a new one.
        """
        self._parameters.put(API_KEYS, self._two_keys()[-1])

    def abort(self) -> None:
        """Leave the older of two keys alone.

        Raises
        ------
        StackError
            There is no new key beside an old one.
        """
        self._parameters.put(API_KEYS, self._two_keys()[0])

    def _two_keys(self) -> list[str]:
        keys = self.keys()
        if len(keys) != 2:
            name = self._stack.parameter_name(API_KEYS)
            raise StackError(
                f"{name} has {len(keys)} key{'s' * (len(keys) > 1)}: there is nothing to finish or abandon"
            )
        return keys
