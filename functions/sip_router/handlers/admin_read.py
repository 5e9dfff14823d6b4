"""POST /admin/list, /admin/versions, /admin/diff, /admin/test: the map and its history, for any Flex user."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sip_router.domain.address import user_part
from sip_router.domain.answer import twiml_for
from sip_router.domain.decision import decide
from sip_router.domain.diff import difference
from sip_router.domain.route_table import Routes
from sip_router.domain.validation import check_map
from sip_router.sizes import admin_endpoint
from sip_router.storage import versions
from sip_router.storage.selection import select, select_latest
from switchboard.auth import FlexToken
from switchboard.errors import BadRequest, FieldError, NotFound, PayloadTooLarge
from switchboard.reply import Reply, json_reply
from switchboard.request import Request

MAX_PAGE = 100
# Lambda hands over at most 6 MB; small answers are not worth packing.
MAX_ANSWER_BYTES = 5 * 1024 * 1024
PACK_FROM_BYTES = 64 * 1024


def _handle(request: Request) -> Reply:
    """Answer one of the four questions, by the last part of the path."""
    answer = _ANSWERS.get(request.path.rpartition("/")[2])
    if answer is None:
        raise NotFound
    return _packed(json_reply(answer(request)), request)


handler = admin_endpoint(FlexToken(), "diff", _handle)


def _list(request: Request) -> dict[str, Any]:
    """Return the newest map, live or not, as the older plugin knows it; or the version that is asked for."""
    selected = select(request.params.get("version", "latest"))
    return {
        "data": selected.data,
        "version": selected.version.sid,
        "versionIsDeployed": selected.is_live(),
    }


def _versions(request: Request) -> dict[str, Any]:
    """Return a page of history: ``{"items": […], "cursor": …}``, newest first."""
    limit = _whole_number(request, "limit", 20, MAX_PAGE)
    before = _whole_number(request, "cursor", None, 2**48)
    found = list(versions.history(limit or MAX_PAGE, before))
    if not found and before is None:
        found = [select_latest().version]
    more = len(found) == limit and found[-1].number > 1
    return {
        "items": [version.public() for version in found],
        "cursor": str(found[-1].number) if more else None,
    }


def _diff(request: Request) -> dict[str, Any]:
    """Return what changes from one version to another, or to a map that is not saved."""
    before = select(request.params.get("from", "live"))
    body = request.json if isinstance(request.json, dict) else {}
    if "data" in body:
        errors = check_map(body["data"])
        if errors:
            raise BadRequest("The map is not in order.", errors)
        return {"from": before.version.sid, "to": None, **difference(before.data, body["data"])}
    if "data" in request.params:
        raise _wrong("data", "is needed as JSON: send the body as application/json")
    after = select(request.params.get("to", "latest"))
    return {"from": before.version.sid, "to": after.version.sid, **difference(before.data, after.data)}


def _test(request: Request) -> dict[str, Any]:
    """Return what would happen to a call, without one."""
    to = request.params.get("address") or request.params.get("To")
    if not to:
        raise _wrong("address", "is needed: a SIP URI or an address")
    at = _moment(request)
    selected = select(request.params.get("version", "live"))
    match = Routes(selected.data).match(user_part(to))
    decision = decide(match.route(), at, request.params.get("CallSid", ""))
    return {
        "version": selected.version.sid,
        "address": user_part(to),
        "at": at.isoformat(),
        "match": match.kind,
        "route": match.raw,
        "open": decision.is_open,
        "type": decision.destination.type,
        "destination": decision.destination.destination,
        "fallback": (
            {"type": decision.fallback.type, "destination": decision.fallback.destination}
            if decision.fallback
            else None
        ),
        "twiml": twiml_for(decision),
    }


_ANSWERS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "list": _list,
    "versions": _versions,
    "diff": _diff,
    "test": _test,
}


def _whole_number(request: Request, name: str, default: int | None, most: int) -> int | None:
    text = request.params.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and 1 <= int(text) <= most):
        raise _wrong(name, f"must be a whole number from 1 to {most:,}")
    return int(text)


def _moment(request: Request) -> datetime:
    text = request.params.get("at")
    if not text:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    # The outermost years have no room for time zones.
    if at is None or not 1970 <= at.year <= 9000:
        raise _wrong("at", "must be a time in ISO 8601, such as 2026-12-24T17:00:00+01:00")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _wrong(field: str, message: str) -> BadRequest:
    return BadRequest(f"{field} {message}", [FieldError(field=field, message=message)])


def _packed(reply: Reply, request: Request) -> Reply:
    """Pack a large answer for a caller who can unpack it, which every browser can."""
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    if len(body) < PACK_FROM_BYTES:
        return reply
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {**reply.headers, "content-encoding": "gzip", "vary": "Accept-Encoding"}
        return replace(reply, body=gzip.compress(body, compresslevel=6, mtime=0), headers=headers)
    if len(body) > MAX_ANSWER_BYTES:
        raise PayloadTooLarge("The answer is too large to be sent unpacked. Ask with Accept-Encoding: gzip.")
    return reply
