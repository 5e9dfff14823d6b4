"""Calls: https://www.twilio.com/docs/voice/api/call-resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, not_found
from local.twilio.rest.api import ACCOUNT, api, check_method, is_url
from local.twilio.rest.product import ApiReply, ApiRequest, last, page
from local.twilio.sids import is_e164, is_sid, rfc2822
from local.twilio.voice.turns import CallSettings, Fetch

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.voice.call import Call

_EVENTS = ("initiated", "ringing", "answered", "completed")
_LONGEST_TWIML = 4000


@api.route("POST", f"{ACCOUNT}/Calls.json")
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Place a call."""
    to, sender = request.text("To"), request.text("From")
    if not to:
        raise TwilioError(400, 21201, "No 'To' number is specified")
    if not sender:
        raise TwilioError(400, 21213, "No 'From' number is specified")
    if not is_e164(to) and not to.startswith(("client:", "sip:", "sips:")):
        raise TwilioError(400, 21211, f"The phone number you are attempting to call, {to}, is not valid.")
    if not sender.startswith(("client:", "sip:", "sips:")):
        if not is_e164(sender):
            raise TwilioError(400, 21212, f"The source phone number provided, {sender}, is not valid.")
        if sender not in stand_in.account.numbers.numbers:
            raise TwilioError(
                400,
                21210,
                f"The source phone number provided, {sender}, is not yet verified for your account. You may "
                "only make calls from phone numbers that you've verified or purchased from Twilio.",
            )
    elif is_e164(to):
        raise TwilioError(400, 21212, f"The source phone number provided, {sender}, is not valid.")
    call = stand_in.calls.create(sender, to, _settings(stand_in, request))
    # As it was when the request came: the phone may have answered since.
    return ApiReply(render(stand_in, call) | {"status": "queued", "start_time": None, "end_time": None}, 201)


def _settings(stand_in: TwilioStandIn, request: ApiRequest) -> CallSettings:
    fetch = _document(request)
    fallback = request.text("FallbackUrl")
    if fallback and not is_url(fallback):
        raise TwilioError(400, 21205, f"FallbackUrl is not a valid URL: {fallback}")
    callback = request.text("StatusCallback")
    if callback and not is_url(callback):
        raise TwilioError(400, 21609, f"The StatusCallback URL {callback} is not a valid URL.")
    events = tuple(request.texts("StatusCallbackEvent")) or ("completed",)
    if not set(events) <= set(_EVENTS):
        # Twilio takes the call and warns, but then never calls back.
        stand_in.account.alert(
            21626, "Invalid StatusCallbackEvent: there will be no callbacks", sid="", url=callback
        )
        events = ()
    detection = request.choice("MachineDetection", ("Enable", "DetectMessageEnd", "none"))
    request.integer("MachineDetectionTimeout", 3, 59)
    request.integer("MachineDetectionSpeechThreshold", 1000, 6000)
    request.integer("MachineDetectionSpeechEndThreshold", 500, 5000)
    request.integer("MachineDetectionSilenceTimeout", 2000, 10000)
    asynchronous = request.choice("AsyncAmd", ("true", "false")) == "true"
    async_callback = request.text("AsyncAmdStatusCallback")
    if async_callback and not is_url(async_callback):
        raise TwilioError(400, 21609, f"The AsyncAmdStatusCallback URL {async_callback} is not a valid URL.")
    return CallSettings(
        fetch=fetch,
        fallback=Fetch(fallback, _method(request, "FallbackMethod")) if fallback else None,
        status_callback=callback,
        status_callback_method=_method(request, "StatusCallbackMethod"),
        status_callback_events=events,
        ring_seconds=_timeout(request),
        machine_detection="" if detection == "none" else detection,
        async_amd_callback=async_callback if asynchronous and detection else None,
    )


def _method(request: ApiRequest, name: str) -> str:
    return check_method(name, request.text(name), 21209)


def _timeout(request: ApiRequest) -> float:
    value = request.text("Timeout") or "60"
    if not value.isdecimal() or len(value) > 3 or not 1 <= int(value) <= 600:
        raise TwilioError(400, 21208, f"Invalid Timeout: {value}")
    return float(value)


def _document(request: ApiRequest) -> Fetch:
    twiml, url = request.text("Twiml"), request.text("Url")
    if request.text("ApplicationSid"):
        if not is_sid(request.text("ApplicationSid"), "AP"):
            raise TwilioError(400, 21218, "Invalid ApplicationSid")
        raise TwilioError(400, 21218, "The stand-in has no applications: use Url or Twiml")
    if twiml:
        if len(twiml) > _LONGEST_TWIML:
            raise TwilioError(400, 32018, "Twiml size exceeded maximum allowed value of 4000 characters")
        return Fetch("", twiml=twiml)
    if not url:
        raise TwilioError(400, 21205, "Url parameter is required.")
    if not is_url(url):
        raise TwilioError(400, 21205, f"Url is not a valid URL: {url}")
    return Fetch(url, _method(request, "Method"))


@api.route("GET", f"{ACCOUNT}/Calls.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List calls, newest first; To, From, Status and ParentCallSid filter."""
    filters = {
        "to": last(request.query, "To"),
        "from": last(request.query, "From"),
        "status": last(request.query, "Status"),
        "parent_call_sid": last(request.query, "ParentCallSid"),
    }
    shown = [render(stand_in, call) for call in reversed(stand_in.calls.all())]
    found = [item for item in shown if all(not value or item[key] == value for key, value in filters.items())]
    return page(request, "calls", found)


@api.route("GET", f"{ACCOUNT}/Calls/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one call."""
    return ApiReply(render(stand_in, _find(stand_in, request)))


@api.route("POST", f"{ACCOUNT}/Calls/<sid>.json")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Give a call another document, or end it."""
    call = _find(stand_in, request)
    status = request.choice("Status", ("completed", "canceled"))
    if request.text("Url") or request.text("Twiml"):
        document = _document(request)
        if call.status != "in-progress":
            raise TwilioError(400, 21220, "Call is not in-progress. Cannot redirect.")
        call.redirect(document)
    elif status:
        if not call.live:
            raise TwilioError(400, 21220, "Call is not in-progress. Cannot redirect.")
        if status == "canceled" and call.status == "in-progress":
            raise TwilioError(400, 21220, "Call is in-progress. Cannot cancel.")
        call.hang_up("api")
    return ApiReply(render(stand_in, call))


@api.route("DELETE", f"{ACCOUNT}/Calls/<sid>.json")
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a call that has ended."""
    call = _find(stand_in, request)
    if call.live:
        raise TwilioError(409, 20409, "Call is in progress and cannot be deleted")
    stand_in.calls.forget(call.sid)
    return ApiReply(None, 204)


def render(stand_in: TwilioStandIn, call: Call) -> dict[str, Any]:
    """Return a call as the API shows it."""
    uri = f"/2010-04-01/Accounts/{stand_in.account.sid}/Calls/{call.sid}"
    number = stand_in.account.numbers.called(call.to if call.direction == "inbound" else call.sender)
    return {
        "sid": call.sid,
        "account_sid": stand_in.account.sid,
        "answered_by": call.answered_by or None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.ended or call.started or call.created),
        "direction": call.direction,
        "duration": str(call.duration) if call.ended else None,
        "end_time": rfc2822(call.ended),
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": call.parent_sid or None,
        "phone_number_sid": number.sid if number else None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "start_time": rfc2822(call.started),
        "status": call.status,
        "subresource_uris": {
            name: f"{uri}/{path}.json"
            for name, path in (
                ("recordings", "Recordings"),
                ("notifications", "Notifications"),
                ("events", "Events"),
            )
        },
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Call:
    call = stand_in.calls.get(request.at["sid"])
    if call is None:
        raise not_found(request.path)
    return call
