"""The local phones over HTTP: calls, key presses, speech, texts and events (docs/local.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from local.http_messages import LocalError
from local.twilio.sids import is_e164
from local.twilio.voice.inputs import Answer, Decline, Input, Keys, OtherSide, Silence, Speech

if TYPE_CHECKING:
    from local.control_api import ControlRequest, Route
    from local.twilio.messaging.message import Message
    from local.twilio.phones import Behaviour
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.voice.call import Call

_LONGEST_WAIT_SECONDS = 30.0
_OTHER_SIDE = ("Dial", "Enqueue", "Refer")

Fields = Mapping[str, Any]


def routes(stand_in: TwilioStandIn) -> list[Route]:
    """Return the phones' routes below ``/_local``."""
    handlers: list[tuple[str, str, Callable[[TwilioStandIn, ControlRequest], Any]]] = [
        ("GET", "/numbers", _numbers),
        ("GET", "/phones/<number>", _look),
        ("PUT", "/phones/<number>", _change_phone),
        ("PUT", "/messaging-services/<sid>", _change_service),
        ("GET", "/calls", _calls),
        ("POST", "/calls", _place),
        ("GET", "/calls/<sid>", _one_call),
        ("POST", "/calls/<sid>/<action>", _act),
        ("GET", "/texts", _thread),
        ("POST", "/texts", _send),
        ("GET", "/events", _events),
    ]
    return [(method, f"/phone{path}", partial(handler, stand_in)) for method, path, handler in handlers]


def _numbers(stand_in: TwilioStandIn, _request: ControlRequest) -> list[dict[str, Any]]:
    return [
        {
            "address": number.address,
            "name": number.name,
            "voiceUrl": number.voice_url,
            "smsUrl": number.sms_url,
            "statusCallback": number.status_callback,
        }
        for number in stand_in.account.numbers.numbers.values()
    ]


def _look(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    number = request.at["number"]
    return _phone(number, stand_in.account.phones.behaviour(number))


def _change_phone(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    number, body = request.at["number"], request.fields()
    known = {
        "calls": "calls",
        "texts": "texts",
        "errorCode": "error_code",
        "answeredBy": "answered_by",
        "lineType": "line_type",
    }
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise LocalError(400, f"A phone has no {', '.join(unknown)}; it has {', '.join(known)}")
    if not isinstance(body.get("errorCode", 0), int):
        raise LocalError(400, "errorCode must be a number")
    changes = {known[name]: value for name, value in body.items()}
    return _phone(number, stand_in.account.phones.change(number, **changes))


def _change_service(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    sid = request.at["sid"]
    if sid not in stand_in.account.numbers.services:
        raise LocalError(404, f"No messaging service {sid}")
    wanted = request.fields().get("advancedOptOut") is True
    service = stand_in.account.numbers.change_service(sid, advanced_opt_out=wanted)
    return {"sid": service.sid, "senders": list(service.senders), "advancedOptOut": service.advanced_opt_out}


def _calls(stand_in: TwilioStandIn, request: ControlRequest) -> list[dict[str, Any]]:
    phone = request.query.get("phone", "")
    return [_call(call) for call in stand_in.calls.all() if phone in {"", call.phone}]


def _one_call(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    call, query = _find(stand_in, request.at["sid"]), request.query
    if query.get("settled") == "true":
        call.settle()
    return _call(call, after=_whole(query, "after", -1))


def _place(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    body = request.fields()
    extra = body.get("params", {})
    if not isinstance(extra, dict) or not all(isinstance(value, str) for value in extra.values()):
        raise LocalError(400, "params must be an object of strings")
    call = stand_in.calls.place(_needed(body, "from"), _needed(body, "to"), extra)
    call.settle()
    return _call(call)


def _act(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    call, action = _find(stand_in, request.at["sid"]), request.at["action"]
    # What the application still does, because the clock was moved, belongs to what was before.
    call.settle()
    start = len(call.transcript)
    if action == "hangup":
        call.hang_up("phone")
        call.settle()
    else:
        call.act(*_read_action(action, request.fields()))
    return _call(call, after=start - 1)


def _read_action(action: str, body: Fields) -> tuple[Input, tuple[str, ...]]:
    """Return the action of the person, and the verbs in which a call accepts it."""
    match action:
        case "press":
            digits = _needed(body, "digits")
            if not re.fullmatch(r"[0-9*#]+", digits):
                raise LocalError(400, "digits are 0-9, * and #")
            return Keys(digits, more=body.get("more") is True), ("Gather", "Record", "Dial", "Enqueue")
        case "say":
            confidence = _number(body, "confidence", 0.9)
            if not 0 <= confidence <= 1:
                raise LocalError(400, "confidence is a number from 0 to 1")
            return Speech(_needed(body, "text"), confidence), ("Gather", "Record", "Dial", "Enqueue")
        case "silence":
            return Silence(), ()
        case "answer":
            return Answer(), ("ring",)
        case "decline":
            return Decline(), ("ring",)
        case "other-side":
            result = _needed(body, "result")
            return OtherSide(result, _whole(body, "seconds", 0)), _OTHER_SIDE
    raise LocalError(
        404, f"At a phone one can answer, decline, press, say, silence, other-side or hangup, not {action}"
    )


def _thread(stand_in: TwilioStandIn, request: ControlRequest) -> list[dict[str, Any]]:
    return [
        _text(one)
        for one in stand_in.texts.thread(_needed(request.query, "phone"), request.query.get("with", ""))
    ]


def _events(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    query = request.query
    wait = min(_number(query, "wait", 0.0), _LONGEST_WAIT_SECONDS)
    after = _whole(query, "after", 0)
    events = stand_in.account.feed.after(after, query.get("phone", ""), wait)
    return {"events": events, "last": events[-1]["seq"] if events else max(after, 0)}


def _send(stand_in: TwilioStandIn, request: ControlRequest) -> dict[str, Any]:
    body = request.fields()
    sender = _needed(body, "from")
    if not is_e164(sender.removeprefix("whatsapp:")):
        raise LocalError(400, "from must be + and 7 to 15 digits, with whatsapp: before it or without")
    text = body.get("body", "")
    media = body.get("media", [])
    if not isinstance(text, str) or not isinstance(media, list):
        raise LocalError(400, "body must be a string and media a list of URLs")
    message, replies = stand_in.texts.receive(sender, _needed(body, "to"), text, [str(url) for url in media])
    return {**_text(message), "replies": [_text(reply) for reply in replies]}


def _find(stand_in: TwilioStandIn, sid: str) -> Call:
    call = stand_in.calls.get(sid)
    if call is None:
        raise LocalError(404, f"No call {sid}")
    return call


def _call(call: Call, after: int = -1) -> dict[str, Any]:
    listening = call.listening
    return {
        "sid": call.sid,
        "phone": call.phone,
        "from": call.sender,
        "to": call.to,
        "direction": call.direction,
        "status": call.status,
        "answeredBy": call.answered_by or None,
        "parentSid": call.parent_sid or None,
        "duration": call.duration,
        "finished": call.finished,
        "listening": {"verb": listening.verb, **listening.details} if listening else None,
        "transcript": [entry for entry in list(call.transcript) if entry["index"] > after],
    }


def _text(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "media": message.media,
        "automatic": message.automatic,
        "at": round(message.created * 1000),
    }


def _phone(address: str, behaviour: Behaviour) -> dict[str, Any]:
    return {
        "address": address,
        "calls": behaviour.calls,
        "texts": behaviour.texts,
        "errorCode": behaviour.error_code,
        "answeredBy": behaviour.answered_by or None,
        "lineType": behaviour.line_type,
    }


def _needed(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise LocalError(400, f"{name} is missing")
    return value


def _whole(fields: Fields, name: str, default: int) -> int:
    value = fields.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError):
        raise LocalError(400, f"{name} must be a whole number") from None


def _number(fields: Fields, name: str, default: float) -> float:
    value = fields.get(name, default)
    try:
        return float(value)
    except (TypeError, ValueError):
        raise LocalError(400, f"{name} must be a number") from None
