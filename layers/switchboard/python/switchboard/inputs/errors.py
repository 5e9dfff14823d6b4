"""One wording of what is wrong with a value, made of pydantic's errors: ``<field>: <what is wrong>``.

The field is named as the caller sent it (``numberToCall``, ``routes[3].address``). Values are never quoted.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from switchboard.errors import FieldError
from switchboard.inputs.forms import at_least

Path = tuple[str | int, ...]


class InputError(ValueError):
    """A document does not have the form that it should have.

    Attributes
    ----------
    errors : tuple[FieldError, ...]
        What is wrong, field by field; the field "" is the whole document.
    paths : tuple[Path, ...]
        Where each of the errors is, as keys and indexes.
    """

    def __init__(self, errors: Sequence[FieldError], paths: Sequence[Path]) -> None:
        super().__init__("; ".join(f"{e['field'] or 'the document'}: {e['message']}" for e in errors))
        self.errors = tuple(errors)
        self.paths = tuple(paths)


class WrongField(ValueError):
    """One field is wrong beside another: for validators of a whole model.

    Parameters
    ----------
    field : str
        As the caller names it.
    message : str
        "must not be after to".
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def input_error(error: ValidationError, document: Any) -> InputError:
    """Return pydantic's errors about a document in our own words, the first of each field."""
    found: dict[Path, str] = {}
    for details in error.errors(include_url=False, include_input=False):
        path, message = _describe(details, document)
        # pydantic counts valid entries only, so a list can be too short because of what is wrong in it.
        if details["type"] != "too_short" or not any(other[: len(path)] == path for other in found):
            found.setdefault(path, message)
    errors = [FieldError(field=dotted(path), message=message) for path, message in found.items()]
    return InputError(errors, tuple(found))


def dotted(path: Path) -> str:
    """Return a path as text, such as ``routes[3].address``; "" for the whole document."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).lstrip(".")


def _describe(details: ErrorDetails, document: Any) -> tuple[Path, str]:
    kind, context = details["type"], details.get("ctx", {})
    path = _path(details["loc"], document, missing=kind == "missing")
    if kind == "value_error":
        cause = context["error"]
        return (*path, cause.field) if isinstance(cause, WrongField) else path, str(cause)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        field = context["discriminator"].strip("'")
        missing = kind == "union_tag_not_found"
        return (*path, field), "is missing" if missing else _one_of(context["expected_tags"])
    wording = _WORDINGS.get(kind, "is not valid")
    return path, wording if isinstance(wording, str) else wording(context)


def _path(location: Sequence[str | int], document: Any, *, missing: bool) -> Path:
    """Return where an error is in the document, without the names of union members in pydantic's location."""
    path: list[str | int] = []
    value = document
    for number, part in enumerate(location):
        is_index = isinstance(value, list | tuple) and isinstance(part, int) and part < len(value)
        if is_index or (isinstance(value, Mapping) and part in value):
            value = value[part]
        elif not (missing and number == len(location) - 1):
            continue
        path.append(part)
    return tuple(path)


def _one_of(expected: str) -> str:
    names = re.findall(r"'([^']*)'", expected)
    return f"must be one of: {', '.join(names) or expected}"


_WORDINGS: Final[Mapping[str, str | Callable[[Mapping[str, Any]], str]]] = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "recursion_loop": "is nested too deeply",
    "finite_number": "must be a finite number",
    "json_invalid": "must be JSON",
    "literal_error": lambda context: _one_of(context["expected"]),
    "enum": lambda context: _one_of(context["expected"]),
    "string_too_short": lambda context: at_least(context["min_length"], "characters"),
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "too_short": lambda context: at_least(context["min_length"], "entries"),
    "too_long": lambda context: f"must have at most {context['max_length']} entries",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    **dict.fromkeys(("string_type", "string_unicode", "string_sub_type"), "must be text"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "must be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "must be a list"),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type"), "must be an object"
    ),
}
