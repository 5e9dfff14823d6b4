"""The clean-up's code in this process: a table and a queue of its own, a clock, and a Twilio that fails."""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from twilio.http.response import Response

from channel_cleanup import pace, release
from channel_cleanup.handlers import release_channels, track_events
from channel_cleanup.storage import channels as storage
from switchboard import aws
from switchboard.aws.secrets import clear_secrets
from switchboard.errors import TwilioUnreachable
from switchboard.settings import clear_settings
from switchboard.twilio import rest_client
from switchboard.twilio.http_client import RetryingHttpClient
from tests.integration.channel_cleanup.channels import CONVERSATIONS, FUNCTION, Channels, bus_event

_tables = itertools.count(1)
QUIET_SECONDS = 172_800


class Killed(BaseException):
    """The process ended here, like a Lambda that is stopped: nothing behind this point happens."""


class World:
    """Runs the handlers.

    Attributes
    ----------
    twilio_answer : Callable[[str, str], str]
        What becomes of a request, by its method and URL: "ok", a status to refuse it with, "lost" (done, but
        the answer is lost) or "silent".
    dies_at : int or None
        With which call to AWS or Twilio the process ends; counts down.
    now : float
        The handlers' time, in seconds since the epoch.
    """

    def __init__(self, channels: Channels, monkeypatch: pytest.MonkeyPatch) -> None:
        self.channels = channels
        self.twilio_answer: Callable[[str, str], str] = lambda _method, _url: "ok"
        self.dies_at: int | None = None
        self.now = channels.now()
        self.slept = 0.0
        self.published: list[tuple[str, dict[str, Any]]] = []
        self._lock = threading.Lock()
        self._patch = monkeypatch
        self._set_environment()
        for module in (release, release_channels):
            monkeypatch.setattr(module, "now_ms", lambda: int(self.now * 1000))
        monkeypatch.setattr(
            release_channels, "publish", lambda _source, kind, detail: self.published.append((kind, detail))
        )
        monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: self.slept, sleep=self._sleep))
        self._break_clients()

    def set(self, **settings: str) -> None:
        """Change settings of the template."""
        for name, value in settings.items():
            self._patch.setenv(name, value)
        clear_settings()

    def empty(self) -> None:
        """Begin again with an empty table and queue."""
        aws_client = self.channels.platform.aws.client
        table, queue = f"channels-of-a-test-{next(_tables)}", f"letters-of-a-test-{next(_tables)}"
        known = aws_client("dynamodb").describe_table(TableName=self.channels.table)["Table"]
        parts = ("IndexName", "KeySchema", "Projection")
        aws_client("dynamodb").create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=known["KeySchema"],
            AttributeDefinitions=known["AttributeDefinitions"],
            GlobalSecondaryIndexes=[
                {part: index[part] for part in parts} for index in known["GlobalSecondaryIndexes"]
            ],
        )
        self.table = table
        self.queue_url = aws_client("sqs").create_queue(QueueName=queue)["QueueUrl"]
        self.set(CHANNELS_TABLE=table, CHANNEL_DEAD_LETTERS_URL=self.queue_url)

    def track(self, *events: dict[str, Any]) -> None:
        """Hand events of Event Streams to the processor, one after another."""
        for event in events:
            track_events.handler(bus_event(event["type"], event), None)

    def run(self, seconds: float = 300.0, detail: dict[str, Any] | None = None) -> None:
        """Run the clean-up in an invocation that may take so many seconds."""
        context = SimpleNamespace(
            function_name="test",
            aws_request_id="test",
            get_remaining_time_in_millis=lambda: int(seconds * 1000),
        )
        kind = "Scheduled Event" if detail is None else release_channels.UNFINISHED
        release_channels.handler(bus_event(kind, detail or {}), context)

    def run_to_the_end(self) -> int:
        """Run the clean-up and what it leaves to further invocations; return how many there were."""
        self.published.clear()
        self.run()
        number = 1
        while self.published:
            self.run(detail=self.published.pop(0)[1])
            number += 1
        return number

    @contextmanager
    def dying_at(self, call: int) -> Iterator[None]:
        """Let the process end with its next but so many calls, and begin a new one after that."""
        self.dies_at = call
        try:
            yield
        except Killed:
            pass
        finally:
            self.dies_at = None

    def row(self, sid: str) -> dict[str, Any]:
        """Return what is kept of a channel; empty where nothing is."""
        client = self.channels.platform.aws.client("dynamodb")
        found = client.get_item(TableName=self.table, Key={"conversationSid": {"S": sid}})
        return aws.from_item(found.get("Item", {}))

    def letters(self) -> list[dict[str, Any]]:
        """Return what is in the dead-letter queue."""
        client = self.channels.platform.aws.client("sqs")
        found = client.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(one["Body"]) for one in found.get("Messages", [])]

    def releases(self, sid: str) -> int:
        """Return how often a conversation was really closed."""
        return sum(
            one[0] == "POST" and one[1] == f"{CONVERSATIONS}/{sid}" and one[3] == 200
            for one in self.channels.requests(sid)
        )

    def _set_environment(self) -> None:
        platform = self.channels.platform
        variables = platform.functions.variables(platform.application.functions[FUNCTION])
        for name, value in variables.items():
            self._patch.setenv(name, value)
        clear_settings()
        clear_secrets()
        aws.clear_clients()
        rest_client.clear_client()
        self.empty()

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds

    def _count_call(self, **_: Any) -> None:
        with self._lock:
            if self.dies_at is not None:
                self.dies_at -= 1
                if self.dies_at < 0:
                    raise Killed

    def _break_clients(self) -> None:
        request = RetryingHttpClient.answer

        def broken_request(client: RetryingHttpClient, method: str, url: str, **more: Any) -> Response:
            self._count_call()
            answer = self.twilio_answer(method, url)
            if answer == "silent":
                raise TwilioUnreachable
            if answer.isdecimal():
                return Response(int(answer), json.dumps({"code": 20000 + int(answer), "message": "No"}))
            found = request(client, method, url, **more)
            if answer == "lost":
                raise TwilioUnreachable
            return found

        self._patch.setattr(RetryingHttpClient, "answer", broken_request)
        for service in ("dynamodb", "sqs", "ssm"):
            aws.boto3_client(service).meta.events.register("before-call", self._count_call)


def due_sids(before: float) -> list[str]:
    """Return the channels that the index holds until a time, in s, in its order."""
    return [sid for sid, _ in storage.due(int(before * 1000))]
