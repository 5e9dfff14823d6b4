"""How long a received message may be hidden: 12 hours from its receipt, where moto counts from its sending.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""

from typing import Any, Final

_MOST_SECONDS: Final = 12 * 60 * 60


def count_from_receipt() -> None:
    """Let moto's queues count the longest visibility timeout from a message's last receipt."""
    from moto.core.utils import unix_time_millis
    from moto.sqs.exceptions import InvalidParameterValue, ReceiptHandleIsInvalid
    from moto.sqs.models import Message, SQSBackend

    original = Message.mark_received
    if original.__module__ == __name__:
        return

    def mark_received(self: Any, visibility_timeout: int | None = None) -> None:
        self.received_at = unix_time_millis()
        original(self, visibility_timeout)

    def change_message_visibility(
        self: Any, queue_name: str, receipt_handle: str, visibility_timeout: int
    ) -> None:
        queue = self.get_queue(queue_name)
        received = (message for message in queue._messages if message.had_receipt_handle(receipt_handle))  # noqa: SLF001
        message = next(received, None)
        if message is None:
            raise ReceiptHandleIsInvalid
        hidden_seconds = (unix_time_millis() - message.received_at) / 1000
        if visibility_timeout and hidden_seconds + int(visibility_timeout) > _MOST_SECONDS:
            raise InvalidParameterValue(
                f"Value {visibility_timeout} for parameter VisibilityTimeout is invalid. Reason: Total "
                f"VisibilityTimeout for the message is beyond the limit [{_MOST_SECONDS} seconds]"
            )
        message.change_visibility(visibility_timeout)
        if message.visible:
            queue.pending_messages.discard(message)

    Message.mark_received = mark_received  # type: ignore[method-assign]
    SQSBackend.change_message_visibility = change_message_visibility  # type: ignore[method-assign]
