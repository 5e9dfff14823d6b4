"""One call, by its SID or by a number: in the table, in the archive, and as Twilio remembers it.

https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from console.context import Console
from console.data.call_paths.archive import Archive
from console.data.call_paths.selection import days_between
from console.data.call_paths.timeline import Timeline, to_timeline
from console.refusal import REFUSALS, explain
from ivr_path.path_reader import read_document
from switchboard.inputs.forms import Sid
from switchboard.inputs.types import PHONE_NUMBER
from switchboard.twilio.outcome import none_if_missing
from tools.ivr_report.journey import NO_RECORD, Journey, to_journey
from tools.ivr_report.records import BATCH, Record, read_calls
from tools.stack.stack import StackError

if TYPE_CHECKING:
    from datetime import datetime

CALL_SID: Final = Sid("CA")
_ADDRESSES: Final = ("sip:", "client:")
_MOST_CALLS: Final = 50
"""Of a number, each as caller and as the called."""
_THREADS: Final = 16
_NO_RECORD: Final = "the archive has something else than a record of a call under"
_DAY_MS: Final = 86_400_000
_BETWEEN_DIGITS: Final = str.maketrans("", "", " ()-./\N{NO-BREAK SPACE}")


@dataclass(frozen=True)
class Found:
    """The calls of a number.

    Attributes
    ----------
    calls : Sequence[Journey]
        Those whose path is known, newest first.
    without : int
        How many more calls Twilio knows of, of which no path is known.
    refusal : str
        Why Twilio or the archive could not be asked; empty where they could.
    """

    calls: Sequence[Journey]
    without: int
    refusal: str = ""


def parse_wanted(text: str) -> str:
    """Return what a person looks for: a call's SID, a number in E.164 form, or a SIP or client address.

    Raises
    ------
    ValueError
        It is none of them; the message says what it must be.
    """
    wanted = text.strip()
    if CALL_SID.matches(wanted) or (wanted.startswith(_ADDRESSES) and len(wanted) <= 255):
        return wanted
    try:
        return PHONE_NUMBER.read(wanted.translate(_BETWEEN_DIGITS))
    except ValueError:
        raise ValueError(
            "must be a call's SID (CA and 32 hex digits), a number with + and country code, or sip:…"
        ) from None


def load_record(console: Console, call_sid: str) -> Record | None:
    """Return a call's record, with its widgets' data; None where neither table nor archive has one.

    Raises
    ------
    tools.stack.stack.StackError
        What is archived under its SID is no record of a call.
    """
    if record := read_document(call_sid):
        return record
    with ThreadPoolExecutor(_THREADS, "call-paths") as threads:
        archive = Archive(console, threads)
        try:
            call = none_if_missing(_calls(console)(call_sid).fetch)
        except REFUSALS:
            call = None  # then every day is looked at
        found = archive.find({call_sid: _days(call) or archive.days()})
    if call_sid in found and found[call_sid] is None:
        raise StackError(f"{_NO_RECORD} {call_sid}")
    return found.get(call_sid)


def load_timeline(console: Console, call_sid: str) -> Timeline | None:
    """Return a call's path as a time line, or what `load_record` returns or raises instead."""
    record = load_record(console, call_sid)
    try:
        return to_timeline(record) if record else None
    except NO_RECORD:
        raise StackError(f"{_NO_RECORD} {call_sid}") from None


def find_calls(console: Console, number: str, seen: Iterable[Journey]) -> Found:
    """Return the calls from and to a number.

    Parameters
    ----------
    console
    number
        As `parse_wanted` returned it.
    seen
        Calls that have been read; those of the number are among the result.
    """
    calls, refusal = _at_twilio(console, number)
    found = {one.call_sid: one for one in seen if number in {one.caller, one.called}}
    unseen = [sid for sid in calls if sid not in found]
    client, table = console.stack.client("dynamodb"), console.stack.physical("IvrPaths")
    for start in range(0, len(unseen), BATCH):
        records = read_calls(client, table, unseen[start : start + BATCH], console.stack.now())
        found |= {one.call_sid: one for one in map(to_journey, records)}
    days = {sid: _days(calls[sid]) for sid in unseen if sid not in found}
    with ThreadPoolExecutor(_THREADS, "call-paths") as threads:
        try:
            archived = Archive(console, threads).find(days)
        except REFUSALS as error:
            refusal = refusal or explain(error)
        else:
            found |= {sid: to_journey(record) for sid, record in archived.items() if record}
    newest_first = sorted(found.values(), key=lambda one: one.started_at, reverse=True)
    return Found(newest_first, sum(sid not in found for sid in calls), refusal)


def _at_twilio(console: Console, number: str) -> tuple[Mapping[str, Any], str]:
    """Return the latest calls from and to a number, and why Twilio refused to tell them."""
    calls: dict[str, Any] = {}
    try:
        for end in ({"from_": number}, {"to": number}):
            listed = _calls(console).list(limit=_MOST_CALLS, page_size=_MOST_CALLS, **end)
            calls |= {str(call.sid): call for call in listed}
    except REFUSALS as error:
        return calls, explain(error)
    return calls, ""


def _calls(console: Console) -> Any:
    return console.stack.twilio.api.v2010.accounts(console.stack.account_sid).calls


def _days(call: Any) -> list[str]:
    """Return the days under which Twilio's call may be archived: it may come to Studio after midnight."""
    began: datetime | None = call.start_time if call else None
    if began is None:
        return []
    moment = int(began.timestamp() * 1000)
    return days_between(moment - 60_000, moment + _DAY_MS // 2)
