"""Messages that moto moves to a dead-letter queue: they tell where they come from, as SQS lets them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from typing import Any

SOURCE = "DeadLetterQueueSourceArn"


def note_sources() -> None:
    """Let moto's queues note the queue that a message is moved from, and tell it with the message."""
    from moto.sqs.models import Queue
    from moto.sqs.responses import SQSResponse

    original = Queue.add_message
    if original.__module__ == __name__:
        return

    def add_message(self: Any, message: Any) -> None:
        source = vars(message).get("_queue_arn")
        if source not in {None, self.queue_arn}:
            message.source_arn = source
        message._queue_arn = self.queue_arn  # noqa: SLF001  # moto's messages do not know their queue
        original(self, message)

    receive = SQSResponse.receive_message

    def receive_message(self: Any) -> Any:
        action: Any = receive(self)
        queue = self.sqs_backend.get_queue(self._get_queue_name())
        sources = {message.id: source_of(message) for message in queue._messages}  # noqa: SLF001
        for message in action.result.get("Messages", ()):
            if "Attributes" in message and (source := sources.get(message["MessageId"])):
                message["Attributes"][SOURCE] = source
        return action

    Queue.add_message = add_message  # type: ignore[method-assign]
    SQSResponse.receive_message = receive_message  # type: ignore[method-assign]


def source_of(message: Any) -> str:
    """Return the ARN of the queue that gave a message of moto's up; "" where none did."""
    return str(vars(message).get("source_arn") or "")
