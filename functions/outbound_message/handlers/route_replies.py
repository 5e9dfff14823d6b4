"""Process events of messages: a customer's reply without an open task creates one."""

from outbound_message.reply import take_reply
from outbound_message.requests.message_added import MessageAdded
from switchboard.deadline import within
from switchboard.processor import Event, processor

_SECONDS = 15.0


@processor(MessageAdded)
def handler(event: Event[MessageAdded]) -> None:
    """Route the customer's message to an agent."""
    with within(_SECONDS):
        take_reply(event.detail)
