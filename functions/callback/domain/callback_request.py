"""A request to be called back, as its parameters ask for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

DEFAULT_TIMEOUT: Final = 86400
LONGEST_TIMEOUT: Final = 1_209_600
"""Two weeks, the longest that TaskRouter keeps a task (https://www.twilio.com/docs/taskrouter/api/task)."""

HIGHEST_PRIORITY: Final = 2**31 - 1
MOST_ATTEMPTS: Final = 1000
LONGEST_MESSAGE: Final = 2000
LONGEST_TRANSCRIPTION: Final = 4000
"""Characters. A task's attributes are small; who reads more listens to the recording."""

_E164: Final = re.compile(r"\+[0-9]{7,15}")
_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_URL: Final = re.compile(r"https?://[^\s]{1,2000}")
# What JavaScript makes of a date that it turns into text, as the older Flex plugin does.
_JAVASCRIPT_DATE: Final = re.compile(
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT[+-]\d{4}( \([^)]{1,60}\))?"
)
# What JavaScript makes of a value that is not there, once it is part of a URL.
_ABSENT: Final = frozenset({"", "undefined", "null"})


@dataclass(frozen=True)
class CallbackRequest:
    """A request for a callback, or for a callback with a voicemail.

    Attributes
    ----------
    number_to_call, number_to_call_from : str
        E.164: the person, and the number of ours that they called.
    flow_execution_sid, workflow_sid, conversation_id, message : str or None
    timeout : int
        Seconds that the task may wait.
    priority, attempts : int
    received_at : str or None
        When the person asked, as it was sent.
    recording_sid, recording_url, transcription_sid, transcription_text : str or None
        The voicemail.
    is_deleted : bool
    task_channel : str
        Unique name or SID.
    """

    number_to_call: str
    number_to_call_from: str
    flow_execution_sid: str | None = None
    workflow_sid: str | None = None
    timeout: int = DEFAULT_TIMEOUT
    priority: int = 0
    attempts: int = 0
    conversation_id: str | None = None
    message: str | None = None
    received_at: str | None = None
    recording_sid: str | None = None
    recording_url: str | None = None
    transcription_sid: str | None = None
    transcription_text: str | None = None
    is_deleted: bool = False
    task_channel: str = "voice"


class InvalidRequestError(Exception):
    """Parameters that cannot be understood.

    Parameters
    ----------
    problems : Mapping[str, str]
        What is wrong, by the name of the parameter.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


def parse_request(params: Mapping[str, str]) -> CallbackRequest:
    """Return the request that parameters ask for; every value is a text, and unknown names are left alone.

    Raises
    ------
    InvalidRequestError
        With everything that is wrong.
    """
    read = _Reader(params)
    request = CallbackRequest(
        number_to_call=read.number("numberToCall"),
        number_to_call_from=read.number("numberToCallFrom"),
        flow_execution_sid=read.sid("flexFlowSid"),
        workflow_sid=read.sid("workflowSid", "WW"),
        timeout=read.whole_number("timeout", 1, LONGEST_TIMEOUT) or DEFAULT_TIMEOUT,
        priority=read.whole_number("priority", 0, HIGHEST_PRIORITY) or 0,
        attempts=read.whole_number("attempts", 0, MOST_ATTEMPTS) or 0,
        conversation_id=read.text("conversation_id", 256),
        message=read.text("message", LONGEST_MESSAGE),
        received_at=read.moment("utcDateTimeReceived"),
        recording_sid=read.sid("RecordingSid", "RE", older="recordingSid"),
        recording_url=read.url("RecordingUrl", older="recordingUrl"),
        transcription_sid=read.sid("TranscriptionSid", "TR", older="transcriptSid"),
        transcription_text=_shortened(read.value("TranscriptionText", "transcriptText")),
        is_deleted=read.boolean("isDeleted"),
        task_channel=read.name("taskChannel") or "voice",
    )
    if read.problems:
        raise InvalidRequestError(read.problems)
    return request


def is_task_sid(text: str) -> bool:
    """Tell whether a text is the SID of a task."""
    return _SID.fullmatch(text) is not None and text.startswith("WT")


def is_number(text: str) -> bool:
    """Tell whether a text is a phone number in E.164 form."""
    return _E164.fullmatch(text) is not None


def _shortened(text: str | None) -> str | None:
    # A transcription that is refused for its length would be lost: nobody reads the answer to its callback.
    if text is None or len(text) <= LONGEST_TRANSCRIPTION:
        return text
    return text[: LONGEST_TRANSCRIPTION - 1] + "…"


class _Reader:
    """Reads parameters and collects what is wrong with them."""

    def __init__(self, params: Mapping[str, str]) -> None:
        self._params = params
        self.problems: dict[str, str] = {}

    def value(self, name: str, older: str = "") -> str | None:
        """Return a parameter under its name or the one that older Flex plugins give it."""
        for key in (name, older):
            value = self._params.get(key, "")
            if value.strip() not in _ABSENT:
                return value
        return None

    def number(self, name: str) -> str:
        value = self.value(name)
        if value is None:
            self.problems[name] = "is missing"
            return ""
        # A plus sign that was not encoded arrives in a query string as a space.
        number = "+" + value.strip() if value.startswith(" ") else value.strip()
        return self._matching(name, number, is_number, "must be a phone number in E.164 form") or ""

    def sid(self, name: str, prefix: str = "", older: str = "") -> str | None:
        value = self.value(name, older)
        kind = f"must be a SID: {prefix or 'two capital letters'} and 32 hexadecimal digits"
        return self._matching(name, value, lambda text: _is_sid(text, prefix), kind)

    def url(self, name: str, older: str) -> str | None:
        value = self.value(name, older)
        return self._matching(name, value, lambda text: bool(_URL.fullmatch(text)), "must be a URL")

    def name(self, name: str) -> str | None:
        text = "must be a task channel's unique name or SID"
        return self._matching(name, self.value(name), lambda value: bool(_NAME.fullmatch(value)), text)

    def moment(self, name: str) -> str | None:
        return self._matching(name, self.value(name), _is_moment, "must be a date and time in ISO 8601")

    def text(self, name: str, longest: int) -> str | None:
        problem = f"must have at most {longest} characters"
        return self._matching(name, self.value(name), lambda text: len(text) <= longest, problem)

    def whole_number(self, name: str, lowest: int, highest: int) -> int | None:
        def fits(text: str) -> bool:
            digits = text.strip()
            is_whole = digits.isascii() and digits.isdigit() and len(digits) <= 10
            return is_whole and lowest <= int(digits) <= highest

        problem = f"must be a whole number from {lowest} to {highest}"
        found = self._matching(name, self.value(name), fits, problem)
        return None if found is None else int(found)

    def boolean(self, name: str) -> bool:
        words = {"true": True, "1": True, "false": False, "0": False}
        value = self.value(name)
        found = self._matching(
            name, value, lambda text: text.strip().lower() in words, "must be true or false"
        )
        return words[found.strip().lower()] if found is not None else False

    def _matching(
        self, name: str, value: str | None, fits: Callable[[str], bool], problem: str
    ) -> str | None:
        if value is None:
            return None
        if not fits(value):
            self.problems[name] = problem
            return None
        return value


def _is_sid(text: str, prefix: str) -> bool:
    return _SID.fullmatch(text) is not None and text.startswith(prefix)


def _is_moment(text: str) -> bool:
    if len(text) > 128:
        return False
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return _JAVASCRIPT_DATE.fullmatch(text.strip()) is not None
    return True
