"""The SSM parameters of a rotation: secrets, and how far it has come."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tools.deploy.account import API_KEYS, AUTH_TOKEN
from tools.stack.stack import Stack

PREVIOUS_AUTH_TOKEN = "twilio-auth-token-previous"  # a parameter's name
ROTATION = "auth-token-rotation"

__all__ = ["API_KEYS", "AUTH_TOKEN", "PREVIOUS_AUTH_TOKEN", "ROTATION", "Parameters", "Step"]


@dataclass(frozen=True)
class Step:
    """How far a rotation has come.

    Attributes
    ----------
    name : str
    since : int
        When the step began, ms since the epoch.
    """

    name: str
    since: int


class Parameters:
    """Reads and writes the parameters of a stack.

    Parameters
    ----------
    stack
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._ssm = stack.client("ssm")

    def get(self, secret: str) -> str:
        """Return a secret; "" where there is no such parameter."""
        return self._stack.secret(secret) or ""

    def put(self, secret: str, value: str) -> None:
        """Put a secret in place of the one before."""
        name = self._stack.parameter_name(secret)
        self._ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def delete(self, secret: str) -> None:
        """Delete a parameter; one that is not there is no error."""
        self._ssm.delete_parameters(Names=[self._stack.parameter_name(secret)])

    def step(self) -> Step | None:
        """Return how far the rotation has come; None where none is under way."""
        try:
            found = self._ssm.get_parameter(Name=self._stack.parameter_name(ROTATION))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise
        stored: dict[str, Any] = json.loads(found["Parameter"]["Value"])
        return Step(str(stored["step"]), int(stored["since"]))

    def set_step(self, name: str) -> Step:
        """Store that a step has begun."""
        step = Step(name, self._stack.now())
        self._ssm.put_parameter(
            Name=self._stack.parameter_name(ROTATION),
            Value=json.dumps({"step": step.name, "since": step.since}),
            Type="String",
            Overwrite=True,
        )
        return step
