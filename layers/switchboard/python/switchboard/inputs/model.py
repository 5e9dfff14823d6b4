"""Frozen models of requests, events, stored documents and files, and how they are read."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel, to_pascal

from switchboard.errors import BadRequest, FieldError
from switchboard.http.request import Request
from switchboard.inputs.errors import InputError, input_error

JAVASCRIPT_ABSENT = frozenset({"", "undefined", "null"})
"""What JavaScript makes of a value that is not there, once it is part of a URL."""


def camel_case(name: str) -> str:
    """Return ``numberToCall`` for ``number_to_call``, ``from`` for ``from_``."""
    return to_camel(name.rstrip("_"))


def pascal_case(name: str) -> str:
    """Return ``CallSid`` for ``call_sid``, ``From`` for ``from_``."""
    return to_pascal(name.rstrip("_"))


class EventModel(BaseModel):
    """An event's detail or a stored document, in camelCase: unknown fields are ignored, null means absent.

    Attributes
    ----------
    absent : frozenset[str]
        Texts that mean that a field has no value, blanks around them left out.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=camel_case,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )
    absent: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse types that pydantic reads too generously: it takes "yes" for a bool, "1.0" for an int."""
        super().__pydantic_init_subclass__(**kwargs)
        for name, field in cls.model_fields.items():
            generous = {int, int | None, bool, bool | None, float, float | None}
            if not field.metadata and field.annotation in generous:
                raise TypeError(f"{cls.__name__}.{name}: annotate it with WholeNumber, Flag or Strict")

    @model_validator(mode="before")
    @classmethod
    def _drop_absent(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        absent = cls.absent
        return {
            name: value
            for name, value in values.items()
            if value is not None and not (isinstance(value, str) and absent and value.strip() in absent)
        }


class ConfigModel(EventModel):
    """A file that an operator writes, or a part of it. See `switchboard.inputs.files`."""


class RequestModel(EventModel):
    """A request, named in camelCase: a blank value counts as absent."""

    absent: ClassVar[frozenset[str]] = frozenset({""})


class WebhookModel(RequestModel):
    """A webhook of Twilio's, named in PascalCase: CallSid, From."""

    model_config = ConfigDict(alias_generator=pascal_case)


M = TypeVar("M", bound=EventModel)


def read(model: type[M], values: Mapping[str, Any]) -> M:
    """Return the request that a form, a query string or a JSON object holds.

    Raises
    ------
    BadRequest
        With everything that is wrong, field by field.
    """
    try:
        return parse(model, values)
    except InputError as error:
        errors = [FieldError(field=e["field"] or "body", message=e["message"]) for e in error.errors]
        raise BadRequest.about(*errors) from None


def read_request(model: type[M], request: Request) -> M:
    """Return the request that a JSON object with its types, else a form, holds; the query string counts, too.

    Raises
    ------
    BadRequest
        With everything that is wrong, or the body is JSON and not an object.
    """
    if isinstance(request.json, dict):
        # What is absent from the body hides nothing of the query.
        present = {name: value for name, value in request.json.items() if value is not None and value != ""}
        return read(model, {**request.query, **present})
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # The JSON document null is no body to the layer; a form is not JSON.
    if request.json is not None or media_type.endswith("json"):
        raise BadRequest.about_part("body", "must be a JSON object")
    return read(model, request.params)


def parse(model: type[M], document: Any) -> M:
    """Return the event, stored document or file's content that a JSON document holds.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise input_error(error, document) from None
