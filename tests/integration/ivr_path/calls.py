"""Made-up calls: the requests of their number and their flow, and their executions in Studio."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import STUDIO_NUMBER
from local.twilio.studio.execution import Execution, Step
from local.twilio.studio.flow import RECEPTION
from tests.data.walks import Walk
from tests.support import Caller, eventually

CALLER = "+12025550142"
ELSEWHERE = "+12025550199"
"""A number that no flow is behind."""


def new_sid(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


class StudioCall:
    """One call through one or more flows, and its record.

    Parameters
    ----------
    platform, caller
        Where it is made.
    flow_sid
        The flow that answers it.
    """

    def __init__(self, platform: Platform, caller: Caller, flow_sid: str | None = None) -> None:
        self.platform = platform
        self.caller = caller
        self.sid = new_sid("CA")
        self.execution_sid = new_sid("FN")
        self.flow_sid = flow_sid or new_sid("FW")

    # ── what Twilio tells ────────────────────────────────────────────────────────────────────────────

    def link(self, execution_sid: str | None = None, flow_sid: str | None = None) -> HttpResponse:
        return self.caller.signed_post("/widget-store-studio-data", self.link_fields(execution_sid, flow_sid))

    def link_fields(self, execution_sid: str | None = None, flow_sid: str | None = None) -> dict[str, str]:
        return {
            "callSid": self.sid,
            "executionSid": execution_sid or self.execution_sid,
            "flowSid": flow_sid or self.flow_sid,
        }

    def status(self, status: str = "completed", query: str = "", **fields: str) -> HttpResponse:
        form = {
            "CallSid": self.sid,
            "CallStatus": status,
            "AccountSid": self.platform.account_sid,
            "From": CALLER,
            "To": ELSEWHERE,
            "Direction": "inbound",
        }
        if status == "completed":
            form["CallDuration"] = "31"
        return self.caller.signed_post(f"/pn-call-status-callback{query}", form | fields)

    def tell(self, *events: dict[str, Any]) -> None:
        batch = [{"specversion": "1.0", "id": new_sid("EZ"), **event} for event in events]
        assert self.caller.signed_json("/eventstream", batch).status == 204

    def location(self, flow_sid: str | None = None) -> str:
        account = self.platform.account_sid
        return f"https://webhooks.twilio.com/v1/Accounts/{account}/Flows/{flow_sid or self.flow_sid}"

    # ── what Studio knows ────────────────────────────────────────────────────────────────────────────

    def in_studio(self, way: Walk, widgets: dict[str, Any] | None = None, *, ended: bool = True) -> Execution:
        """Let Studio know a walk as this call's execution."""
        execution = Execution(
            way.execution_sid,
            way.flow_sid,
            self.sid,
            way.start / 1000,
            {"CallSid": self.sid, "From": CALLER, "To": ELSEWHERE},
            steps=[
                Step(step.sid, step.event, step.widget, step.next, "say-play", step.at / 1000, step.parent)
                for step in way.steps
            ],
            ended=way.end / 1000 if ended else None,
            widgets=widgets or {},
        )
        self.platform.stand_in.studio.executions[execution.sid] = execution
        return execution

    def walk(self, *widgets: str, start: int | None = None) -> Walk:
        """Return a walk through widgets, a second each, as this call's execution; ended by the flow."""
        from tests.data.walks import Taken

        began = start if start is not None else int(self.platform.clock.now()) * 1000
        names = ["Trigger", *widgets]
        steps = [
            Taken(
                new_sid("FT"),
                name,
                "next" if number else "incomingCall",
                following,
                began + number * 1000,
                None,
            )
            for number, (name, following) in enumerate(zip(names, [*widgets, "Ended"], strict=True))
        ]
        return Walk(self.execution_sid, self.flow_sid, self.sid, began, steps)

    # ── what is kept ─────────────────────────────────────────────────────────────────────────────────

    def get(self) -> dict[str, Any] | None:
        answer = self.caller.key_get(f"/ivr-paths/{self.sid}")
        assert answer.status in {200, 404}, answer.text
        return answer.json() if answer.status == 200 else None

    def recorded(self, steps: int = 0) -> dict[str, Any]:
        """Return the record once it is complete and announced; the platform's clock runs faster meanwhile.

        Events arrive in any order: where Studio's REST API knows nothing of the call, the record counts as
        complete before all steps are there, and is made again with each. `steps` is how many to wait for.
        """

        def is_complete() -> bool:
            record = self.get()
            if record and record["status"] == "recorded" and len(record["steps"]) >= steps:
                return True
            self.platform.advance(1)
            return False

        assert eventually(is_complete), self.get()
        assert self.platform.wait_until_idle(30)
        record = self.get()
        assert record
        return record

    def forwarded(self) -> list[dict[str, Any]]:
        """Return the records of this call that the operator's endpoint got, without their correlation ids."""
        posts = self.caller.local("GET", "/operator")
        return [without_correlation_id(post["body"]) for post in posts if post["body"]["callSid"] == self.sid]

    def archived(self) -> dict[str, str]:
        """Return the archive's objects of this call: text by key."""
        return {key: text for key, text in objects(self.platform, "ivr-paths/") if self.sid in key}


def bucket(platform: Platform) -> str:
    return platform.resource_name("IvrBucket")


def objects(platform: Platform, prefix: str) -> Iterator[tuple[str, str]]:
    client = platform.aws.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket(platform), Prefix=prefix):
        for item in page.get("Contents", ()):
            body = client.get_object(Bucket=bucket(platform), Key=item["Key"])["Body"].read()
            yield item["Key"], body.decode()


def item(platform: Platform, identity: str, part: str) -> dict[str, Any]:
    """Return an item of the table as DynamoDB has it."""
    table = platform.resource_name("IvrPaths")
    key = {"id": {"S": identity}, "part": {"S": part}}
    found: dict[str, Any] = platform.aws.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
    return found


def without_correlation_id(detail: dict[str, Any]) -> dict[str, Any]:
    """Return an event's detail as its sender gave it to the bus, which adds the correlation id."""
    assert detail["correlationId"]
    return {name: value for name, value in detail.items() if name != "correlationId"}


def bus_event(detail_type: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Return an event of this feature, with the fields that its processors read."""
    return {
        "id": "1",
        "source": "switchboard.ivr_path",
        "time": "2026-03-01T09:00:00Z",
        "detail-type": detail_type,
        "detail": detail,
    }


def widgets_of(record: dict[str, Any]) -> list[str]:
    return [step["widget"] for step in record["steps"]]


def dead_letters(platform: Platform) -> list[dict[str, Any]]:
    """Take everything out of the dead-letter queue."""
    client = platform.aws.client("sqs")
    url = client.get_queue_url(QueueName=platform.resource_name("DeadLetters"))["QueueUrl"]
    found = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


__all__ = [
    "CALLER",
    "ELSEWHERE",
    "RECEPTION",
    "STUDIO_NUMBER",
    "StudioCall",
    "bucket",
    "dead_letters",
    "item",
]
