"""The template's parameters: what each takes, and which of them only the operator can know."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SECRETS: Final[Mapping[str, str]] = {"ForwardSecret": "ForwardUrl"}
"""A parameter that is never stored → the parameter that makes it needed."""

ASKED_ONCE: Final = ("MessagingSender", "CallerId")
"""Parameters that may be empty but hardly ever are: asked for once, Enter leaves them out."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of the template.

    Parameters
    ----------
    name, kind, description
        As the template writes them; the kind is CloudFormation's type, such as ``Number``.
    default
        None where a value must be given.
    pattern
        What the whole value must match; empty takes anything.
    choices
        Values that are taken; empty takes anything.
    smallest, largest
        Bounds of a number; None where there is none.
    """

    name: str
    kind: str
    description: str
    default: str | None
    pattern: str
    choices: tuple[str, ...]
    smallest: float | None
    largest: float | None

    def problem(self, value: str) -> str | None:
        """Return what CloudFormation would refuse in a value, as ``<name> <what is wrong>``, or None."""
        if self.choices and value not in self.choices:
            return f"{self.name} must be one of {', '.join(choice or '(empty)' for choice in self.choices)}"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"{self.name} must look like {self.pattern}"
        return self._number_problem(value) if self.kind == "Number" else None

    def _number_problem(self, value: str) -> str | None:
        try:
            number = float(value)
        except ValueError:
            return f"{self.name} must be a number"
        if self.smallest is not None and number < self.smallest:
            return f"{self.name} must be at least {self.smallest:g}"
        if self.largest is not None and number > self.largest:
            return f"{self.name} must be at most {self.largest:g}"
        return None


def read_parameters(template: Path) -> dict[str, Parameter]:
    """Return a template's parameters by name, in its order."""
    from local.template.document import parse_template

    return as_parameters(parse_template(template.read_text(encoding="utf-8")).get("Parameters", {}))


def as_parameters(written: Mapping[str, Mapping[str, Any]]) -> dict[str, Parameter]:
    """Return the parameters of a template's ``Parameters`` section."""
    return {name: _parameter(name, definition) for name, definition in written.items()}


def _parameter(name: str, definition: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        kind=definition["Type"],
        description=str(definition.get("Description", "")),
        default=str(definition["Default"]) if "Default" in definition else None,
        pattern=definition.get("AllowedPattern", ""),
        choices=tuple(map(str, definition.get("AllowedValues", ()))),
        smallest=definition.get("MinValue"),
        largest=definition.get("MaxValue"),
    )


def parse_assignments(assignments: Iterable[str]) -> dict[str, str]:
    """Return ``Name=value`` arguments by name.

    Raises
    ------
    ValueError
        One has no ``=``.
    """
    found: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ValueError(f"{assignment} must be Name=value")
        found[name.strip()] = value.strip()
    return found


def problems(parameters: Mapping[str, Parameter], values: Mapping[str, str]) -> list[str]:
    """Return everything that is wrong with values for a template's parameters."""
    found = []
    for name, value in values.items():
        if name not in parameters:
            found.append(f"{name} is no parameter of the template")
        elif name in SECRETS:
            found.append(f"{name} is a secret and not kept: set the environment variable {variable(name)}")
        elif problem := parameters[name].problem(value):
            found.append(problem)
    return found


def variable(name: str) -> str:
    """Return the environment variable that gives a parameter: ``TWILIO_ACCOUNT_SID`` for TwilioAccountSid."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()
