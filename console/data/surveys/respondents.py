"""Respondents of a survey: a page of them, the latest first, and one by number, CallSid or file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.context import Console
from console.data.surveys.choice import Choice
from survey.domain.result import parse_result_key, result_key
from survey.domain.results.entry import NotResultError, ResultEntry, file_entry, moment
from survey.domain.results.query import Position, ResultQuery
from survey.result_list import ResultPage, read_page
from survey.settings import ResultIndexSettings
from survey.storage import result_index
from switchboard.aws import s3
from switchboard.settings import from_environment
from switchboard.timestamps import format_iso
from tools.survey_results.respondent import parse_respondent

PAGE_SIZE: Final = 10

STATUSES: Final = {
    "": "Every outcome",
    "COMPLETED": "Completed",
    "STARTED": "Under way",
    "ABANDONED": "Dropped",
    "EXPIRED": "Expired",
    "OPTED_OUT": "Opted out",
    "NO_ANSWER": "Not answered",
    "BUSY": "Busy",
    "FAILED": "Failed",
    "CANCELED": "Canceled",
    "VOICEMAIL": "Voicemail",
}
"""Statuses of results in words; the empty one stands for all."""

KINDS: Final[Mapping[str, str]] = {
    "COMPLETED": "good",
    "STARTED": "accent",
    "OPTED_OUT": "warn",
    "EXPIRED": "warn",
}

MEDIA: Final[Mapping[str, str]] = {"sms": "text message", "voice": "call", "whatsapp": "WhatsApp"}


@dataclass(frozen=True, slots=True)
class Row:
    """A respondent's result, as a list shows it."""

    respondent: str
    status: str
    medium: str
    language: str
    started: str
    answers: int


def load_page(console: Console, choice: Choice, status: str, after: Position | None) -> ResultPage:
    """Return a page of results."""
    earliest, latest = choice.period(console.stack.now())
    return read_page(ResultQuery(choice.survey_id, earliest, latest, status or None, PAGE_SIZE, after))


def row(entry: ResultEntry) -> Row:
    """Return what a list shows of a result; fields that are not as they should be are shown as they are."""
    document = entry.document
    medium, entries = str(document.get("surveyMedium") or ""), document.get("questions")
    return Row(
        respondent=entry.respondent,
        status=entry.status,
        medium=MEDIA.get(medium, medium)[:40],
        language=str(document.get("languageSet") or "")[:40],
        started=time_words(entry.started_at),
        answers=len(entries) if isinstance(entries, list) else 0,
    )


def find(survey_id: str, words: str) -> ResultEntry | None:
    """Return a respondent's result; None if there is none in the survey, or in that of a file's key.

    Parameters
    ----------
    survey_id
    words
        A number, a CallSid, or the key of a result file.

    Raises
    ------
    ValueError
        It is none of them; the message says so.
    """
    named = parse_result_key(words.strip())
    respondent, survey_id = named or (parse_respondent(words), survey_id)
    stored = result_index.load(respondent, survey_id)
    if stored is not None:
        return result_index.with_content(stored.entry)
    # A file that the index does not have yet: `switchboard survey index-results`.
    key = result_key(respondent, survey_id)
    content = s3.read(from_environment(ResultIndexSettings).config_bucket, key)
    try:
        return None if content is None else file_entry(key, content, 0)
    except NotResultError:
        return None


def time_words(at: int) -> str:
    """Return a time as pages show it, such as ``2026-03-01 09:00:12``, in UTC."""
    return format_iso(at)[:19].replace("T", " ")


def ended_at(document: Mapping[str, Any]) -> int:
    """Return when a result says that the survey ended, in ms; 0 if it does not."""
    return moment(document.get("surveyEnded"), moment(document.get("surveyCompleted"), 0))
