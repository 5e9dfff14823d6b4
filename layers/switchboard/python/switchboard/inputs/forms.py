"""Forms of values, to annotate a Python type with: how a value is read, and its JSON schema.

``timeout: Annotated[int, WholeNumber(1, 86400)] = 86400``

Texts are read without the blanks around them, but for `Text`. A form that refuses a value never quotes it: it
may hold a phone number or a secret.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import core_schema

from switchboard.cursor import decode_cursor

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_patterns: Final[list[str]] = []
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}


def compile_patterns() -> None:
    """Compile the regular expressions of all forms, before a snapshot; otherwise the first use does it."""
    for pattern in _patterns:
        re.compile(pattern)


def at_least(number: int, noun: str) -> str:
    """Return what a text or list that is too short must be."""
    return "must not be empty" if number == 1 else f"must have at least {number} {noun}"


class Form:
    """How a value is read, and the JSON schema of what is accepted."""

    def read(self, value: Any) -> Any:
        """Return the value as the type that it has inside.

        Raises
        ------
        ValueError
            What the value must be, as a sentence without its subject: "must be …".
        """
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema (2020-12, as OpenAPI 3.1 has it) of what is accepted."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return self.json_schema()


@dataclass(frozen=True)
class Pattern(Form):
    """A text that matches a regular expression as a whole.

    Attributes
    ----------
    pattern : str
        In the dialect that Python and ECMA 262 have in common.
    message : str
        "must be …".
    description : str
        For the JSON schema.
    """

    pattern: str
    message: str
    description: str

    def __post_init__(self) -> None:
        _patterns.append(self.pattern)

    def read(self, value: Any) -> str:
        """Return the text without the blanks around it."""
        text = value.strip() if isinstance(value, str) else ""
        if not self.matches(text):
            raise ValueError(self.message)
        return text

    def matches(self, text: str) -> bool:
        """Tell whether a text has this form as it is, without blanks around it."""
        return re.fullmatch(self.pattern, text) is not None

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema, with the pattern."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "description": self.description}


_LOST_PLUS: Final = re.compile(r"^(whatsapp:)? +(?=[0-9])")


class PhoneNumber(Pattern):
    """A phone number, whose plus sign may have come as a space."""

    def read(self, value: Any) -> str:
        """Return the number with its plus sign."""
        # A plus sign that was not encoded arrives in a form or a query string as a space.
        return super().read(_LOST_PLUS.sub(r"\1+", value) if isinstance(value, str) else value)


class Sid(Pattern):
    """A SID: one of the prefixes, or any two capital letters, and 32 hex digits."""

    def __init__(self, *prefixes: str) -> None:
        start = " or ".join(prefixes) or "two capital letters"
        alternatives = prefixes[0] if len(prefixes) == 1 else f"(?:{'|'.join(prefixes)})"
        super().__init__(
            f"{alternatives if prefixes else '[A-Z]{2}'}[0-9a-fA-F]{{32}}",
            f"must be a SID: {start} and 32 hex digits",
            f"A SID: {start} and 32 hex digits.",
        )


@dataclass(frozen=True)
class Text(Form):
    """A text of at most so many characters, kept as it is unless the blanks around it are stripped."""

    max_length: int
    strip: bool = False
    min_length: int = 0

    def read(self, value: Any) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise ValueError("must be text")  # noqa: TRY004  # pydantic collects ValueErrors
        text = value.strip() if self.strip else value
        if len(text) > self.max_length:
            raise ValueError(f"must have at most {self.max_length} characters")
        if len(text) < self.min_length:
            raise ValueError(at_least(self.min_length, "characters"))
        return text

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema, with the length."""
        schema = {"type": "string", "maxLength": self.max_length}
        return {**schema, "minLength": self.min_length} if self.min_length else schema


@dataclass(frozen=True)
class WholeNumber(Form):
    """A whole number in a range: digits with or without a minus sign, or a JSON number without a fraction.

    Not accepted: 1.0, +5, 1e3, yes, true. Where `digits_as_text` is False, only a JSON number is.
    """

    low: int
    high: int
    digits_as_text: bool = True

    def read(self, value: Any) -> int:
        """Return the number."""
        number = None
        if isinstance(value, int) and not isinstance(value, bool):
            number = value
        elif self.digits_as_text and isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
            number = int(value)
        if number is None or not self.low <= number <= self.high:
            quotes = ", without quotation marks" if isinstance(value, str) and not self.digits_as_text else ""
            raise ValueError(f"must be a whole number from {self.low} to {self.high}{quotes}")
        return number

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema, with the range; digits as text are accepted beside it."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class FlagForm(Form):
    """true, false, 1, 0 in any case, as text or in JSON."""

    def read(self, value: Any) -> bool:
        """Return the truth value."""
        if isinstance(value, bool):
            return value
        text = str(value).strip().lower() if isinstance(value, str | int) else ""
        if text not in _FLAGS:
            raise ValueError("must be true or false")
        return _FLAGS[text]

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class JsonObject(Form):
    """A JSON object, given as one or as its text; at most so many characters of compact JSON."""

    max_length: int

    def read(self, value: Any) -> dict[str, Any]:
        """Return the object."""
        try:
            found = json.loads(value) if isinstance(value, str) else value
            length = len(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
        except (ValueError, TypeError, RecursionError):
            found, length = None, 0
        if not isinstance(found, dict):
            raise ValueError("must be a JSON object")  # noqa: TRY004  # pydantic collects ValueErrors
        if length > self.max_length:
            raise ValueError(f"must have at most {self.max_length} characters")
        return found

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema; the object's text is accepted beside it."""
        return {"type": "object", "additionalProperties": True}


class CursorForm(Form):
    """The cursor of the page before, as the fields that it was made of."""

    def read(self, value: Any) -> tuple[str, ...]:
        """Return the fields."""
        return tuple(decode_cursor(value if isinstance(value, str) else ""))

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        return {"type": "string", "description": "The `cursor` of the page before."}


class OrNone:
    """Read a value that does not fit as None, where a request is not refused for it.

    ``call_duration: Annotated[int | None, WholeNumber(0, 86400), OrNone()] = None``
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler(source))

    @staticmethod
    def _read(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
        try:
            return read(value)
        except ValidationError:
            return None
