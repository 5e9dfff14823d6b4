"""Customers of the running platform: each with a number of their own, and what Twilio knows of them."""

import base64
import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import FLEX_NUMBER
from tests.support import Caller

TASK, SMS = "/flex-initiate-outbound-sms-task", "/flex-initiate-outbound-sms"
CONVERSATIONS = "conversations.twilio.com/v1/Conversations"
_numbers = itertools.count(2000)


class Customer:
    """One customer, and the requests about them."""

    def __init__(self, platform: Platform, caller: Caller, channel: str = "") -> None:
        self.platform = platform
        self.caller = caller
        self.number = f"{channel}+1404555{next(_numbers)}"
        self.sender = f"{channel}{FLEX_NUMBER}"

    def fields(self, **more: str) -> dict[str, str]:
        return {"fromNumber": self.sender, "toName": "Ada", "toNumber": self.number, **more}

    def post(self, route: str, headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
        """Ask for a message, as a system with an API key does."""
        body = json.dumps({**self.fields(), **more}).encode()
        key = {"Authorization": f"Bearer {self.platform.api_key}", "Content-Type": "application/json"}
        return self.caller.send("POST", route, body, {**key, **(headers or {})})

    def get_task(self, **more: Any) -> dict[str, Any]:
        answer = self.post(TASK, **more)
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get_message(self, body: str = "Hello", **more: Any) -> dict[str, Any]:
        answer = self.post(SMS, messageBody=body, **more)
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def writes(self, body: str) -> None:
        self.caller.local("POST", "/phone/texts", {"from": self.number, "to": self.sender, "body": body})

    def inbox(self) -> list[str]:
        """Return what the customer's phone received, oldest first."""
        query = urlencode({"phone": self.number})
        thread = self.caller.local("GET", f"/phone/texts?{query}")
        return [text["body"] for text in thread if text["to"] == self.number and not text["automatic"]]

    def twilio(self, method: str, path: str, **form: str) -> Any:
        """Ask the stand-in's REST API; None where it answers 404."""
        account = f"{self.platform.account_sid}:{self.platform.auth_token}"
        basic = {"Authorization": "Basic " + base64.b64encode(account.encode()).decode()}
        headers = basic | {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.caller.send(method, f"/_local/twilio/api/{path}", urlencode(form).encode(), headers)
        if answer.status == 404:
            return None
        assert answer.status < 400, answer.text
        return answer.json() if answer.body else None

    def conversation(self, sid: str) -> Any:
        """Return a conversation, with its attributes decoded; None where there is none."""
        found = self.twilio("GET", f"{CONVERSATIONS}/{sid}")
        return found and {**found, "attributes": json.loads(found["attributes"])}

    def conversations(self) -> list[str]:
        """Return the SIDs of the customer's conversations that are not closed."""
        query = urlencode({"Address": self.number})
        found = self.twilio("GET", f"conversations.twilio.com/v1/ParticipantConversations?{query}")
        return [
            one["conversation_sid"] for one in found["conversations"] if one["conversation_state"] != "closed"
        ]

    def webhooks(self, sid: str) -> list[Any]:
        found: list[Any] = self.twilio("GET", f"{CONVERSATIONS}/{sid}/Webhooks")["webhooks"]
        return found

    def task(self, sid: str) -> Any:
        workspace = self.caller.local("GET", "/health")["workspaceSid"]
        return self.twilio("GET", f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{sid}")

    def end_task(self, sid: str, status: str = "canceled") -> None:
        """Let a task end; one that is completed is assigned first."""
        for state in ("assigned", "wrapping", "completed") if status == "completed" else (status,):
            self.change_task(sid, state)

    def change_task(self, sid: str, status: str) -> None:
        workspace = self.caller.local("GET", "/health")["workspaceSid"]
        path = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{sid}"
        self.twilio("POST", path, AssignmentStatus=status)

    def tasks(self, status: str = "pending,reserved,assigned,wrapping") -> list[str]:
        """Return the SIDs of the tasks of the customer's conversations, in any order."""
        workspace = self.caller.local("GET", "/health")["workspaceSid"]
        query = urlencode({"AssignmentStatus": status, "PageSize": 1000})
        path = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks?{query}"
        return [one["sid"] for one in self.twilio("GET", path)["tasks"] if self.number in one["attributes"]]

    def flows(self, sid: str) -> list[str]:
        """Return the Studio flows that get a conversation's replies."""
        return [one["configuration"]["flow_sid"] for one in self.webhooks(sid)]

    def existing(self, **attributes: Any) -> str:
        """Let another system have a conversation with the customer, and return its SID."""
        made = self.twilio("POST", CONVERSATIONS, Attributes=json.dumps(attributes))
        self.twilio(
            "POST",
            f"{CONVERSATIONS}/{made['sid']}/Participants",
            **{"MessagingBinding.Address": self.number, "MessagingBinding.ProxyAddress": self.sender},
        )
        self.caller.local("DELETE", "/twilio/requests")
        sid: str = made["sid"]
        return sid

    def requests(self) -> list[tuple[str, str, Any]]:
        """Return what the application asked of Twilio: method, URL without the scheme, parameters.

        The platform is shared: a call that another test made may still be recorded, by asking Studio.
        """
        return [
            (one["method"], one["url"].removeprefix("https://"), _decoded(one["params"]))
            for one in self.caller.twilio_requests()
            if not one["url"].startswith("https://studio.twilio.com/")
        ]


def _decoded(params: Mapping[str, Any]) -> dict[str, Any]:
    names = {"Attributes", "Channel", "Routing"}
    return {name: json.loads(value) if name in names else value for name, value in params.items()}
