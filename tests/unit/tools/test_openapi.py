"""docs/openapi.yaml is up to date and complete, and described by the docstrings of the code."""

from importlib import import_module
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, Field

from local.lambda_runtime.environment import PROJECT_ROOT
from local.template.application import Application
from local.template.document import Template
from switchboard.inputs.forms import WholeNumber
from switchboard.inputs.model import EventModel, RequestModel
from switchboard.inputs.types import E164
from tests.command import switchboard
from tools.openapi import document
from tools.openapi.command import DOCUMENT
from tools.openapi.operation import Operation, ReplyModel
from tools.openapi.schemas import schemas_of
from tools.openapi.security import callers, requirements

APPLICATION = Application(Template(PROJECT_ROOT / "template.yaml"))
OPERATIONS = {
    key: operation for feature in document.FEATURES for key, operation in feature.operations.items()
}
FUNCTIONS = sorted({route.function for route in APPLICATION.routes})


def test_the_document_is_what_the_code_says_now(tmp_path: Any) -> None:
    written = tmp_path / "openapi.yaml"
    assert switchboard("openapi", str(written)).code == 0
    assert written.read_text(encoding="utf-8") == DOCUMENT.read_text(encoding="utf-8"), "run make openapi"


def test_a_place_where_the_document_cannot_be_written_is_named_in_one_line(tmp_path: Any) -> None:
    missing = tmp_path / "missing" / "openapi.yaml"
    done = switchboard("openapi", missing)
    assert (done.code, done.err) == (1, f"{missing}: cannot be written: No such file or directory\n")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_reads_the_models_by_which_its_routes_are_described(function: str) -> None:
    module = import_module(APPLICATION.functions[function].handler.rpartition(".")[0])
    read = {
        value for value in vars(module).values() if isinstance(value, type) and issubclass(value, EventModel)
    }
    operations = [OPERATIONS[route.key] for route in APPLICATION.routes if route.function == function]
    described = {
        model
        for one in operations
        for model in (one.fields, one.query)
        if model and issubclass(model, EventModel)
    }
    assert read == described


@pytest.mark.parametrize("described", [{}, {**OPERATIONS, "GET /nowhere": Operation("Nothing", {})}])
def test_a_route_that_is_only_in_the_template_or_only_in_the_tables_is_an_error(
    monkeypatch: pytest.MonkeyPatch, described: dict[str, Operation]
) -> None:
    feature = document.FEATURES[0]
    monkeypatch.setattr(document, "FEATURES", [type(feature)(feature.tag, "", "", described)])
    with pytest.raises(LookupError, match=r"GET /nowhere|POST /sms/webhook"):
        document.openapi()


class Callback(RequestModel):
    """A request for a callback.

    It may hold a voicemail.

    Attributes
    ----------
    number_to_call, number : str
        Whom to call.
    timeout : int
        Seconds, as ``TaskRouter`` counts them.
    """

    number_to_call: E164
    number: E164 | None = None
    timeout: Annotated[int, WholeNumber(1, 100)] = 60
    recording_sid: str | None = Field(None, validation_alias=AliasChoices("RecordingSid", "recordingSid"))


class Task(ReplyModel):
    """A task."""

    sid: str | None
    message: str = ""


def test_a_request_is_described_by_its_docstring_with_the_names_that_callers_use() -> None:
    schema = schemas_of([(Callback, "validation")])["Callback"]
    number = {"type": "string", "pattern": r"^(?:\+[0-9]{7,15})$"}
    assert schema == {
        "type": "object",
        "description": "A request for a callback.\n\nIt may hold a voicemail.",
        "required": ["numberToCall"],
        "properties": {
            "numberToCall": {**number, "description": "Whom to call. A phone number in E.164 form."},
            "number": {**number, "description": "Whom to call. A phone number in E.164 form."},
            "timeout": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100,
                "default": 60,
                "description": "Seconds, as `TaskRouter` counts them.",
            },
            "RecordingSid": {"type": "string", "description": "Also read: `recordingSid`."},
        },
    }


def test_a_field_of_an_answer_may_be_null_or_absent_as_its_model_says() -> None:
    schema = schemas_of([(Task, "serialization")])["Task"]
    assert schema["required"] == ["sid"]
    assert schema["properties"] == {"sid": {"type": ["string", "null"]}, "message": {"type": "string"}}


def test_an_authenticator_of_a_new_kind_must_be_described() -> None:
    class Certificate:
        order = 3

        def check(self, raw: Any) -> Any: ...

        def prepare(self) -> None: ...

    for describe in (requirements, callers):
        with pytest.raises(TypeError, match="is not described"):
            describe([Certificate()])
