"""Queues as event sources: their messages invoke a function in batches, as Lambda's own pollers would.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import contextlib
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.activity import Activity
from local.aws.moto_server import Aws, Call
from local.lambda_runtime.functions import Functions, Outcome
from local.template.application import Application
from local.template.model import QueueSource
from local.timeouts import scaled

_RETRY_SECONDS = 1  # instead of the queue's visibility timeout, which may be minutes
_POLL_SECONDS = 0.1
_WAKING = {
    "SendMessage",
    "SendMessageBatch",
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "PutEvents",
}


class Queues:
    """Polls the queues that are event sources of functions.

    Parameters
    ----------
    application
        Where the event sources are described.
    aws
        Where the queues are.
    functions
        What is invoked.
    activity
        Has the messages, which cause invocations.
    """

    def __init__(self, application: Application, aws: Aws, functions: Functions, activity: Activity) -> None:
        sources = application.queue_sources
        self._pollers = [_Poller(source, application, aws, functions, activity) for source in sources]
        aws.on_call(self._see)

    def start(self) -> None:
        """Start polling."""
        for poller in self._pollers:
            poller.start()

    def wake(self) -> None:
        """Poll at once, because time has passed or messages have arrived."""
        for poller in self._pollers:
            poller.wake()

    def are_idle(self) -> bool:
        """Whether no message is being processed or ready to be processed."""
        return all(poller.is_idle() for poller in self._pollers)

    def stop(self) -> None:
        """Stop receiving messages."""
        for poller in self._pollers:
            poller.stop()

    def _see(self, call: Call) -> None:
        if call.operation in _WAKING:
            self.wake()


class _Poller:
    """Polls one queue; it sleeps while the queue is empty."""

    def __init__(
        self,
        source: QueueSource,
        application: Application,
        aws: Aws,
        functions: Functions,
        activity: Activity,
    ) -> None:
        self._activity = activity
        self._source = source
        self._application = application
        self._aws = aws
        self._functions = functions
        self._name = source.queue_arn.rpartition(":")[2]
        self._url = ""
        self._wake = threading.Event()
        self._stopped = False
        self._places = threading.Semaphore(source.concurrency)
        self._pool = ThreadPoolExecutor(source.concurrency, thread_name_prefix=f"queue-{self._name}")
        self._under_way: set[Future[None]] = set()
        self._is_receiving = False
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"queue-{self._name}")

    def start(self) -> None:
        self._url = self._aws.client("sqs").get_queue_url(QueueName=self._name)["QueueUrl"]
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def is_idle(self) -> bool:
        # In a message's own order: visible, being received, worked on. So none is missed between two looks.
        return not self._has_visible() and not self._is_receiving and not self._under_way

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._thread.is_alive():
            self._thread.join(scaled(5))

    def _run(self) -> None:
        while not self._stopped:
            # Messages that wait for their delay or visibility are looked for; an empty queue is slept on.
            self._wake.wait(_POLL_SECONDS if self._queue()._messages else None)  # noqa: SLF001  # no other way
            self._wake.clear()
            self._is_receiving = True
            with contextlib.suppress(BotoCoreError, ClientError):  # the platform is stopping
                while not self._stopped and self._has_visible() and self._poll():
                    pass
            self._is_receiving = False

    def _queue(self) -> Any:
        """Return moto's own queue, which is a hundred times cheaper to inspect than by a request."""
        return self._aws.backend("sqs").queues[self._name]

    def _has_visible(self) -> bool:
        with self._aws.on_its_clock():
            return bool(self._queue().messages)

    def _poll(self) -> bool:
        """Receive one batch and hand it to the function; return whether there may be more."""
        if not self._places.acquire(timeout=_POLL_SECONDS):
            return True
        messages: Sequence[Mapping[str, Any]] = ()
        try:
            messages = (
                self._aws.client("sqs")
                .receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=min(self._source.batch_size, 10),
                    WaitTimeSeconds=0,
                    MessageAttributeNames=["All"],
                    MessageSystemAttributeNames=["All"],
                )
                .get("Messages", ())
            )
            if messages and not self._stopped:
                batch = self._pool.submit(self._process, messages)
                self._under_way.add(batch)
                batch.add_done_callback(self._under_way.discard)
        finally:
            if not messages or self._stopped:
                self._places.release()
        return bool(messages)

    def _process(self, messages: Sequence[Mapping[str, Any]]) -> None:
        try:
            event = {"Records": [self._record(message) for message in messages]}
            cause = self._activity.number_of(messages[0]["MessageId"])
            outcome = self._functions.invoke(self._source.function, event, "queue", self._name, cause)
            failed = self._failed(outcome, messages)
            client = self._aws.client("sqs")
            with contextlib.suppress(BotoCoreError, ClientError):  # the platform is stopping
                for message in messages:
                    handle = message["ReceiptHandle"]
                    if message["MessageId"] in failed:
                        client.change_message_visibility(
                            QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=_RETRY_SECONDS
                        )
                    else:
                        client.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        finally:
            self._places.release()

    def _failed(self, outcome: Outcome, messages: Sequence[Mapping[str, Any]]) -> set[str]:
        """Return the ids of the messages that are to be received again."""
        everything = {str(message["MessageId"]) for message in messages}
        if not outcome.ok:
            return everything
        if not self._source.reports_item_failures or not outcome.result:
            return set()
        try:
            failed = {str(item["itemIdentifier"]) for item in outcome.result["batchItemFailures"]}
        except (KeyError, TypeError):
            return everything
        # An identifier that is none of this batch's makes the whole batch count as failed.
        return failed if failed <= everything else everything

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: {
                    "stringValue": value.get("StringValue"),
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": value["DataType"],
                }
                for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.queue_arn,
            "awsRegion": self._application.template.names.region,
        }
