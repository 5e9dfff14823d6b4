"""The dead-letter queues of a stack: letters are received without being taken, and deleted one by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.dead_letters.letter import Letter, read_letter
from tools.stack.stack import AWS_FAILURES, Stack

HELD_SECONDS: Final = 120
"""How long a received letter is hidden from others; a command that is killed leaves it hidden for so long."""

LOOK_SECONDS: Final = 1
"""A receive that waits asks all of a queue's servers, one that does not wait only some."""

MOST: Final = 1000
"""The most letters of a queue that are looked at."""

_BATCH: Final = 10
_HIDDEN: Final = "ApproximateNumberOfMessagesNotVisible"


@dataclass(frozen=True)
class Received:
    """A letter as it was received.

    Attributes
    ----------
    letter : Letter
    url, handle : str
        Its queue, and the receipt handle by which it is deleted or put back.
    message : Mapping[str, Any]
        The message, as SQS returned it.
    """

    letter: Letter
    url: str
    handle: str
    message: Mapping[str, Any]


class DeadLetterQueues:
    """The dead-letter queues of a stack.

    Every queue of the stack without a dead-letter queue of its own is one.

    Parameters
    ----------
    stack
    tell
        Is told in one line of a letter that stays hidden, since AWS does not let it be put back.
    """

    def __init__(self, stack: Stack, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._sqs = stack.client("sqs")
        self.urls: Mapping[str, str] = {
            queue.logical_id: queue.physical_id
            for queue in stack.of_type("AWS::SQS::Queue")
            if not self._attribute(queue.physical_id, "RedrivePolicy")
        }

    def look(self) -> list[Received]:
        """Return the letters, at most `MOST` of each queue, and let others receive them again."""
        found = list(self.receive(MOST))
        self.put_back(found)
        return found

    def take(self, choose: Callable[[Sequence[Received]], Sequence[Received]]) -> Sequence[Received]:
        """Return the letters that are chosen, to be deleted or put back; the others are put back.

        Parameters
        ----------
        choose
            Returns some of the letters; if it raises, all are put back.
        """
        found = list(self.receive(MOST))
        chosen: Sequence[Received] = ()
        try:
            chosen = choose(found)
        finally:
            taken = {item.letter.id for item in chosen}
            self.put_back(item for item in found if item.letter.id not in taken)
        return chosen

    def receive(self, most: int) -> Iterator[Received]:
        """Yield the letters of all queues, at most so many of each, hidden from others for `HELD_SECONDS`."""
        for name, url in self.urls.items():
            seen: set[str] = set()
            while len(seen) < most:
                answer = self._sqs.receive_message(
                    QueueUrl=url,
                    MaxNumberOfMessages=min(_BATCH, most - len(seen)),
                    VisibilityTimeout=HELD_SECONDS,
                    WaitTimeSeconds=LOOK_SECONDS,
                    MessageAttributeNames=["All"],
                    MessageSystemAttributeNames=["All"],
                )
                messages = answer.get("Messages", ())
                if not messages:
                    break
                for message in messages:
                    if message["MessageId"] not in seen:
                        seen.add(message["MessageId"])
                        yield Received(read_letter(name, message), url, message["ReceiptHandle"], message)

    def put_back(self, letters: Iterable[Received]) -> None:
        """Let others receive letters again."""
        for received in letters:
            try:
                self._sqs.change_message_visibility(
                    QueueUrl=received.url, ReceiptHandle=received.handle, VisibilityTimeout=0
                )
            except AWS_FAILURES as error:
                self._tell(f"{received.letter.id[:8]} stays hidden for {HELD_SECONDS} seconds: {error}")

    def count_hidden(self) -> int:
        """Return about how many letters are hidden, as a command has received them."""
        return sum(int(self._attribute(url, _HIDDEN) or 0) for url in self.urls.values())

    def delete(self, received: Received) -> None:
        """Delete a letter."""
        self._sqs.delete_message(QueueUrl=received.url, ReceiptHandle=received.handle)

    def _attribute(self, url: str, name: str) -> str:
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return str(answer.get("Attributes", {}).get(name, ""))
