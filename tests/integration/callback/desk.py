"""What tests of callbacks share: requests as Studio and Flex make them, and the tasks that result."""

import itertools
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import WORKSPACE_SID
from local.twilio.taskrouter.task import Task
from tests.support import Caller, sets_off

CREATE = "/callback/studio/create-callback"
FLEX = "/callback/flex"
OURS = "+12025550100"
_numbers = itertools.count(0)


def new_sid(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


def other_spellings(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what flex-project-template's plugin reads of a voicemail, by what older plugins read."""
    return {
        "recordingSid": data.get("RecordingSid"),
        "recordingUrl": data.get("RecordingUrl"),
        "transcriptSid": data.get("TranscriptionSid"),
        "transcriptText": data.get("TranscriptionText"),
    }


class Desk:
    """A team with a number of its own for each test, so that no test meets another's callback."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        self.platform = platform
        self.caller = caller
        self.number = self.new_number()

    def new_number(self) -> str:
        """Return a number that nobody has asked to be called at."""
        return f"+1415{2000000 + next(_numbers)}"

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────

    def numbers(self) -> dict[str, str]:
        return {"numberToCall": self.number, "numberToCallFrom": OURS}

    def create(self, headers: Mapping[str, str] | None = None, **fields: str) -> HttpResponse:
        """Ask as Studio does, with a form."""
        return self.caller.signed_post(CREATE, {**self.numbers(), **fields}, headers)

    def created(self, **fields: str) -> str:
        """Ask, and return the task's SID."""
        answer = self.create(**fields)
        assert answer.status == 200, answer.text
        body = answer.json()
        assert set(body) == {"success", "taskSid"}
        assert body["success"] is True
        return str(body["taskSid"])

    def transcribed(self, recording_sid: str, text: str = "Please call me.", **more: str) -> HttpResponse:
        """Tell of a transcription, as Twilio does: the numbers in the query, the rest in the form."""
        form = {
            "AccountSid": self.platform.account_sid,
            "RecordingSid": recording_sid,
            "RecordingUrl": self.recording_url(recording_sid),
            "TranscriptionSid": "TR" + recording_sid[2:],
            "TranscriptionText": text,
            "TranscriptionStatus": "completed",
            **more,
        }
        return self.caller.signed_post(f"{CREATE}?{urlencode(self.numbers())}", form)

    def recording_url(self, sid: str) -> str:
        return f"https://api.twilio.com/2010-04-01/Accounts/{self.platform.account_sid}/Recordings/{sid}"

    def flex(self, route: str, role: str = "agent", **fields: Any) -> HttpResponse:
        return self.caller.flex_post(f"{FLEX}/{route}", fields, role)

    # ── TaskRouter ───────────────────────────────────────────────────────────────────────────────────

    def tasks(self, number: str = "") -> list[Task]:
        """Return all callbacks of a number, oldest first."""
        wanted = number or self.number
        found = []
        for task in self.platform.stand_in.taskrouter.tasks():
            data = json.loads(task.attributes).get("callBackData", {})
            if data.get("numberToCall") == wanted:
                found.append(task)
        return found

    def open_tasks(self, number: str = "") -> list[Task]:
        return [task for task in self.tasks(number) if task.status in {"pending", "reserved", "assigned"}]

    def task(self, sid: str) -> Task:
        found: Task = self.platform.stand_in.taskrouter.get(sid)
        return found

    def attributes(self, sid: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.task(sid).attributes)
        return found

    def tell(self, sid: str, kind: str) -> None:
        """Send TaskRouter's event about a task, as Event Streams does, and wait until it is processed."""
        task = self.task(sid)
        event = {
            "specversion": "1.0",
            "type": f"com.twilio.taskrouter.task.{kind}",
            "source": f"/v1/Workspaces/{WORKSPACE_SID}",
            "id": new_sid("EZ"),
            "datacontenttype": "application/json",
            "time": f"{self.platform.clock.datetime():%Y-%m-%dT%H:%M:%S.000Z}",
            "data": {
                "account_sid": self.platform.account_sid,
                "payload": {
                    "eventtype": f"task.{kind}",
                    "task_sid": sid,
                    "task_attributes": task.attributes,
                    "workflow_sid": task.workflow_sid,
                    "workspace_sid": WORKSPACE_SID,
                },
            },
        }
        with sets_off(self.platform, "CallbackTaskEvents"):
            assert self.caller.signed_json("/eventstream", [event]).status == 204

    def upload(self, key: str, document: Any) -> None:
        """Put a configuration file into the bucket, or delete it (None), and let caches expire."""
        client, bucket = self.platform.aws.client("s3"), self.platform.bucket
        if document is None:
            client.delete_object(Bucket=bucket, Key=f"callback/{key}")
        else:
            client.put_object(Bucket=bucket, Key=f"callback/{key}", Body=json.dumps(document).encode())
        self.platform.advance(61)

    def finish(self, sid: str, status: str = "completed") -> None:
        """Let a task end."""
        router, task = self.platform.stand_in.taskrouter, self.task(sid)
        if status == "completed":
            router.set_status(task, "assigned")
        router.set_status(task, status, "test")

    def fail(self, match: str, status: int, times: int = 1, delay: float = 0.0) -> None:
        fault = {"match": match, "status": status, "times": times, "delaySeconds": delay}
        self.caller.local("POST", "/twilio/faults", fault)

    def reconcile_due(self) -> None:
        """Let leases expire, and run the function that reconciles what is due."""
        self.platform.advance(31)
        self.caller.local("POST", "/schedules/CallbackReconcileTasks")
