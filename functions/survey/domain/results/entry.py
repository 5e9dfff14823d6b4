"""Entries of the index of results: one for each result file, with what the file says.

An entry's position is the time at which its session started, so it stays while the session continues.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from survey.domain.result import parse_result_key, result_document, result_key
from survey.domain.session import DAY_MS, Session
from switchboard.timestamps import format_iso

LATEST_MS: Final = 10**14
"""A time that no result has: milliseconds since the epoch, beyond the year 5000."""


class NotResultError(ValueError):
    """A file is no result; the message says why."""


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """An entry of the index, about one result file.

    Attributes
    ----------
    respondent : str
        E.164 number, or the CallSid of a caller whose number is withheld.
    survey_id : str
        ``"default"`` for the survey at the bucket's root.
    started_at : int
        When the session started, in milliseconds since the epoch.
    version : int
        The session's version; 0 for an entry that was made from a file.
    status : str
        ``surveyStatus``; empty where a file of another application has none.
    content : str
        The result file as JSON on one line.
    """

    respondent: str
    survey_id: str
    started_at: int
    version: int
    status: str
    content: str

    @property
    def day(self) -> str:
        """The day (UTC) on which the session started, such as ``2026-03-01``."""
        return day_of(self.started_at)

    @property
    def key(self) -> str:
        """The key of the result file."""
        return result_key(self.respondent, self.survey_id)

    @property
    def document(self) -> dict[str, Any]:
        """The result file's content."""
        document: dict[str, Any] = json.loads(self.content)
        return document

    def is_older_than(self, present: "ResultEntry") -> bool:
        """Tell whether another entry of the same file says something newer.

        A respondent's later session comes after an earlier one, and a later turn of a session after an
        earlier one. So the index does not depend on the order and the repetition of events.
        """
        return (self.started_at, self.version) < (present.started_at, present.version)


def day_of(moment: int) -> str:
    """Return the day (UTC) of a time in milliseconds since the epoch."""
    return format_iso(moment - moment % DAY_MS)[:10]


def session_entry(session: Session) -> ResultEntry:
    """Return the entry for the result file that a session has now."""
    return ResultEntry(
        respondent=session.respondent,
        survey_id=session.survey_id,
        started_at=session.started_at,
        version=session.version,
        status=session.status,
        content=_one_line(result_document(session)),
    )


def file_entry(key: str, content: bytes, modified_at: int) -> ResultEntry:
    """Return the entry for a result file, whichever application wrote it.

    Parameters
    ----------
    key : str
        The file's key, which names respondent and survey.
    content : bytes
        The file.
    modified_at : int
        When it was written, in milliseconds since the epoch: its place where it does not say when it started.

    Raises
    ------
    NotResultError
        The file is no result.
    """
    named = parse_result_key(key)
    if named is None:
        raise NotResultError("its name is not a number's 7 to 15 digits and .json")
    try:
        document = json.loads(content, parse_constant=_refuse_constant)
        line = _one_line(document)
        line.encode()
    except (ValueError, RecursionError):
        raise NotResultError("it is not JSON") from None
    if not isinstance(document, dict):
        raise NotResultError("it is not a JSON object")
    status = document.get("surveyStatus")
    if not isinstance(status, str):
        raise NotResultError("it has no surveyStatus")
    respondent, survey_id = named
    return ResultEntry(
        respondent=respondent,
        survey_id=survey_id,
        started_at=moment(document.get("surveyStarted"), modified_at),
        version=0,
        status=status,
        content=line,
    )


def moment(value: object, otherwise: int) -> int:
    """Return a time of a result file in milliseconds since the epoch; `otherwise` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LATEST_MS:
        return otherwise
    return int(value)


def _one_line(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity, which are not JSON
