"""What tests of every room use: the platform's callers, patience, and a look at what is stored."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from local.platform import Platform
from tools.caller import FORM, Caller, Form

__all__ = ["FORM", "Caller", "Form", "empty_table", "eventually", "header_names"]

T = TypeVar("T")


def eventually(look: Callable[[], T], within: float = 30.0) -> T:
    """Call ``look`` until what it returns is true, and return that; what it last returned once time is up."""
    deadline, pause = time.monotonic() + within, 0.01
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(1.3 * pause, 0.15)  # who looks all the time slows down what is looked for
    return found


def empty_table(platform: Platform, name: str) -> None:
    """Delete every item of a table, by its name in AWS."""
    client = platform.aws.client("dynamodb")
    keys = [key["AttributeName"] for key in client.describe_table(TableName=name)["Table"]["KeySchema"]]
    for page in client.get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            client.delete_item(TableName=name, Key={key: item[key] for key in keys})


def header_names(headers: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names of headers, in lower case."""
    return {name.lower() for name, _ in headers}
