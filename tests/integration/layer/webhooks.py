"""One request of Twilio's for each thing that a webhook does, and what it may be answered on a bad day."""

import base64
import itertools
import json
import re
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from local.http_messages import HttpResponse
from local.template.parameters import (
    ACCOUNT_SID,
    FLEX_NUMBER,
    STUDIO_NUMBER,
    SURVEY_NUMBER,
    WORKFLOW_SID,
    WORKSPACE_SID,
)
from tests.data.surveys import MINIMAL_CONFIG, MINIMAL_PROMPTS
from tests.integration.survey.talk import heard
from tests.support import FORM, Caller

FLOW = "FW" + "5" * 32
FLOW_URL = f"https://webhooks.twilio.com/v1/Accounts/{ACCOUNT_SID}/Flows/{FLOW}"
ROUTES = {
    "routes": [{"address": "5000", "type": "webhook", "destination": FLOW_URL}],
    "default": {"type": "say", "destination": "Nobody is here"},
}
# What differs from one person to the next: SIDs, the id of a session and of an event, numbers.
_OWN = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b|\b[0-9a-f]{32}\b|\+1\d{10}")
_numbers = itertools.count(1000)


def write_config_files(directory: Path) -> Path:
    """Write what an operator keeps in the bucket."""
    (directory / "voice-prompts").mkdir()
    (directory / "survey-config.json").write_bytes(MINIMAL_CONFIG)
    (directory / "voice-prompts" / "survey-en-US.env").write_text(MINIMAL_PROMPTS)
    (directory / "sip-routes.json").write_text(json.dumps(ROUTES))
    return directory


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


class Person:
    """Somebody who has not been in touch before, and what Twilio tells of them."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.number = f"+1505555{next(_numbers)}"
        self.call_sid = new_sid("CA")

    def text(self, body: str) -> "Webhook":
        form = {"From": self.number, "To": SURVEY_NUMBER, "Body": body, "MessageSid": new_sid("SM")}
        return Webhook("/sms/webhook", form)

    def texts(self, *bodies: str) -> None:
        for body in bodies:
            assert self.text(body).send(self.caller).status == 200

    def call(self, path: str, **fields: str) -> "Webhook":
        about = {"CallSid": self.call_sid, "From": self.number, "To": SURVEY_NUMBER, "Direction": "inbound"}
        return Webhook(path, {**about, "CallStatus": "in-progress", **fields})

    def link(self, method: str = "POST") -> "Webhook":
        form = {"callSid": self.call_sid, "executionSid": new_sid("FN"), "flowSid": FLOW}
        return Webhook("/widget-store-studio-data", form, method=method)


@dataclass(frozen=True)
class Webhook:
    """A request as Twilio sends it, as often as one likes."""

    path: str
    form: Mapping[str, str]
    content: Any = None
    method: str = "POST"

    def send(self, caller: Caller, *, forged: bool = False, account_sid: str = ACCOUNT_SID) -> HttpResponse:
        headers = {"X-Twilio-Signature": "Zm9yZ2VkIHdpdGhvdXQgYSBrZXk="} if forged else {}
        if self.content is not None:
            return caller.signed_json(self.path, self.content, headers)
        form = {"AccountSid": account_sid, **self.form}
        if self.method == "GET":
            return caller.signed_get(f"{self.path}?{urlencode(form)}", headers)
        return caller.signed_post(self.path, form, {"Content-Type": FORM, **headers})


def comparable(answer: HttpResponse) -> tuple[int, str, str]:
    """Return an answer without what differs from one person to the next."""
    return answer.status, _OWN.sub("…", answer.header("location")), _OWN.sub("…", answer.text)


def get_status(answer: HttpResponse) -> int:
    return answer.status


def is_apology(answer: HttpResponse) -> bool:
    document = ET.fromstring(answer.text)
    words = [element.text or "" for element in document.iter() if element.tag in {"Say", "Message"}]
    return answer.status == 200 and document.tag == "Response" and "sorry" in " ".join(words)


def is_status(*statuses: int) -> Callable[[HttpResponse], bool]:
    return lambda answer: answer.status in statuses


def lets_the_flow_go_on(answer: HttpResponse) -> bool:
    return answer.status == 200 and answer.json()["success"] is False


def leads_to_the_flow(answer: HttpResponse) -> bool:
    return (answer.status, answer.header("location")) == (302, FLOW_URL)


def is_error_in_json(answer: HttpResponse) -> bool:
    return answer.status in {500, 502, 503} and bool(answer.json()["message"])


def is_kept_or_refused(answer: HttpResponse) -> bool:
    """A callback whose task is unclear is kept, and becomes one; any other request has failed."""
    said = answer.json()
    if answer.status == 202:
        return bool(said == {"success": True, "taskSid": None})
    return answer.status >= 400 and said["success"] is False


def keeps_the_caller_waiting(answer: HttpResponse) -> bool:
    document = ET.fromstring(answer.text)
    return answer.status == 200 and document.tag == "Response" and document.find("Hangup") is None


def tells_the_caller(answer: HttpResponse) -> bool:
    document = ET.fromstring(answer.text)
    return answer.status == 200 and document.tag == "Response" and document.find(".//Say") is not None


@dataclass(frozen=True)
class Case:
    """Something that Twilio asks of a route.

    Parameters
    ----------
    function, route
        Who answers, and under which method and path of the template.
    make
        Brings a person so far, and returns the request.
    bad_day
        Whether an answer is right where the request could not be served.
    seconds
        How long the function may take, so that Twilio, or the widget, still waits.
    essence
        What of an answer is the same for everybody on a good day.
    again_after
        Seconds after which the same request is served: what Twilio was asked for may still come to be.
    """

    function: str
    route: str
    make: Callable[[Person], Webhook]
    bad_day: Callable[[HttpResponse], bool]
    seconds: float = 14.0
    essence: Callable[[HttpResponse], Any] = comparable
    again_after: int = 0


def _first_text(person: Person) -> Webhook:
    return person.text("hi")


def _answer_by_text(person: Person) -> Webhook:
    person.texts("hi", "go")
    return person.text("4")


def _last_text(person: Person) -> Webhook:
    person.texts("hi", "go", "4")
    return person.text("fine")


def _first_turn(person: Person) -> Webhook:
    return person.call("/voice/survey")


def _next_turn(person: Person) -> Webhook:
    first = _first_turn(person).send(person.caller)
    return person.call(heard(first.text).action, Digits="4")


def _end_of_survey_call(person: Person) -> Webhook:
    _first_turn(person).send(person.caller)
    return person.call("/voice/survey/status", CallStatus="completed")


def _recording(route: str) -> Callable[[Person], Webhook]:
    def make(person: Person) -> Webhook:
        _first_turn(person).send(person.caller)
        query = urlencode({"surveyId": "default", "session": "0" * 32, "respondent": person.number})
        return person.call(f"{route}?{query}", RecordingSid=new_sid("RE"), RecordingStatus="completed")

    return make


def _sip_call(path: str, user: str, method: str = "POST") -> Callable[[Person], Webhook]:
    def make(person: Person) -> Webhook:
        sip = f"sip:{user}@switchboard.sip.twilio.com"
        call = person.call(path, To=sip, SipDomain="switchboard.sip.twilio.com", DialCallStatus="busy")
        return Webhook(path, call.form, method=method)

    return make


def _events(_person: Person) -> Webhook:
    event = {"specversion": "1.0", "type": "com.twilio.unknown", "id": new_sid("EZ"), "data": {}}
    return Webhook("/eventstream", {}, [event])


def _end_of_linked_call(person: Person) -> Webhook:
    assert person.link().send(person.caller).status == 200
    return person.call("/pn-call-status-callback", To=STUDIO_NUMBER, CallStatus="completed")


def _end_with_flow(person: Person) -> Webhook:
    return person.call(f"/pn-call-status-callback?flowSid={FLOW}", CallStatus="completed")


def _end_of_unknown_call(person: Person) -> Webhook:
    return person.call("/pn-call-status-callback", To=STUDIO_NUMBER, CallStatus="completed")


def _outbound(route: str) -> Callable[[Person], Webhook]:
    def make(person: Person) -> Webhook:
        text = {"initialNotificationMessage": "Hello"} if route.endswith("task") else {"messageBody": "Hello"}
        return Webhook(route, {"fromNumber": FLEX_NUMBER, "toName": "Ada", "toNumber": person.number, **text})

    return make


def _callback(method: str, below: str = "") -> Callable[[Person], Webhook]:
    def make(person: Person) -> Webhook:
        numbers = {"numberToCall": person.number, "numberToCallFrom": SURVEY_NUMBER}
        return Webhook(_below(below, _CALLBACK), numbers, method=method)

    return make


def _callback_case(method: str, below: str = "") -> "Case":
    route = f"{method} {_below(below, _CALLBACK)}"
    make = _callback(method, below)
    return Case("CallbackCreateFromStudio", route, make, is_kept_or_refused, again_after=60)


def _below(prefix: str, path: str) -> str:
    """Return a path of the older plugin's routes as it is below another prefix."""
    return path.replace("/callback", prefix, 1) if prefix else path


def _waiting(step: str = "", method: str = "POST", below: str = "") -> Callable[[Person], Webhook]:
    def make(person: Person) -> Webhook:
        form = person.call(_WAIT, QueueSid=new_sid("QU")).form
        return Webhook(f"{_below(below, _WAIT)}{step}", form, method=method)

    return make


def _key(step: str, digits: str) -> Callable[[Person], Webhook]:
    """Return what makes a request with which a caller whose task waits presses a key."""

    def make(person: Person) -> Webhook:
        task_sid = _queued_task(person)
        return person.call(f"{_WAIT}/{step}?task={task_sid}", QueueSid=new_sid("QU"), Digits=digits)

    return make


def _queued_task(person: Person) -> str:
    token = person.caller.local("GET", "/health")["authToken"]
    answer = person.caller.send(
        "POST",
        f"/_local/twilio/api/taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/Tasks",
        urlencode(
            {"WorkflowSid": WORKFLOW_SID, "Attributes": json.dumps({"call_sid": person.call_sid})}
        ).encode(),
        {"Authorization": "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{token}".encode()).decode()},
    )
    return str(answer.json()["sid"])


def _voicemail(step: str) -> Callable[[Person], Webhook]:
    def make(person: Person) -> Webhook:
        sid = new_sid("RE")
        url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Recordings/{sid}"
        return person.call(f"{_WAIT}/{step}", RecordingSid=sid, RecordingUrl=url)

    return make


def _wait_case(
    make: Callable[[Person], Webhook], bad_day: Callable[[HttpResponse], bool], again_after: int = 0
) -> "Case":
    route = f"POST {_WAIT}/{{step}}"
    return Case("CallbackWaitExperience", route, make, bad_day, again_after=again_after)


_SMS, _VOICE, _STATUS = "SurveySmsWebhook", "SurveyVoiceWebhook", "IvrPathCallStatus"
_SIP, _FALLBACK = "/inbound-sip-router", "/inbound-sip-router/fallback"
_TASK, _MESSAGE = "/flex-initiate-outbound-sms-task", "/flex-initiate-outbound-sms"
_CALLBACK, _WAIT = "/callback/studio/create-callback", "/callback/studio/wait-experience"
_TEMPLATE = "/features/callback-and-voicemail"
_NUMBER, _WIDGET = "/pn-call-status-callback", "/widget-store-studio-data"

CASES: Mapping[str, Case] = {
    "first text": Case(_SMS, "POST /sms/webhook", _first_text, is_apology),
    "answer by text": Case(_SMS, "POST /sms/webhook", _answer_by_text, is_apology),
    "last text": Case(_SMS, "POST /sms/webhook", _last_text, is_apology),
    "first turn": Case(_VOICE, "POST /voice/survey", _first_turn, is_apology),
    "next turn": Case(_VOICE, "POST /voice/survey/{step+}", _next_turn, is_apology),
    "end of survey call": Case(
        "SurveyCallStatus", "POST /voice/survey/status", _end_of_survey_call, is_status(204)
    ),
    **{
        f"{name} of a survey": Case(
            "SurveyRecordingCallback",
            f"POST /voice/survey/{name}",
            _recording(f"/voice/survey/{name}"),
            is_status(204),
        )
        for name in ("recording", "transcription")
    },
    "SIP call": Case("SipInbound", f"POST {_SIP}", _sip_call(_SIP, "1"), is_apology),
    "SIP call by GET": Case("SipInbound", f"GET {_SIP}", _sip_call(_SIP, "2", "GET"), is_apology),
    "after a dial": Case("SipInbound", f"POST {_FALLBACK}", _sip_call(_FALLBACK, "3"), is_apology),
    "end of SIP call": Case(
        "SipStatusCallback", "POST /status-callback", _sip_call("/status-callback", "5000"), is_status(204)
    ),
    "events": Case("EventStreamReceive", "POST /eventstream", _events, is_status(503), 4.9),
    "link": Case("IvrPathLinkExecution", f"POST {_WIDGET}", Person.link, lets_the_flow_go_on, 9.0),
    "link by GET": Case(
        "IvrPathLinkExecution",
        f"GET {_WIDGET}",
        lambda person: person.link("GET"),
        lets_the_flow_go_on,
        9.0,
    ),
    "end of linked call": Case(_STATUS, f"POST {_NUMBER}", _end_of_linked_call, is_status(204, 302)),
    "end with flow": Case(_STATUS, f"POST {_NUMBER}", _end_with_flow, leads_to_the_flow),
    "end of unknown call": Case(_STATUS, f"POST {_NUMBER}", _end_of_unknown_call, is_status(204, 302)),
    "callback": _callback_case("POST"),
    "callback by GET": _callback_case("GET"),
    "template's callback": _callback_case("POST", _TEMPLATE),
    "template's callback by GET": _callback_case("GET", _TEMPLATE),
    "in the queue": Case("CallbackWaitExperience", f"POST {_WAIT}", _waiting(), keeps_the_caller_waiting),
    "still in the queue": Case(
        "CallbackWaitExperience", f"POST {_WAIT}/{{step}}", _waiting("/loop"), keeps_the_caller_waiting
    ),
    **{
        f"{name} by {method}": Case(
            "CallbackWaitExperience",
            f"{method} {_below(below, _WAIT)}{'/{step}' if step else ''}",
            _waiting(step, method, below),
            keeps_the_caller_waiting,
        )
        for name, step, method, below in (
            ("in the queue", "", "GET", ""),
            ("still in the queue", "/loop", "GET", ""),
            ("in the template's queue", "", "POST", _TEMPLATE),
            ("in the template's queue", "", "GET", _TEMPLATE),
        )
    },
    "star in the queue": _wait_case(_key("choice", "*"), keeps_the_caller_waiting),
    "callback from the queue": _wait_case(_key("number", "1"), keeps_the_caller_waiting, 60),
    "voicemail from the queue": _wait_case(_key("option", "2"), tells_the_caller, 60),
    "tone of a voicemail": _wait_case(_waiting("/record"), tells_the_caller),
    "voicemail": _wait_case(_voicemail("recorded"), tells_the_caller, 60),
    "transcription": _wait_case(_voicemail("transcribed"), is_status(204), 60),
    "task": Case(
        "OutboundInitiateSmsTask",
        f"POST {_TASK}",
        _outbound(_TASK),
        is_error_in_json,
        essence=get_status,
        again_after=60,
    ),
    "message": Case(
        "OutboundInitiateSms",
        f"POST {_MESSAGE}",
        _outbound(_MESSAGE),
        is_error_in_json,
        essence=get_status,
        again_after=60,
    ),
}
