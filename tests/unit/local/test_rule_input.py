"""A rule's target receives the event, a part of it, a constant or a filled template."""

from typing import Any

import pytest

from local.aws.rule_input import transform_input

EVENT: dict[str, Any] = {
    "id": "e1",
    "source": "sample",
    "time": "2026-07-15T10:30:00Z",
    "detail": {"id": 7, "name": 'a "quoted" name', "list": [{"x": 1}, {"x": 2}], "none": None},
}


@pytest.mark.parametrize(
    ("settings", "received"),
    [
        ({}, EVENT),
        ({"Input": '{"constant": [1]}'}, {"constant": [1]}),
        ({"InputPath": "$.detail"}, EVENT["detail"]),
        ({"InputPath": "$.detail.list[1].x"}, 2),
        ({"InputPath": "$"}, EVENT),
        ({"InputPath": "$.detail.missing"}, None),
    ],
)
def test_a_target_receives_the_event_or_the_part_that_its_input_selects(
    settings: dict[str, str], received: object
) -> None:
    assert transform_input(settings, EVENT) == received


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ('{"id": <id>, "name": <name>}', {"id": 7, "name": 'a "quoted" name'}),
        ('{"text": "<name> has id <id>"}', {"text": 'a "quoted" name has id 7'}),
        ('"only <id>"', "only 7"),
        ("<list>", [{"x": 1}, {"x": 2}]),
        ('{"text": "\\"<id>\\""}', {"text": '"7"'}),
        ('{"unknown": "<other>"}', {"unknown": "<other>"}),
        ("<aws.events.event.json>", EVENT),
    ],
)
def test_an_input_template_is_filled_from_the_event(template: str, filled: object) -> None:
    paths = {"id": "$.detail.id", "name": "$.detail.name", "list": "$.detail.list"}
    transformer = {"InputPathsMap": paths, "InputTemplate": template}
    assert transform_input({"InputTransformer": transformer}, EVENT) == filled
