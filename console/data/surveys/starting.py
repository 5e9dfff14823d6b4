"""Start one survey by the route that systems use: the same checks, and one start for one key."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from console.context import Console
from tools.stack.routes import Routes

_ROUTES: Final[Mapping[str, str]] = {"sms": "/sms/initiate-sms", "voice": "/voice/initiate-call"}

MEDIA: Final = {"sms": "Text message", "voice": "Call"}


@dataclass
class StartDraft:
    """What the operator has typed; kept while the form is closed.

    Attributes
    ----------
    number, medium, language, fields : str
        The fields are lines ``name=value``, which fill placeholders in the prompts.
    again : bool
        Start the survey although the person has completed it, or is taking it.
    """

    number: str = ""
    medium: str = "sms"
    language: str = ""
    fields: str = ""
    again: bool = False
    _sent: dict[str, Any] = field(default_factory=dict)
    _key: str = ""

    def request(self, survey_id: str) -> dict[str, Any]:
        """Return the body of the request.

        Raises
        ------
        ValueError
            A line of the fields is not ``name=value``.
        """
        given: dict[str, Any] = {}
        for line in filter(str.strip, self.fields.splitlines()):
            name, equals, value = line.partition("=")
            if not equals or not name.strip():
                raise ValueError("must be lines name=value")
            given[name.strip()] = value.strip()
        given |= {"To": self.number.strip(), "surveyId": survey_id, "again": self.again}
        return given | ({"defaultLanguage": self.language} if self.language else {})

    def key_of(self, request: Mapping[str, Any]) -> str:
        """Return the Idempotency-Key: the same as long as the same is asked for, until it has succeeded."""
        wanted = {**request, "medium": self.medium}
        if not self._key or wanted != self._sent:
            self._key, self._sent = uuid.uuid4().hex, wanted
        return self._key

    def succeeded(self) -> None:
        """Let the next start be another one."""
        self._key, self.number = "", ""


def start(console: Console, medium: str, request: Mapping[str, Any], key: str) -> str:
    """Start the survey, and return the SID of the message or the call.

    Raises
    ------
    tools.stack.routes.RouteRefusal
        Its errors name the fields that are wrong.
    """
    answer = Routes(console.stack).ask("POST", _ROUTES[medium], request, {"Idempotency-Key": key})
    return str(answer.get("messageSid") or answer.get("callSid") or "")
