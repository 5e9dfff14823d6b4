"""Where Flex's configuration names this deployment's domain.

https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api
"""

import copy
from typing import Any

from tools.configure.resources.resource import Resource, State
from tools.flex_configuration import update_flex_configuration

_FIELD = "value"


class FlexField(Resource):
    """A field of the Flex configuration; its key is its path below ``ui_attributes``.

    A field that is not set has the value ``{"absent": n}``, where n is how many of the objects around it
    exist, so that those that the command has made can be taken away again.
    """

    kind = "flex"

    @property
    def title(self) -> str:
        """The field."""
        return f"Flex configuration, ui_attributes.{self.key}"

    def read(self) -> State | None:
        """Return the field's value; the configuration itself always exists."""
        return {_FIELD: _get(self._attributes(), self.key.split("."))}

    def show(self, field: str, value: Any) -> str:
        """Return a value."""
        return "(not set)" if _depth(value) is not None else super().show(field, value)

    def apply(self, present: State | None, fields: State) -> None:  # noqa: ARG002
        """Set or take away the field; an update replaces ``ui_attributes``, so the rest is sent, too."""
        attributes = copy.deepcopy(self._attributes())
        _put(attributes, self.key.split("."), fields[_FIELD])
        update_flex_configuration(self.stack.twilio, self.stack.account_sid, ui_attributes=attributes)

    def remove(self, fields: State) -> None:
        """Refuse: the command does not create the configuration."""
        raise NotImplementedError

    def _attributes(self) -> dict[str, Any]:
        return dict(self.stack.twilio.flex_api.v1.configuration().fetch().ui_attributes or {})


def flex_value(value: str) -> State:
    """Return the field that should have a value."""
    return {_FIELD: value}


def _depth(value: Any) -> int | None:
    """Return how many objects around an absent field exist; None for a value that is set."""
    is_absent = isinstance(value, dict) and set(value) == {"absent"}
    return int(value["absent"]) if is_absent else None


def _get(attributes: Any, names: list[str]) -> Any:
    value = attributes
    for depth, name in enumerate(names):
        if not isinstance(value, dict) or name not in value:
            return {"absent": depth}
        value = value[name]
    return value


def _put(attributes: dict[str, Any], names: list[str], value: Any) -> None:
    depth = _depth(value)
    *around, last = names
    objects = [attributes]
    for name in around:
        inner = objects[-1].get(name)
        if not isinstance(inner, dict):
            if depth is not None:
                return
            inner = objects[-1][name] = {}
        objects.append(inner)
    if depth is None:
        objects[-1][last] = value
        return
    objects[-1].pop(last, None)
    for level in range(len(around), depth, -1):
        if not objects[level]:
            del objects[level - 1][around[level - 1]]
