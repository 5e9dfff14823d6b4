"""Fields of a request into a typed model, and the forms that numbers and SIDs have.

Importing this costs little: pydantic is loaded when a model is first parsed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from switchboard.errors import BadRequest, FieldError

if TYPE_CHECKING:
    from pydantic import BaseModel, GetCoreSchemaHandler
    from pydantic_core import CoreSchema

Model = TypeVar("Model", bound="BaseModel")

_E164 = re.compile(r"\+[0-9]{7,15}")
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


def is_e164(text: str) -> bool:
    """Tell whether a text is a phone number in E.164 form: "+" and 7 to 15 digits."""
    return _E164.fullmatch(text) is not None


def is_sid(text: str, *prefixes: str) -> bool:
    """Tell whether a text is a SID: two capital letters, one of the prefixes if any, and 32 hex digits."""
    return _SID.fullmatch(text) is not None and (not prefixes or text[:2] in prefixes)


@dataclass(frozen=True)
class _Form:
    """A pydantic constraint: a text for which `holds` is true."""

    holds: Callable[[str], bool]
    message: str

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, text: str) -> str:
        if not self.holds(text):
            raise ValueError(self.message)
        return text


def _sid(*prefixes: str) -> _Form:
    return _Form(
        lambda text: is_sid(text, *prefixes),
        f"must be a SID: {' or '.join(prefixes) or 'two capital letters'} and 32 hexadecimal digits",
    )


E164 = Annotated[str, _Form(is_e164, "must be a phone number in E.164 form: + and 7 to 15 digits")]

Sid = Annotated[str, _sid()]
AccountSid = Annotated[str, _sid("AC")]
CallSid = Annotated[str, _sid("CA")]
ConversationSid = Annotated[str, _sid("CH")]
ExecutionSid = Annotated[str, _sid("FN")]
FlowSid = Annotated[str, _sid("FW")]
MessageSid = Annotated[str, _sid("SM", "MM")]
MessagingServiceSid = Annotated[str, _sid("MG")]
QueueSid = Annotated[str, _sid("QU")]
RecordingSid = Annotated[str, _sid("RE")]
ReservationSid = Annotated[str, _sid("WR")]
TaskQueueSid = Annotated[str, _sid("WQ")]
TaskSid = Annotated[str, _sid("WT")]
TranscriptionSid = Annotated[str, _sid("TR")]
WorkerSid = Annotated[str, _sid("WK")]
WorkflowSid = Annotated[str, _sid("WW")]
WorkspaceSid = Annotated[str, _sid("WS")]


def parse(model: type[Model], params: Mapping[str, Any]) -> Model:
    """Return a model filled from a request's fields.

    Parameters
    ----------
    model : type[BaseModel]
        A pydantic model; fields that it does not name are ignored unless it says otherwise.
    params : Mapping[str, Any]
        Usually ``request.params``.

    Raises
    ------
    BadRequest
        With one entry in ``errors`` per thing that is wrong. What was sent is not repeated.

    Example
    -------
        >>> class Invitation(BaseModel):
        ...     To: E164
        >>> parse(Invitation, {"To": "5550123"})
        Traceback (most recent call last):
        switchboard.errors.BadRequest: To: must be a phone number in E.164 form: + and 7 to 15 digits
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(dict(params))
    except ValidationError as error:
        errors = [
            FieldError(
                field=".".join(str(part) for part in problem["loc"]),
                message=problem["msg"].removeprefix("Value error, "),
            )
            for problem in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    raise BadRequest.about(*errors)
