"""One of each thing that costs: surveys, calls, callbacks, messages, SIP calls, on a local platform.

Phones of the stand-in call and text, so that the webhooks are those that Twilio sends, in their order.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.platform import Platform
from local.template.parameters import FLEX_NUMBER, SIP_DOMAIN, STUDIO_NUMBER, SURVEY_NUMBER, WORKSPACE_SID
from local.timeouts import scaled
from tools.caller import Caller
from tools.phone.client import PhoneClient
from tools.setup_events.registration import Registration
from tools.twilio_account import connect_to

_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Scenario:
    """Something that a user does with the application.

    Attributes
    ----------
    name, title
        Its key, and what a thousand of them are.
    happens
        What takes place, in words.
    run
        Lets it happen once, for the phone of a number.
    """

    name: str
    title: str
    happens: str
    run: Callable[["World", str], None]


class World:
    """A platform, its phones, and its callers."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.caller = Caller(platform)
        self.phone = PhoneClient(platform.base_url)
        self.twilio = connect_to(platform)

    def act(self, sid: str, *actions: tuple[str, str]) -> None:
        """Press digits or speak in a call, one after another; what lies behind the bus is done in between."""
        for action, said in actions:
            self.settle()
            self.phone.do(sid, action, **{"digits" if action == "press" else "text": said})

    def end_tasks(self) -> None:
        """Let an agent take every task that waits, and complete it."""
        workspace = self.twilio.taskrouter.v1.workspaces(WORKSPACE_SID)
        for task in self.waiting():
            for status in ("assigned", "wrapping", "completed"):
                if status != str(task.assignment_status):
                    workspace.tasks(str(task.sid)).update(assignment_status=status)
                    self.settle()
        self.settle()

    def waiting(self) -> list[Any]:
        """Return the tasks that wait for an agent, or that one has."""
        tasks = self.twilio.taskrouter.v1.workspaces(WORKSPACE_SID).tasks
        statuses = ("pending", "reserved", "assigned")
        return [task for status in statuses for task in tasks.list(assignment_status=[status])]

    def settle(self) -> None:
        """Wait until nothing is under way, and nothing waits in a queue for its time."""
        if not self.platform.wait_until_idle(scaled(_SECONDS)):
            raise RuntimeError("the platform does not come to rest")


def register_events(world: World) -> None:
    """Register the deployment with Event Streams, as ``switchboard setup-events`` does."""
    destination = f"{world.platform.public_base_url}/eventstream"
    for _ in Registration(world.twilio, destination, dry_run=False).register():
        pass


def _survey_by_text(world: World, number: str) -> None:
    world.caller.key_post("/sms/initiate-sms", {"To": number})
    for body in ("go", "4", "yes", "Shorter queues"):
        world.settle()
        world.phone.text(number, SURVEY_NUMBER, body)


def _survey_by_phone(world: World, number: str) -> None:
    world.phone.behave(number, calls="ring")
    sid = world.caller.key_post("/voice/initiate-call", {"To": number}).json()["callSid"]
    world.settle()
    world.phone.do(sid, "answer")
    world.act(sid, ("press", "1"), ("press", "4"), ("say", "yes"), ("say", "Shorter queues"))


def _studio_call(world: World, number: str) -> None:
    sid = world.phone.call(number, STUDIO_NUMBER)["sid"]
    world.act(sid, ("press", "1"), ("press", "2"))
    world.phone.do(sid, "hangup")
    until = time.monotonic() + scaled(_SECONDS)
    while not world.caller.invocations("IvrPathRecordPath"):
        if time.monotonic() > until:
            raise RuntimeError("the path was not recorded")
        threading.Event().wait(0.1)


def _sip_call(world: World, number: str) -> None:
    # Within RoutesFreshSeconds of another call it would not ask DynamoDB.
    world.caller.local("POST", "/clock", {"advanceSeconds": 6})
    form = {
        "AccountSid": world.platform.account_sid,
        "CallSid": f"CA{int(number[1:]):032x}",
        "From": f"sip:{number}@{SIP_DOMAIN}",
        "To": f"sip:4321@{SIP_DOMAIN}",
        "Direction": "inbound",
    }
    world.caller.signed_post("/inbound-sip-router", form)
    world.caller.signed_post("/status-callback", form | {"CallStatus": "completed"})


def _callback(world: World, number: str) -> None:
    sid = world.phone.call(number, FLEX_NUMBER)["sid"]
    world.act(sid, ("press", "*"), ("press", "1"), ("press", "1"))
    world.settle()
    world.end_tasks()


def _voicemail(world: World, number: str) -> None:
    sid = world.phone.call(number, FLEX_NUMBER)["sid"]
    world.act(sid, ("press", "*"), ("press", "2"), ("say", "Please call me."), ("press", "*"))
    world.settle()
    for task in world.waiting():
        attributes: Mapping[str, Any] = json.loads(str(task.attributes))
        if recording := attributes.get("callBackData", {}).get("RecordingSid"):
            world.caller.flex_post("/callback/flex/fetch-voicemail", {"recordingSid": recording})
    world.end_tasks()


def _message(world: World, number: str) -> None:
    world.caller.key_post(
        "/flex-initiate-outbound-sms-task",
        {
            "fromNumber": FLEX_NUMBER,
            "toNumber": number,
            "toName": "Ada",
            "initialNotificationMessage": "Your new glasses are here.",
        },
    )
    world.settle()
    world.phone.text(number, FLEX_NUMBER, "Friday at ten?")
    world.settle()
    world.end_tasks()


SCENARIOS: Final = (
    Scenario(
        "survey-sms",
        "surveys by SMS",
        "`POST /sms/initiate-sms`, four replies: the welcome's and three answers",
        _survey_by_text,
    ),
    Scenario(
        "survey-voice",
        "surveys by phone",
        "`POST /voice/initiate-call`, the language, three answers, the end of the call",
        _survey_by_phone,
    ),
    Scenario(
        "ivr-path",
        "calls whose path is recorded",
        "a call into a flow that links it, two keys, a hang-up; the path is assembled from Studio's",
        _studio_call,
    ),
    Scenario(
        "sip-call",
        "SIP calls that are routed",
        "the call, and its status callback",
        _sip_call,
    ),
    Scenario(
        "callback",
        "callbacks",
        "a call that waits, three keys, the task; its events by Event Streams until it is completed",
        _callback,
    ),
    Scenario(
        "voicemail",
        "voicemails",
        "a call that waits, two keys, the recording, its transcription; an agent listens; the task's events",
        _voicemail,
    ),
    Scenario(
        "message",
        "messages with a task",
        "`POST /flex-initiate-outbound-sms-task`, the customer's reply, the task's events until it ends",
        _message,
    ),
)
"""All of them. Those from ``callback`` on hear of TaskRouter by Event Streams, and are registered first."""

WITH_EVENTS: Final = ("callback", "voicemail", "message")
