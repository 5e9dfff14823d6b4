"""Assembly of a call's path: ask every source, write one record, announce it once it is complete."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ivr_path import studio_api
from ivr_path.domain.call_path import CallPath
from ivr_path.domain.execution import Execution
from ivr_path.domain.path_document import to_document
from ivr_path.domain.step import merge_steps
from ivr_path.events import CALL_RECORDED, SOURCE
from ivr_path.settings import settings
from ivr_path.storage import bucket, paths, studio_reports
from ivr_path.storage.path_item import PathItem, format_steps
from switchboard.aws.conditional import WriteConflict, retry_on_conflict
from switchboard.bus import BYTES_PER_REQUEST, publish, size
from switchboard.log import count, logger

# DynamoDB takes 400 KB an item and the bus 256 KB an event; names and the record's other fields need some.
_LARGE_CONTEXT: Final = 180_000
_LARGE_STEPS: Final = 150_000
_TRIES: Final = 5


class IncompletePathError(Exception):
    """A part of the path is missing and may be there later. The message says which."""


@dataclass(frozen=True, slots=True)
class AssemblyOptions:
    """Options for a path that stays incomplete.

    Attributes
    ----------
    end_abandoned : bool
        Whether to end executions that an ended call has left for another flow. The redirect of its status
        callback went to its last flow, so Studio does not learn that the call has left the others.
    accept_ongoing_call : bool
        Whether to record the path of a call that has not ended although its flow has.
    """

    end_abandoned: bool = False
    accept_ongoing_call: bool = False


def assemble_path(call_sid: str, options: AssemblyOptions) -> None:
    """Record a call's path as far as it is known, and announce it if it is complete.

    Idempotent, and safe to run concurrently.

    Raises
    ------
    IncompletePathError
        A part is missing and may be there later.
    """
    try:
        retry_on_conflict(lambda: _assemble(call_sid, options), _TRIES)
    except WriteConflict:
        raise IncompletePathError("concurrent requests keep writing the record") from None


def _assemble(call_sid: str, options: AssemblyOptions) -> None:
    before = paths.load(call_sid)
    if before is None or not before.has_flow:
        # A later link or event starts another attempt.
        logger.info("No flow has claimed the call")
        return
    path, missing = _collect(before, options)
    path = replace(path, is_recorded=path.is_recorded or not missing)
    digest, overflow = _save(before, path)
    if missing:
        raise IncompletePathError("; ".join(missing))
    if before.announced != digest:
        _announce(to_document(path), digest, overflow)


def _collect(before: PathItem, options: AssemblyOptions) -> tuple[CallPath, list[str]]:
    """Return the path with what Studio and Twilio report of it, and what is missing."""
    path = bucket.load_overflow(before)
    missing: list[str] = []
    if not path.executions and before.flow_hint:
        path = _with_found_execution(path, before.flow_hint, before.began_at, missing)
    for execution in path.sorted_executions():
        path = path.merge_fields(steps=merge_steps(studio_reports.read_steps(execution.sid)))
        if execution.sid in path.widgets:
            continue  # an ended execution does not change
        is_abandoned = path.call.has_ended and execution.sid != path.sorted_executions()[-1].sid
        try:
            run = _read_run(execution, end=options.end_abandoned and is_abandoned)
        except studio_api.NotReadyError as reason:
            missing.append(f"{execution.sid}: {reason}")
            continue
        if run is not None:
            path = path.merge_fields(
                executions={execution.sid: run.execution},
                steps=merge_steps(run.steps),
                widgets={execution.sid: run.widgets},
            )
        elif execution.ended_at is None:
            missing.append(f"{execution.sid}: Studio does not know the execution")
    return _with_call(path, missing, options), missing


def _read_run(execution: Execution, *, end: bool) -> studio_api.Run | None:
    try:
        return studio_api.read_run(execution.flow_sid, execution.sid)
    except studio_api.StillActiveError:
        if not end:
            raise
    logger.info("An execution that its call has left is ended", extra={"execution_sid": execution.sid})
    studio_api.end_execution(execution.flow_sid, execution.sid)
    return studio_api.read_run(execution.flow_sid, execution.sid)


def _with_found_execution(path: CallPath, flow_sid: str, began_at: int, missing: list[str]) -> CallPath:
    """Look for the execution of a call whose flow is known by its number only."""
    try:
        execution = studio_api.find_execution(flow_sid, path.call_sid, began_at)
    except studio_api.NotReadyError as reason:
        missing.append(str(reason))
        return path
    if execution is None:
        missing.append(f"{flow_sid} has no execution of the call")
        return path
    return path.merge_fields(executions={execution.sid: execution})


def _with_call(path: CallPath, missing: list[str], options: AssemblyOptions) -> CallPath:
    """Ask Twilio about a call whose end no callback has reported."""
    if path.call.has_ended and path.call.from_ is not None:
        return path
    try:
        call = studio_api.read_call(path.call_sid)
    except studio_api.NotReadyError as reason:
        missing.append(str(reason))
        return path
    if call is None:
        return path
    if not call.has_ended and not options.accept_ongoing_call:
        missing.append("the call is going on")
    return path.merge_fields(call=call)


def _save(before: PathItem, path: CallPath) -> tuple[str, str | None]:
    """Write the record if it differs from the stored one; return its digest and the key of its context."""
    digest = hashlib.sha256(
        json.dumps(to_document(path), sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    if digest == before.digest:
        return digest, before.overflow
    widgets = json.dumps(path.widgets, ensure_ascii=False, separators=(",", ":"))
    steps = format_steps(path.steps)
    content = paths.Content(digest, steps, widgets)
    if len(widgets.encode()) > _LARGE_CONTEXT or len(steps.encode()) > _LARGE_STEPS:
        large: dict[str, Any] = {"widgets": path.widgets}
        if len(steps.encode()) > _LARGE_STEPS:
            large["steps"], steps = json.loads(steps), "[]"
        content = paths.Content(digest, steps, "{}", bucket.write_overflow(path.call_sid, digest, large))
    paths.save(before, path, content)
    return digest, content.overflow


def _announce(document: Mapping[str, Any], digest: str, overflow: str | None) -> None:
    """Archive and publish a complete record. After a crash in between, the next attempt does both again."""
    if settings().archive_ivr_paths:
        bucket.write_archive(document)
    publish(SOURCE, CALL_RECORDED, _fit_event(document, overflow))
    paths.mark_announced(document["callSid"], digest)
    count("PathRecorded")
    logger.info("The path is recorded", extra={"started_at": document["startedAt"]})


def _fit_event(document: Mapping[str, Any], overflow: str | None) -> dict[str, Any]:
    """Return a record as an event can carry it: ``largeObject`` is where the parts are that are too large."""
    detail = dict(document)
    if overflow is not None:
        detail |= {"widgets": None, "largeObject": f"s3://{settings().ivr_bucket}/{overflow}"}
    if size(CALL_RECORDED, detail) > BYTES_PER_REQUEST:
        detail["steps"] = None
    return detail
