"""Resending: a letter's payload goes to where it came from, by the same way.

Every processor takes the same event twice, so a letter that was resent and not deleted may be resent again.

==========  ==========================================================================================
invocation  the function is invoked asynchronously with the same event
rule        a function is invoked, a queue gets the message; for an endpoint the event goes onto the bus
schedule    the function is invoked with the schedule's input
queue       the message is sent to the queue that gave it up
channel     the conversation is due again for its release, unless an event has come since
==========  ==========================================================================================
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.dead_letters.letter import Kind, Letter
from tools.dead_letters.queues import DeadLetterQueues, Received
from tools.stack.stack import AWS_FAILURES, Stack


class NotResentError(Exception):
    """A letter cannot be resent; the message says why."""


@dataclass(frozen=True)
class Resent:
    """What became of a letter.

    Attributes
    ----------
    id : str
    where : str
        Where it was sent to; "" where it was not.
    problem : str
        Why it was not sent, and stays; "" where it was.
    """

    id: str
    where: str = ""
    problem: str = ""


def resend_all(stack: Stack, queues: DeadLetterQueues, letters: Iterable[Received]) -> Iterator[Resent]:
    """Send letters to where they came from, delete those that were taken, and put back the others."""
    for received in letters:
        try:
            where = resend(stack, received)
        except NotResentError as error:
            queues.put_back([received])
            yield Resent(received.letter.id, problem=str(error))
            continue
        queues.delete(received)
        yield Resent(received.letter.id, where)


def resend(stack: Stack, received: Received) -> str:
    """Send a letter's payload to where it came from, and return where that is.

    Raises
    ------
    NotResentError
        It was not sent.
    """
    way = _WAYS.get(received.letter.kind)
    if way is None:
        raise NotResentError("nobody knows where it came from")
    try:
        return way(stack, received)
    except AWS_FAILURES as error:
        raise NotResentError(str(error)) from None


def _invoke(stack: Stack, function: str, payload: Any) -> str:
    body = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    stack.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=body.encode())
    return stack.logical(function)


def _to_function(stack: Stack, received: Received) -> str:
    letter = received.letter
    if letter.details.get("IS_PAYLOAD_TRUNCATED") == "true":
        raise NotResentError("the schedule's input was cut off: its next run does the work")
    return _invoke(stack, letter.what, letter.payload)


def _to_target(stack: Stack, received: Received) -> str:
    letter = received.letter
    service = letter.what.split(":")[2:3]
    if service == ["lambda"]:
        return _to_function(stack, received)
    if service == ["sqs"]:
        return _to_queue(stack, received)
    return _to_bus(stack, letter)


def _to_queue(stack: Stack, received: Received) -> str:
    name = received.letter.what.rpartition(":")[2]
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    attributes = {
        name: {key: value[key] for key in ("DataType", "StringValue", "BinaryValue") if key in value}
        for name, value in received.message.get("MessageAttributes", {}).items()
    }
    kept = attributes if received.letter.kind == "queue" else {}
    sqs.send_message(QueueUrl=url, MessageBody=received.message["Body"], MessageAttributes=kept)
    return stack.logical(url)


def _to_bus(stack: Stack, letter: Letter) -> str:
    bus, _, rule = str(letter.details.get("RULE_ARN", "")).partition(":rule/")[2].rpartition("/")
    if not bus:
        raise NotResentError("its rule is on the bus of AWS's own events, which takes none from here")
    payload = letter.payload
    if isinstance(payload, dict) and {"source", "detail-type", "detail"} <= payload.keys():
        source, detail_type, detail = payload["source"], payload["detail-type"], payload["detail"]
    else:  # what the rule has made of the event for its target
        (source,), (detail_type,) = _sources(stack, bus, rule)
        detail = payload
    entry = {"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
    answer = stack.client("events").put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise NotResentError(f"the bus refuses: {answer['Entries'][0].get('ErrorCode')}")
    return f"{stack.logical(bus)} ({detail_type})"


def _sources(stack: Stack, bus: str, rule: str) -> tuple[list[str], list[str]]:
    """Return the one source and detail type that a rule takes."""
    pattern = json.loads(stack.client("events").describe_rule(Name=rule, EventBusName=bus)["EventPattern"])
    found = pattern.get("source", []), pattern.get("detail-type", [])
    if [len(part) for part in found] != [1, 1]:
        raise NotResentError(f"rule {rule} takes several events, and the letter does not say which it is")
    return found


def _to_index(stack: Stack, received: Received) -> str:
    conversation_sid = received.letter.what
    try:
        stack.client("dynamodb").update_item(
            TableName=stack.physical("Channels"),
            Key={"conversationSid": {"S": conversation_sid}},
            UpdateExpression="SET dueShard = :shard, idleSince = :longest REMOVE failedAt",
            ConditionExpression="attribute_exists(failedAt)",
            ExpressionAttributeValues={":shard": {"S": "due"}, ":longest": {"N": "1"}},
        )
    except stack.client("dynamodb").exceptions.ConditionalCheckFailedException:
        return "nothing: its channel is followed again, released, or gone"
    return "Channels, for the next run of ChannelCleanupReleaseChannels"


_WAYS: Final[Mapping[Kind, Callable[[Stack, Received], str]]] = {
    "invocation": _to_function,
    "rule": _to_target,
    "schedule": _to_function,
    "queue": _to_queue,
    "channel": _to_index,
}
