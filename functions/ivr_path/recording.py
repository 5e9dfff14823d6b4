"""Recording a call's path: gather what everybody knows, write one record, announce it once it is whole."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ivr_path import studio_api
from ivr_path.domain.call_path import Facts, record
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step, joined
from ivr_path.events import RECORDED, SOURCE
from ivr_path.settings import settings
from ivr_path.storage import bucket, paths
from ivr_path.storage.path_item import Stored, steps_text
from ivr_path.storage.paths import Content
from ivr_path.storage.table import ConditionFailed
from switchboard.bus import BYTES_PER_REQUEST, publish, size
from switchboard.log import count, logger

# DynamoDB takes 400 KB an item and the bus 256 KB an event; names and the record's other fields need some.
_LARGE_CONTEXT: Final = 180_000
_LARGE_STEPS: Final = 150_000
_CONFLICTS: Final = 5


class Incomplete(Exception):
    """The path is not whole yet. The message says what is missing."""


def record_path(call_sid: str, *, end_left_behind: bool = False, is_last_try: bool = False) -> None:
    """Record a call's path as far as it is known, and announce it if it is whole.

    Doing it again changes nothing, and several may do it at once.

    Parameters
    ----------
    call_sid : str
    end_left_behind : bool
        Whether to end executions that a call which is over has left for another flow. The redirect of its
        status callback went to its last flow; nobody tells Studio that the others have ended too.
    is_last_try : bool
        Whether to settle for a call that is still going on although its flow has ended.

    Raises
    ------
    Incomplete
        Something is missing that may be there later.
    """
    for _ in range(_CONFLICTS):
        before = paths.find(call_sid)
        if before is None or not before.is_known:
            # A link or an event that comes later will say so, and lead here again.
            logger.info("No flow has claimed the call", extra={"call_sid": call_sid})
            return
        facts, missing = _gathered(before, end_left_behind=end_left_behind, is_last_try=is_last_try)
        facts = replace(facts, is_recorded=facts.is_recorded or not missing)
        try:
            digest, overflow = _kept(before, facts)
        except ConditionFailed:
            logger.info("Somebody else wrote to the record meanwhile", extra={"call_sid": call_sid})
            continue
        if missing:
            raise Incomplete("; ".join(missing))
        if before.announced != digest:
            _announce(record(facts), digest, overflow)
        return
    raise Incomplete("the record is written to all the time")


def whole(known: Stored) -> Facts:
    """Return a call's facts with what lies in the bucket."""
    if known.overflow is None:
        return known.facts
    content = bucket.get_overflow(known.overflow)
    steps = [Step(*row) for row in content.get("steps", [])]
    return replace(
        known.facts,
        steps=joined(known.facts.steps.values(), steps),
        widgets=content.get("widgets", {}),
    )


def _gathered(before: Stored, *, end_left_behind: bool, is_last_try: bool) -> tuple[Facts, list[str]]:
    facts = whole(before)
    missing: list[str] = []
    if not facts.executions and before.flow_hint:
        facts = _found(facts, before.flow_hint, before.began, missing)
    for execution in facts.in_order():
        facts = facts.join(_with(facts, steps=joined(paths.kept_steps(execution.sid))))
        if execution.sid in facts.widgets:
            continue  # an ended execution does not change
        is_left = facts.call.is_over and execution.sid != facts.in_order()[-1].sid
        try:
            run = _run(execution, end=end_left_behind and is_left)
        except studio_api.NotYet as reason:
            missing.append(f"{execution.sid}: {reason}")
            continue
        if run is not None:
            facts = facts.join(
                _with(
                    facts,
                    executions={execution.sid: run.execution},
                    steps=joined(run.steps),
                    widgets={execution.sid: run.widgets},
                )
            )
        elif execution.ended_at is None:
            missing.append(f"{execution.sid}: Studio does not know it")
    return _with_call(facts, missing, is_last_try=is_last_try), missing


def _run(execution: Execution, *, end: bool) -> studio_api.Run | None:
    try:
        return studio_api.read_run(execution.flow_sid, execution.sid)
    except studio_api.StillActive:
        if not end:
            raise
    logger.info("An execution that its call has left is ended", extra={"execution_sid": execution.sid})
    studio_api.end_execution(execution.flow_sid, execution.sid)
    return studio_api.read_run(execution.flow_sid, execution.sid)


def _found(facts: Facts, flow_sid: str, began: int, missing: list[str]) -> Facts:
    """Look for the execution of a call whose flow is known by its number only."""
    try:
        execution = studio_api.find_execution(flow_sid, facts.call_sid, began)
    except studio_api.NotYet as reason:
        missing.append(str(reason))
        return facts
    if execution is None:
        missing.append(f"{flow_sid} has no execution of the call")
        return facts
    return facts.join(_with(facts, executions={execution.sid: execution}))


def _with_call(facts: Facts, missing: list[str], *, is_last_try: bool) -> Facts:
    """Ask Twilio about a call of whose end no callback has told."""
    if facts.call.is_over and facts.call.from_ is not None:
        return facts
    try:
        call = studio_api.read_call(facts.call_sid)
    except studio_api.NotYet as reason:
        missing.append(str(reason))
        return facts
    if call is None:
        return facts
    if not call.is_over and not is_last_try:
        missing.append("the call is going on")
    return facts.join(_with(facts, call=call))


def _with(facts: Facts, **fields: Any) -> Facts:
    return Facts(facts.call_sid, facts.first_seen, **fields)


def _kept(before: Stored, facts: Facts) -> tuple[str, str | None]:
    """Write the record if it differs from what is there; return its digest and where its context lies."""
    digest = hashlib.sha256(
        json.dumps(record(facts), sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    if digest == before.digest:
        return digest, before.overflow
    widgets = json.dumps(facts.widgets, ensure_ascii=False, separators=(",", ":"))
    steps = steps_text(facts.steps)
    content = Content(digest, steps, widgets)
    if len(widgets.encode()) > _LARGE_CONTEXT or len(steps.encode()) > _LARGE_STEPS:
        large: dict[str, Any] = {"widgets": facts.widgets}
        if len(steps.encode()) > _LARGE_STEPS:
            large["steps"], steps = json.loads(steps), "[]"
        content = Content(digest, steps, "{}", bucket.put_overflow(facts.call_sid, digest, large))
    paths.save(before, facts, content)
    return digest, content.overflow


def _announce(document: Mapping[str, Any], digest: str, overflow: str | None) -> None:
    """Archive a whole record and put it on the bus; a crash on the way leads here again."""
    call_sid = document["callSid"]
    if settings().archive_ivr_paths:
        bucket.archive(document)
    publish(SOURCE, RECORDED, _fitting(document, overflow))
    paths.mark_announced(call_sid, digest)
    count("PathRecorded")
    logger.info("The path is recorded", extra={"call_sid": call_sid, "started_at": document["startedAt"]})


def _fitting(document: Mapping[str, Any], overflow: str | None) -> dict[str, Any]:
    """Return a record as an event can carry it: what is too large stays where ``largeObject`` says."""
    detail = dict(document)
    if overflow is not None:
        detail |= {"widgets": None, "largeObject": f"s3://{settings().ivr_bucket}/{overflow}"}
    if size(RECORDED, detail) > BYTES_PER_REQUEST:
        detail["steps"] = None
    return detail
