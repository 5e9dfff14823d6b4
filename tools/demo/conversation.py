"""The outbound part of ``switchboard demo``: from an agent's first message to the clean-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.template.parameters import FLEX_NUMBER, WORKSPACE_SID
from tools.caller import Caller
from tools.phone.client import PhoneClient
from tools.setup_events.registration import Registration
from tools.twilio_account import connect_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.platform import Platform

_CUSTOMER = "+12025550164"
_TABLE = "CHANNELS_TABLE"
_FUNCTION = "ChannelCleanupTrackEvents"
_DAY, _HOUR = 86_400, 3_600
_PATIENCE_SECONDS = 20.0


class ConversationDemo:
    """An agent, a customer who takes their time, and the clean-up.

    Parameters
    ----------
    platform
        Running.
    show
        Prints what has happened on a phone since the last time.
    """

    def __init__(self, platform: Platform, show: Callable[[str], None]) -> None:
        self._platform = platform
        self._caller = Caller(platform)
        self._phone = PhoneClient(platform.base_url)
        self._twilio = connect_to(platform)
        self._show = show
        self._conversation_sid = ""
        self._task_sid = ""

    def start(self) -> bool:
        """Start the conversation, let an agent take its task, and reply two days later.

        Returns
        -------
        bool
            Whether the reply came into the same conversation.
        """
        destination = f"{self._platform.public_base_url}/eventstream"
        for line in Registration(self._twilio, destination, dry_run=False).register():
            if line.startswith("sink"):
                print(f"make setup-events\n  {line}\n")
        self._ask_for_message("Hello Ada, your new glasses are here. When do you come by?")
        tasks = self._twilio.taskrouter.v1.workspaces(WORKSPACE_SID)
        activities = {one.friendly_name: str(one.sid) for one in tasks.activities.list()}
        worker = str(tasks.workers.list(limit=1)[0].sid)
        tasks.workers(worker).update(activity_sid=activities["Available"])
        reservations = tasks.tasks(self._task_sid).reservations
        while not (reserved := reservations.list()):
            self._end_reserved(tasks)
        accepted: Any = "accepted"
        reservations(str(reserved[0].sid)).update(reservation_status=accepted)
        print(f"An agent accepts the task {self._task_sid}.\n\nTwo days later:")
        self._pass(2 * _DAY)
        self._phone.text(_CUSTOMER, FLEX_NUMBER, "Sorry for the late reply. Friday at ten?")
        self._show(_CUSTOMER)
        messages = self._twilio.conversations.v1.conversations(self._conversation_sid).messages.list()
        print(f"\nThe conversation {self._conversation_sid} has both messages:")
        for message in messages:
            print(f"  {'Ada' if message.author == _CUSTOMER else 'us':<4} {message.body}")
        print()
        return len(messages) == 2

    def end(self) -> bool:
        """Complete the task and let two days pass; tell whether the conversation is closed then."""
        self._platform.wait_until_idle(
            _PATIENCE_SECONDS
        )  # the customer's answer has reached the agent's task
        task = self._twilio.taskrouter.v1.workspaces(WORKSPACE_SID).tasks(self._task_sid)
        for status in ("wrapping", "completed"):
            task.update(assignment_status=status)
        if not self._knows_end():
            print("The end of the task was not heard of in time.")
            return False
        print("The agent completes the task; its events reach POST /eventstream.")
        for hours in (47, 2):
            self._pass(hours * _HOUR)
            found = self._twilio.conversations.v1.conversations(self._conversation_sid).fetch()
            print(f"{hours:>2} hours later the conversation is {found.state}: {found.attributes}")
        print()
        return str(found.state) == "closed"

    def start_again(self) -> bool:
        """Start another message to the customer; tell whether it has a conversation of its own."""
        before = self._conversation_sid
        self._ask_for_message("Hello Ada, how do you like your glasses?")
        return self._conversation_sid != before

    def _end_reserved(self, workspace: Any) -> None:
        """Let the agent end the tasks that came before the message's, such as the voicemail's."""
        for task in workspace.tasks.list(assignment_status="reserved"):
            print(f"An agent first ends the task {task.sid}, which has waited for longer.")
            for status in ("assigned", "completed"):
                task.update(assignment_status=status)

    def _ask_for_message(self, text: str) -> None:
        fields = {
            "fromNumber": FLEX_NUMBER,
            "toNumber": _CUSTOMER,
            "toName": "Ada",
            "initialNotificationMessage": text,
        }
        answer = self._caller.key_post("/flex-initiate-outbound-sms-task", fields, as_json=True).json()
        self._conversation_sid, self._task_sid = answer["conversationSid"], answer["taskSid"]
        print("POST /flex-initiate-outbound-sms-task")
        print(f"  conversation {self._conversation_sid}, task {self._task_sid}")
        self._show(_CUSTOMER)

    def _pass(self, seconds: float) -> None:
        self._phone.request("POST", "/clock", {"advanceSeconds": seconds})

    def _knows_end(self) -> bool:
        """Wait for the event of the task's end; tell whether the clean-up has stored it."""
        table = self._platform.application.functions[_FUNCTION].environment[_TABLE]
        key = {"conversationSid": {"S": self._conversation_sid}}
        self._platform.wait_until_idle(_PATIENCE_SECONDS)
        found = self._platform.aws.client("dynamodb").get_item(TableName=table, Key=key)
        return self._task_sid in found.get("Item", {}).get("endedTasks", {}).get("SS", [])
