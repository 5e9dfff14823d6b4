"""Requests as handlers get them: the caller is authenticated and the body decoded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


class Params(Mapping[str, str]):
    """Names and values of a query string or form, read-only.

    A name may repeat: subscription gives the last value, `getlist` all of them in the order sent. Blank
    values are kept, because Twilio signs them.

    Parameters
    ----------
    pairs : Iterable[tuple[str, str]]
        Decoded names and values.
    """

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        # Names only: values hold numbers and what people wrote, and a repr ends up in logs.
        return f"Params({', '.join(self._values)})"

    def getlist(self, name: str) -> list[str]:
        """Return every value of a name, in the order sent; an empty list if there is none."""
        return list(self._values.get(name, ()))

    def overlaid(self, other: "Params") -> "Params":
        """Return these params and another's; where both have a name, the other's values count."""
        merged = Params()
        merged._values = {**self._values, **other._values}  # noqa: SLF001  # another of the same class
        return merged


@dataclass(frozen=True)
class Caller:
    """The authenticated caller.

    Attributes
    ----------
    kind : {"twilio", "flex", "key"}
        Which proof was accepted.
    identity : str or None
        A Flex user's identity.
    roles : tuple[str, ...]
        A Flex user's roles, such as "agent" or "admin".
    worker_sid : str or None
        A Flex user's TaskRouter worker (WK…).
    key_id : str or None
        Which API key: the beginning of its SHA-256, so that no log and no table holds the key.
    """

    kind: Literal["twilio", "flex", "key"]
    identity: str | None = None
    roles: tuple[str, ...] = ()
    worker_sid: str | None = None
    key_id: str | None = None


@dataclass(frozen=True)
class Request:
    """An HTTP request from a known caller.

    Attributes
    ----------
    method, path : str
        "POST", "/voice/survey".
    url : str
        The public URL, as Twilio signed it.
    headers : Mapping[str, str]
        Lower-case names.
    query, form : Params
        As decoded from the query string and from a form body.
    json : Any or None
        A JSON body.
    params : Params
        Query, form and the scalars at the top of a JSON object in one; the body wins over the query.
    path_parameters : Mapping[str, str]
        What the route's {placeholders} stood for.
    caller : Caller
        Who is asking.
    idempotency_token : str or None
        ``I-Twilio-Idempotency-Token``: the same on every retry of one webhook.
    request_id : str
        API Gateway's id of the request.
    """

    method: str
    path: str
    url: str
    headers: Mapping[str, str]
    query: Params
    form: Params
    json: Any | None
    params: Params
    caller: Caller
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    idempotency_token: str | None = None
    request_id: str = ""
