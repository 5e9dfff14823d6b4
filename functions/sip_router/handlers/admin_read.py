"""POST /admin/list, /admin/versions, /admin/diff, /admin/test: questions, for people who work with Flex."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sip_router.admin_endpoint import admin_endpoint, packed, wrong_field
from sip_router.route_queries import compare_versions, compare_with, list_routes, list_versions, try_call
from switchboard.auth import FLEX_USERS, FlexToken
from switchboard.errors import NotFound
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from switchboard.text import parse_whole_number

MAX_PAGE = 100


def _handle(request: Request) -> Reply:
    answer = _ANSWERS.get(request.path.rpartition("/")[2])
    if answer is None:
        raise NotFound
    return packed(json_reply(answer(request)), request)


handler = admin_endpoint(FlexToken(role=FLEX_USERS), "diff", _handle)


def _list(request: Request) -> dict[str, Any]:
    return list_routes(request.params.get("version", "latest"))


def _versions(request: Request) -> dict[str, Any]:
    limit = parse_whole_number(request.params.get("limit") or "20")
    if limit is None or not 1 <= limit <= MAX_PAGE:
        raise wrong_field("limit", f"must be a whole number from 1 to {MAX_PAGE}")
    return list_versions(limit, request.params.get("cursor"))


def _diff(request: Request) -> dict[str, Any]:
    before = request.params.get("from", "live")
    if isinstance(request.json, dict) and "data" in request.json:
        return compare_with(before, request.json["data"])
    if "data" in request.params:
        raise wrong_field("data", "is needed as JSON: send the body as application/json")
    return compare_versions(before, request.params.get("to", "latest"))


def _test(request: Request) -> dict[str, Any]:
    params = request.params
    to = params.get("address") or params.get("To")
    if not to:
        raise wrong_field("address", "is needed: a SIP URI or an address")
    return try_call(to, _moment(request), params.get("version", "live"), params.get("CallSid", ""))


_ANSWERS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "list": _list,
    "versions": _versions,
    "diff": _diff,
    "test": _test,
}


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
        raise wrong_field("at", "must be a time in ISO 8601, such as 2026-12-24T17:00:00+01:00")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
