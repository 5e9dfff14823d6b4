"""What the two Flex plugins for callbacks and voicemails do: their requests, and what they read of a task."""

import base64
import json
from typing import Any
from urllib.parse import quote

from local.http_messages import HttpResponse
from tests.integration.callback.desk import Desk

_ORIGIN = {"Origin": "https://flex.twilio.com"}


class Plugin:
    """A plugin in an agent's browser.

    Parameters
    ----------
    desk
        Where the agent works.
    """

    folder: str
    """The path below which the plugin expects the functions."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def call(self, task_sid: str) -> str:
        """Call the person of a task, and return the task of the outbound call, which has its attributes."""
        router, task = self.desk.platform.stand_in.taskrouter, self.desk.task(task_sid)
        attributes = json.loads(task.attributes)
        conversations = attributes.get("conversations") or {}
        more = {
            "taskType": "callback-outbound",
            "conversations": {"conversation_id": conversations.get("conversation_id") or task_sid},
            "autoClose": True,
            "parentTask": task_sid,
        }
        return router.create(task.workflow_sid, json.dumps({**attributes, **more})).sid

    def post(self, route: str, fields: dict[str, Any]) -> HttpResponse:
        """Send a form, in which JavaScript has encoded each value, and the token among them."""
        values = {"Token": self.desk.platform.flex_tokens["agent"], **fields}
        body = "&".join(f"{name}={quote(_javascript(value), safe='')}" for name, value in values.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded", **_ORIGIN}
        answer = self.desk.caller.send("POST", f"{self.folder}/{route}", body.encode(), headers)
        assert answer.header("access-control-allow-origin") == _ORIGIN["Origin"]
        return answer

    def accept(self, task_sid: str) -> dict[str, Any]:
        """Take a task, and return its attributes."""
        router = self.desk.platform.stand_in.taskrouter
        router.set_status(self.desk.task(task_sid), "assigned")
        return self.desk.attributes(task_sid)

    def wrap_up(self, task_sid: str) -> None:
        """End a task, as Event Streams tells."""
        router = self.desk.platform.stand_in.taskrouter
        router.set_status(self.desk.task(task_sid), "wrapping")
        self.desk.tell(task_sid, "wrapup")
        router.set_status(self.desk.task(task_sid), "completed")
        self.desk.tell(task_sid, "completed")


class TemplatePlugin(Plugin):
    """The plugin of flex-project-template as it is today."""

    folder = "/features/callback-and-voicemail/flex"

    def requeue(self, task_sid: str) -> str:
        """Press Retry Later, and return the next task."""
        answer = self.post("requeue-callback", {"taskSid": task_sid}).json()
        assert answer["success"]
        self.wrap_up(task_sid)
        return str(answer["taskSid"])

    def play(self, task_sid: str) -> bytes:
        """Play the voicemail of a task."""
        data = self.desk.attributes(task_sid)["callBackData"]
        found = self.post("fetch-voicemail", {"recordingSid": data["recordingSid"]}).json()
        assert found["type"] == "audio/mpeg"
        return base64.b64decode(found["recording"])

    def transcript(self, task_sid: str) -> Any:
        return self.desk.attributes(task_sid)["callBackData"]["transcriptText"]


class OlderPlugin(Plugin):
    """The plugin of the library, which requeues by another request for a callback."""

    folder = "/callback/flex"

    def requeue(self, task_sid: str) -> str:
        """Press Retry Later, and return the next task."""
        task, attributes = self.desk.task(task_sid), self.desk.attributes(task_sid)
        data = attributes["callBackData"]
        always = {
            "numberToCall": data["numberToCall"],
            "numberToCallFrom": data["numberToCallFrom"],
            "flexFlowSid": attributes.get("flow_execution_sid"),
        }
        sent_if_known = {
            "workflowSid": task.workflow_sid,
            "timeout": task.timeout,
            "priority": task.priority,
            "attempts": int(data.get("attempts") or 0) + 1,
            "conversation_id": task_sid,
            "message": attributes.get("message"),
            "utcDateTimeReceived": data.get("utcDateTimeReceived"),
            "recordingSid": data.get("recordingSid"),
            "recordingUrl": data.get("recordingUrl"),
            "transcriptSid": data.get("transcriptSid"),
            "transcriptText": data.get("transcriptText"),
            "isDeleted": data.get("isDeleted"),
        }
        more = {name: value for name, value in sent_if_known.items() if value}
        answer = self.post("create-callback", {**always, **more}).json()
        assert answer["success"]
        self.wrap_up(task_sid)
        return str(answer["taskSid"])

    def play(self, task_sid: str) -> bytes:
        """Play the voicemail of a task."""
        data = self.desk.attributes(task_sid)["callBackData"]
        return self.post("fetch-voicemail", {"recordingSid": data["RecordingSid"]}).body

    def transcript(self, task_sid: str) -> Any:
        return self.desk.attributes(task_sid)["callBackData"]["TranscriptionText"]


def _javascript(value: object) -> str:
    """Return a value as JavaScript writes it."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)
