"""Secrets in SSM: where functions read them, and nothing else keeps them.

The record holds a secret's version, of which Parameter Store keeps the last hundred
(https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tools.configure.resources.resource import ConfigureError, Resource, State

if TYPE_CHECKING:
    from tools.stack.stack import Stack

_FIELD = "version"


class Secret(Resource):
    """An SSM SecureString; its key is the last part of its name.

    Parameters
    ----------
    stack, key
        As for every resource.
    value
        Returns the value to put, empty where the present one is to stay.
    """

    kind = "secret"

    def __init__(self, stack: "Stack", key: str, value: Callable[[], str] | None = None) -> None:
        super().__init__(stack, key)
        self._value = value

    @property
    def title(self) -> str:
        """The parameter."""
        return f"secret {self.stack.parameter_name(self.key)}"

    def read(self) -> State | None:
        """Return the version; None where the parameter is missing."""
        found = self._get(self.stack.parameter_name(self.key))
        return None if found is None else {_FIELD: int(found["Version"])}

    def wanted(self, present: State | None) -> State:
        """Return the next version where there is a value to put, else the present one."""
        if self._value is None:
            return {}
        if self._value():
            now = self._get(self.stack.parameter_name(self.key)) if present else None
            if now is None or now["Value"] != self._value():
                return {_FIELD: (present[_FIELD] if present else 0) + 1}
        return present or {}

    def show(self, field: str, value: Any) -> str:  # noqa: ARG002
        """Return the version, never the value."""
        return "(missing)" if value is None else f"version {value} (not shown)"

    def apply(self, present: State | None, fields: State) -> None:
        """Put the new value, or that of an older version."""
        name = self.stack.parameter_name(self.key)
        now = present[_FIELD] if present else 0
        if fields[_FIELD] > now:
            value = self._value() if self._value else ""
        else:
            older = self._get(f"{name}:{fields[_FIELD]}")
            if older is None:
                raise ConfigureError(f"{self.title}: SSM keeps version {fields[_FIELD]} no longer")
            value = older["Value"]
        overwrite: dict[str, Any] = {"Overwrite": True} if present else {}
        self.stack.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", **overwrite)

    def remove(self, fields: State) -> None:  # noqa: ARG002
        """Delete the parameter."""
        self.stack.client("ssm").delete_parameter(Name=self.stack.parameter_name(self.key))

    def _get(self, name: str) -> dict[str, Any] | None:
        try:
            answer = self.stack.client("ssm").get_parameter(Name=name, WithDecryption=True)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"ParameterNotFound", "ParameterVersionNotFound"}:
                return None
            raise
        found: dict[str, Any] = answer["Parameter"]
        return found
