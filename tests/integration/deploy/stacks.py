"""Stacks and change sets as CloudFormation keeps them, and how it reads a template."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tools.deploy.parameters import Parameter, as_parameters

ACCOUNT_ID = "555555555555"
"""An account of its own: moto keeps accounts for the whole process, and other tests have theirs."""


class Refused(Exception):
    """What CloudFormation answers with a ValidationError."""


@dataclass
class ChangeSet:
    """What a stack is to become."""

    name: str
    template: Mapping[str, Any]
    resources: Mapping[str, Any]
    values: Mapping[str, str]
    changes: list[tuple[str, str, str]]
    tags: Mapping[str, str]

    @property
    def status(self) -> str:
        return "CREATE_COMPLETE" if self.changes else "FAILED"


@dataclass
class Stack:
    """A stack as it stands."""

    name: str
    status: str = "REVIEW_IN_PROGRESS"
    resources: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    template: Mapping[str, Any] = field(default_factory=dict)
    events: list[tuple[str, str, str, float]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"arn:aws:cloudformation:eu-west-1:{ACCOUNT_ID}:stack/{self.name}/1"


def checked_values(
    template: Mapping[str, Any], given: Iterable[Mapping[str, str]], before: Mapping[str, str]
) -> dict[str, str]:
    """Return the values of a template's parameters, refusing what CloudFormation refuses."""
    parameters: Mapping[str, Parameter] = as_parameters(template.get("Parameters", {}))
    chosen = {
        item["ParameterKey"]: before[item["ParameterKey"]]
        if item.get("UsePreviousValue") == "true"
        else item["ParameterValue"]
        for item in given
    }
    if unknown := sorted(set(chosen) - set(parameters)):
        raise Refused(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {name: chosen.get(name, item.default) for name, item in parameters.items()}
    if missing := [name for name, value in values.items() if value is None]:
        raise Refused(f"Parameters: [{', '.join(missing)}] must have values")
    known = {name: value for name, value in values.items() if value is not None}
    for name, value in known.items():
        if problem := parameters[name].problem(value):
            raise Refused(problem)
    return known


@cache
def expand(template: str, values: tuple[tuple[str, str], ...], region: str) -> Mapping[str, Any]:
    """Return a template's resources with those of SAM as CloudFormation's own."""
    session = boto3.Session(region_name=region)
    expanded = Translator({}, Parser(), boto_session=session).translate(json.loads(template), dict(values))
    resources: Mapping[str, Any] = expanded["Resources"]
    return resources
