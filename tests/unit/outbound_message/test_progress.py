"""How far a request came, as it is stored."""

from hypothesis import given
from hypothesis import strategies as st

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from switchboard import aws
from switchboard.inputs.model import parse

MESSAGE = OutboundMessage("+12025550102", "+14045550142", "Ada")


@given(st.builds(Progress, is_new=st.booleans(), routing_at=st.integers(0, 10**15)))
def test_progress_is_read_as_it_was_stored(progress: Progress) -> None:
    item = aws.to_item(progress.model_dump(exclude_none=True))
    assert parse(Progress, aws.from_item(item)) == progress


def test_an_answer_has_the_parts_that_were_created_and_their_older_names() -> None:
    started = Progress(conversation_sid="CH1", is_new=True)
    answer = {
        "success": True,
        "conversationSid": "CH1",
        "conversation": {"sid": "CH1", "isNew": True},
        "chatChannel": {"sid": "CH1"},
        "participants": [{"address": "+14045550142", "proxyAddress": "+12025550102"}],
    }
    assert started.to_answer(MESSAGE) == answer
    sent = started.updated(message_sid="IM1")
    answer |= {"messageSid": "IM1", "message": {"sid": "IM1"}, "chatMessage": {"sid": "IM1"}}
    assert sent.to_answer(MESSAGE) == answer
    routed = sent.updated(interaction_sid="KD1", channel_sid="UO1", task_sid="WT1")
    interaction = {"sid": "KD1", "channelSid": "UO1", "taskSid": "WT1"}
    assert routed.to_answer(MESSAGE) == answer | {
        "interactionSid": "KD1",
        "taskSid": "WT1",
        "task": {"sid": "WT1", "isNew": False},
        "interaction": interaction,
    }


def test_an_answer_names_the_participant_that_was_added() -> None:
    added = Progress(conversation_sid="CH1", participant_sid="MB1")
    participant = {"sid": "MB1", "address": "+14045550142", "proxyAddress": "+12025550102"}
    assert added.to_answer(MESSAGE)["participants"] == [participant]
