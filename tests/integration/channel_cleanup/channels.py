"""Channels on the running platform: conversations, events of their tasks, and the rows that are kept."""

import base64
import itertools
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from local.platform import Platform
from switchboard import aws
from tests.support import Caller, sets_off

RELEASED = {"long_lived": False, "status": "INACTIVE"}
FUNCTION = "ChannelCleanupReleaseChannels"
CONVERSATIONS = "conversations.twilio.com/v1/Conversations"
_sids = itertools.count(1)


def new_sid(prefix: str) -> str:
    """Return a SID that no other test has."""
    return f"{prefix}{0xC1EA << 64 | next(_sids):032x}"


def task_event(
    conversation_sid: str, name: str, task_sid: str, at: float, **attributes: Any
) -> dict[str, Any]:
    """Return an event of a task as Event Streams tells it; ``at`` in seconds since the epoch."""
    moment = datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    payload = {
        "eventtype": name,
        "timestamp": moment,
        "task_sid": task_sid,
        "task_attributes": json.dumps(attributes or {"conversationSid": conversation_sid}),
    }
    return {
        "specversion": "1.0",
        "type": f"com.twilio.taskrouter.{name}",
        "id": new_sid("EZ"),
        "time": moment,
        "data": {"payload": payload},
    }


def message_event(conversation_sid: str, author: str, at: float) -> dict[str, Any]:
    """Return the event of a message in a conversation."""
    moment = datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    data = {"ConversationSid": conversation_sid, "Author": author, "DateCreated": moment, "Index": 0}
    kind = "com.twilio.conversations.message.added"
    return {"specversion": "1.0", "type": kind, "id": new_sid("EZ"), "time": moment, "data": data}


def bus_event(kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Return an event as the bus hands it to a Lambda."""
    return {
        "id": new_sid("EZ"),
        "source": "switchboard.test",
        "time": "2026-03-01T09:00:00Z",
        "detail-type": kind,
        "detail": detail,
    }


class Channels:
    """What a test asks of the platform."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        self.platform = platform
        self.caller = caller
        self.table = platform.application.functions[FUNCTION].environment["CHANNELS_TABLE"]

    def now(self) -> float:
        """Return the platform's time, in seconds since the epoch."""
        found: float = self.caller.local("GET", "/clock")["epochSeconds"]
        return found

    def pass_time(self, seconds: float) -> None:
        """Move the platform's clock; schedules that come due run."""
        self.caller.local("POST", "/clock", {"advanceSeconds": seconds})

    def run(self) -> None:
        """Run the clean-up as its schedule does, and wait for its end."""
        self.caller.local("POST", f"/schedules/{FUNCTION}")

    def tell(self, *events: dict[str, Any]) -> None:
        """Send a batch of events, as Twilio does, and wait until all of them have been worked on."""
        with sets_off(self.platform, "ChannelCleanupTrackEvents", len(events)):
            assert self.caller.signed_json("/eventstream", list(events)).status == 204

    def finish_task(self, conversation_sid: str, at: float | None = None) -> str:
        """Tell of a task that is created and completed, and return its SID."""
        task_sid, at = new_sid("WT"), self.now() if at is None else at
        names = ("task.created", "task.wrapup", "task.completed")
        self.tell(
            *(
                task_event(conversation_sid, name, task_sid, at - 2 + place)
                for place, name in enumerate(names)
            )
        )
        return task_sid

    def row(self, sid: str) -> dict[str, Any]:
        """Return what is kept of a channel; empty where nothing is."""
        client = self.platform.aws.client("dynamodb")
        found = client.get_item(TableName=self.table, Key={"conversationSid": {"S": sid}})
        return aws.from_item(found.get("Item", {}))

    def conversation(self, **attributes: Any) -> str:
        """Make a conversation, and return its SID."""
        made = self.twilio("POST", CONVERSATIONS, Attributes=json.dumps(attributes))
        return str(made["sid"])

    def state(self, sid: str) -> tuple[str, dict[str, Any]] | None:
        """Return a conversation's state and attributes; None where it is gone."""
        found = self.twilio("GET", f"{CONVERSATIONS}/{sid}")
        return found and (found["state"], json.loads(found["attributes"]))

    def twilio(self, method: str, path: str, **form: str) -> Any:
        """Ask the stand-in's REST API; None where it answers 404 or nothing."""
        account = f"{self.platform.account_sid}:{self.platform.auth_token}"
        basic = {"Authorization": "Basic " + base64.b64encode(account.encode()).decode()}
        headers = basic | {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.caller.send(method, f"/_local/twilio/api/{path}", urlencode(form).encode(), headers)
        assert answer.status < 400 or answer.status == 404, answer.text
        return answer.json() if answer.body and answer.status < 400 else None

    def requests(self, sid: str) -> list[tuple[str, str, dict[str, Any], int]]:
        """Return what Twilio was asked about a channel: method, URL, parameters and the answer's status."""
        return [
            (one["method"], one["url"].removeprefix("https://"), _decoded(one["params"]), one["status"])
            for one in self.caller.twilio_requests(sid)
        ]

    def forget_requests(self) -> None:
        """Empty the stand-in's list of requests."""
        self.caller.local("DELETE", "/twilio/requests")


def _decoded(params: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(value) if name == "Attributes" else value for name, value in params.items()}
