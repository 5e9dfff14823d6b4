"""What is said about a route beside what template.yaml and its handler say themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from switchboard.inputs.model import camel_case

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
TWIML: Final = "text/xml"


class ReplyModel(BaseModel):
    """A JSON object that is answered, in camelCase. A field with a default may be absent."""

    model_config = ConfigDict(alias_generator=camel_case, serialize_by_alias=True)


@dataclass(frozen=True)
class Response:
    """An answer.

    Attributes
    ----------
    description : str
        When it is given.
    content : Mapping[str, type or None]
        The model of the body, by media type; None where there is no schema to it. Empty: no body.
    headers : Mapping[str, str]
        What its headers say.
    """

    description: str
    content: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """What is said about a route.

    Attributes
    ----------
    summary : str
        What it does, in a few words.
    responses : Mapping[int, Response]
        By status, without those that every endpoint can give.
    fields : type or None
        What the caller sends: in the body, or in the query string where the method is GET.
    query : type or None
        What the URL of a POST carries beside the body.
    path : Mapping[str, Any]
        The annotated type of each path parameter.
    headers : Mapping[str, str]
        Request headers that mean something here.
    media_types : tuple[str, ...]
        What the body may be.
    description : str
        Markdown.
    """

    summary: str
    responses: Mapping[int, Response]
    fields: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    path: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    media_types: tuple[str, ...] = (FORM, JSON)
    description: str = ""


@dataclass(frozen=True)
class Feature:
    """A feature's part of the document.

    Attributes
    ----------
    tag, description : str
        Its heading, and what stands below.
    page : str
        Its page in docs/.
    operations : Mapping[str, Operation]
        By route, such as "POST /sms/webhook".
    """

    tag: str
    description: str
    page: str
    operations: Mapping[str, Operation]


def json_response(description: str, model: type[BaseModel]) -> Response:
    """Return a response with a JSON object."""
    return Response(description, {JSON: model})


def twiml_response(description: str) -> Response:
    """Return a response with TwiML."""
    return Response(description, {TWIML: None})


def redirect_response(description: str) -> Response:
    """Return a response that leads elsewhere."""
    return Response(description, headers={"Location": "Where to go on."})
