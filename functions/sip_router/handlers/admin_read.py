"""POST /admin/list, /admin/versions, /admin/diff, /admin/test: questions, for people who work with Flex."""

from datetime import UTC, datetime

from sip_router.admin_endpoint import admin_endpoint
from sip_router.requests.admin import DiffRequest, HistoryRequest, ListRequest, TrialRequest
from sip_router.route_queries import compare, list_routes, list_versions, try_call
from switchboard.http.auth import FLEX_USERS, FlexToken
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read


def _list(request: Request) -> Reply:
    return json_reply(list_routes(read(ListRequest, request.params)))


def _versions(request: Request) -> Reply:
    return json_reply(list_versions(read(HistoryRequest, request.params)))


def _diff(request: Request) -> Reply:
    document = request.json if isinstance(request.json, dict) else {}
    return json_reply(compare(read(DiffRequest, {**request.params, **document})))


def _test(request: Request) -> Reply:
    return json_reply(try_call(read(TrialRequest, request.params), datetime.now(UTC)))


_ACTIONS = {"list": _list, "versions": _versions, "diff": _diff, "test": _test}

handler = admin_endpoint(FlexToken(role=FLEX_USERS), _ACTIONS, takes_route_table="diff")
