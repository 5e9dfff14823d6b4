"""Executions of Studio's REST API v2: https://www.twilio.com/docs/studio/rest-api/v2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product, last, meta_page
from local.twilio.sids import iso8601, parse_iso8601

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.studio.execution import Execution, Step

studio = Product("studio.twilio.com")

FLOWS = "/v2/Flows"
_EXECUTIONS = f"{FLOWS}/<flow>/Executions"
_STEPS = f"{_EXECUTIONS}/<execution>/Steps"


@studio.route("GET", _EXECUTIONS)
def executions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a flow's executions, newest first; status, DateCreatedFrom, DateCreatedTo (exclusive) filter."""
    flow_sid = request.at["flow"]
    if not stand_in.studio.flows.revisions(flow_sid):
        raise not_found(request.path)
    earliest, latest = _moment(request, "DateCreatedFrom"), _moment(request, "DateCreatedTo")
    status = last(request.query, "status")
    shown = [
        _execution(stand_in, item)
        for item in reversed(list(stand_in.studio.executions.values()))
        if item.flow_sid == flow_sid
        and status in {"", item.status}
        and (earliest is None or int(item.started) >= earliest)
        and (latest is None or int(item.started) < latest)
    ]
    return meta_page(request, "executions", shown)


@studio.route("GET", f"{_EXECUTIONS}/<execution>")
def execution(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one execution."""
    return ApiReply(_execution(stand_in, _find(stand_in, request)))


@studio.route("POST", f"{_EXECUTIONS}/<execution>")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """End an execution: the only status it can be given."""
    found = _find(stand_in, request)
    if request.text("Status") != "ended":
        raise invalid_parameter("Status must be ended")
    stand_in.studio.end(found, "STOPPED")
    return ApiReply(_execution(stand_in, found))


@studio.route("GET", f"{_EXECUTIONS}/<execution>/Context")
def context(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return an execution's context."""
    found = _find(stand_in, request)
    return ApiReply(
        {
            "account_sid": stand_in.account.sid,
            "flow_sid": found.flow_sid,
            "execution_sid": found.sid,
            "context": found.context(),
            "url": _url(found, "/Context"),
        }
    )


@studio.route("GET", _STEPS)
def steps(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List an execution's steps, newest first."""
    found = _find(stand_in, request)
    return meta_page(request, "steps", [_step(stand_in, found, item) for item in reversed(found.steps)])


@studio.route("GET", f"{_STEPS}/<step>")
def step(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one step."""
    found = _find(stand_in, request)
    for item in found.steps:
        if item.sid == request.at["step"]:
            return ApiReply(_step(stand_in, found, item))
    raise not_found(request.path)


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Execution:
    found = stand_in.studio.executions.get(request.at["execution"])
    if found is None or found.flow_sid != request.at["flow"]:
        raise not_found(request.path)
    return found


def _moment(request: ApiRequest, name: str) -> float | None:
    text = last(request.query, name)
    if not text:
        return None
    moment = parse_iso8601(text)
    if moment is None:
        raise TwilioError(400, 20001, f"{name} must be a date and time in ISO 8601")
    return moment.timestamp()


def _url(found: Execution, rest: str = "") -> str:
    return f"https://{studio.host}{FLOWS}/{found.flow_sid}/Executions/{found.sid}{rest}"


def _execution(stand_in: TwilioStandIn, found: Execution) -> dict[str, Any]:
    return {
        "sid": found.sid,
        "account_sid": stand_in.account.sid,
        "flow_sid": found.flow_sid,
        "flow_version": found.flow_revision,
        "contact_sid": "FC" + "0" * 32,
        "contact_channel_address": found.trigger.get("From", ""),
        "context": {},
        "status": found.status,
        "initiated_by": found.call_sid,
        "date_created": iso8601(found.started),
        "date_updated": iso8601(found.started if found.ended is None else found.ended),
        "url": _url(found),
        "links": {"steps": _url(found, "/Steps"), "execution_context": _url(found, "/Context")},
    }


def _step(stand_in: TwilioStandIn, found: Execution, item: Step) -> dict[str, Any]:
    url = _url(found, f"/Steps/{item.sid}")
    return {
        "sid": item.sid,
        "account_sid": stand_in.account.sid,
        "flow_sid": found.flow_sid,
        "execution_sid": found.sid,
        "parent_step_sid": item.parent_step_sid,
        "name": item.name,
        "context": {},
        "transitioned_from": item.transitioned_from,
        "transitioned_to": item.transitioned_to,
        "type": item.type,
        "date_created": iso8601(item.at),
        "date_updated": None,
        "url": url,
        "links": {"step_context": f"{url}/Context"},
    }
