"""How far a request came, as it is stored."""

from hypothesis import given
from hypothesis import strategies as st

from outbound_message.domain.progress import Progress
from switchboard import aws
from switchboard.inputs.model import parse


@given(st.builds(Progress, is_new=st.booleans(), routing_at=st.integers(0, 10**15)))
def test_progress_is_read_as_it_was_stored(progress: Progress) -> None:
    item = aws.to_item(progress.model_dump(exclude_none=True))
    assert parse(Progress, aws.from_item(item)) == progress
