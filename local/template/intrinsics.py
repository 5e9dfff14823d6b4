"""Resolving CloudFormation's intrinsic functions against local parameter values and local names."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")
_NO_VALUE = object()


class UnresolvedError(ValueError):
    """A template value that cannot be known on one machine; the message names it."""


class Intrinsics:
    """Replaces ``Ref``, ``Fn::Sub``, ``Fn::GetAtt``, ``Fn::If`` and the like by their values.

    Parameters
    ----------
    parameters
        Values of template parameters and pseudo parameters (``AWS::Region`` …).
    conditions
        The template's ``Conditions`` section.
    mappings
        The template's ``Mappings`` section.
    attribute
        ``attribute(logical_id, name)`` gives a resource's attribute; name ``"Ref"`` gives what Ref returns.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
    """

    def __init__(
        self,
        parameters: Mapping[str, Any],
        conditions: Mapping[str, Any],
        mappings: Mapping[str, Any],
        attribute: Callable[[str, str], str],
    ) -> None:
        self._parameters = parameters
        self._conditions = conditions
        self._mappings = mappings
        self._attribute = attribute
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::Sub": self._sub,
            "Fn::GetAtt": self._get_att,
            "Fn::If": self._if,
            "Fn::Join": lambda value: str(self.resolve(value[0])).join(map(str, self.resolve(value[1]))),
            "Fn::Select": lambda value: self.resolve(value[1])[int(self.resolve(value[0]))],
            "Fn::Split": lambda value: str(self.resolve(value[1])).split(self.resolve(value[0])),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Equals": lambda value: str(self.resolve(value[0])) == str(self.resolve(value[1])),
            "Fn::Not": lambda value: not self.resolve(value[0]),
            "Fn::And": lambda value: all(self.resolve(item) for item in value),
            "Fn::Or": lambda value: any(self.resolve(item) for item in value),
        }

    def resolve(self, value: Any) -> Any:
        """Return the value with every intrinsic function inside it replaced.

        Raises
        ------
        UnresolvedError
            If it refers to something that neither the parameters nor the resources know.
        """
        if isinstance(value, Mapping):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                # A lone "Condition" key is the reference of a condition only where its value is a name.
                if name in self._functions and (name != "Condition" or argument in self._conditions):
                    return self._functions[name](argument)
            resolved = {key: self.resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not _NO_VALUE}
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        return value

    def condition(self, name: str | None) -> bool:
        """Return whether a resource with this ``Condition`` is created."""
        return name is None or bool(self._condition(name))

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._parameters:
            return self._parameters[name]
        return self._attribute(name, "Ref")

    def _condition(self, name: str) -> Any:
        if name not in self._conditions:
            raise UnresolvedError(f"the template has no condition {name}")
        return self.resolve(self._conditions[name])

    def _get_att(self, value: str | list[str]) -> str:
        resource, _, name = value.partition(".") if isinstance(value, str) else (value[0], "", value[1])
        return self._attribute(resource, name)

    def _sub(self, value: str | list[Any]) -> str:
        text, variables = (value, {}) if isinstance(value, str) else (value[0], self.resolve(value[1]))

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in variables:
                return str(variables[name])
            found = self._get_att(name) if "." in name else self._ref(name)
            return ",".join(found) if isinstance(found, list) else str(found)

        return _PLACEHOLDER.sub(replace, text)

    def _if(self, value: list[Any]) -> Any:
        return self.resolve(value[1] if self._condition(value[0]) else value[2])

    def _find_in_map(self, value: list[Any]) -> Any:
        name, first, second = (self.resolve(item) for item in value[:3])
        try:
            return self.resolve(self._mappings[name][first][second])
        except KeyError:
            raise UnresolvedError(f"the template has no mapping {name}.{first}.{second}") from None
