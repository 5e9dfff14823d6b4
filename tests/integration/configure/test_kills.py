"""Killed at any call to AWS or Twilio, the commands resume, and what was there before still comes back."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.configure.conftest import EVERYTHING, FIELD, NUMBER, Operator
from tests.killer import Killed, Killer

pytestmark = pytest.mark.slow

SMALL = EVERYTHING.replace('config_files = "files"\n', "").replace("event_streams = true", "")


@pytest.fixture
def few_files(operator: Operator) -> None:
    """Leave files that one survey needs, of which one is new and one is changed."""
    for path in sorted((operator.root / "files").rglob("*")):
        needed = {"survey-config.json", "survey-en-US.env", "survey-es-MX.env"}
        if path.is_file() and ("surveys" in path.parts or path.name not in needed):
            path.unlink()
    config = operator.root / "files" / "survey-config.json"
    config.write_bytes(config.read_bytes() + b"\n")
    (operator.root / "files" / "notes.txt").write_text("new\n")


def run_killed(operator: Operator, killer: Killer, command: str, at: int, *, answered: bool) -> None:
    killer.arm(at, answered=answered)
    with pytest.raises(Killed):
        operator.run(command, "--yes")
    killer.arm()


def restart(operator: Operator, before: dict[str, Any]) -> None:
    operator.unconfigure()
    assert operator.everything() == before


def test_configure_killed_at_any_call_is_resumed_and_undone(
    operator: Operator, few_files: None, killer: Killer
) -> None:
    before = operator.everything()
    operator.put_secret("api-keys", None)
    missing = operator.everything()
    killer.arm()
    operator.configure()
    places = killer.points()
    wanted = _without_made_up_key(operator)
    assert sum(answered for _, answered in places) > 15
    restart(operator, missing)
    for at, answered in places:
        run_killed(operator, killer, "configure", at, answered=answered)
        operator.configure()
        assert _without_made_up_key(operator) == wanted, (at, answered)
        restart(operator, missing)
    operator.put_secret("api-keys", before["secrets"]["api-keys"])


def test_configure_killed_at_any_call_can_be_undone_at_once(
    operator: Operator, few_files: None, killer: Killer
) -> None:
    before = operator.everything()
    killer.arm()
    operator.configure()
    places = killer.points()
    restart(operator, before)
    for at, answered in places:
        run_killed(operator, killer, "configure", at, answered=answered)
        restart(operator, before)


def test_unconfigure_killed_at_any_call_is_resumed(
    operator: Operator, few_files: None, killer: Killer
) -> None:
    before = operator.everything()
    operator.configure()
    killer.arm()
    operator.unconfigure()
    places = killer.points()
    assert operator.everything() == before
    for at, answered in places:
        operator.configure()
        run_killed(operator, killer, "unconfigure", at, answered=answered)
        restart(operator, before)


MOVES = st.one_of(
    st.tuples(st.just("configure"), st.sampled_from(["a", "b"]), st.integers(0, 40), st.booleans()),
    st.tuples(st.just("unconfigure"), st.just(""), st.integers(0, 25), st.booleans()),
    st.tuples(
        st.just("another"), st.sampled_from(["voice_url", "status_callback"]), st.just(0), st.just(False)
    ),
)


@given(moves=st.lists(MOVES, max_size=6))
def test_whatever_happens_each_field_ends_as_the_last_other_hand_left_it(
    operator: Operator, killer: Killer, moves: list[tuple[str, str, int, bool]]
) -> None:
    texts = {"a": SMALL, "b": SMALL.replace('use = "survey"', 'use = "survey"\nsurvey = "checkout"')}
    texts["b"] = texts["b"].replace(FIELD, "custom_data.serverless_functions_domain")
    before = operator.everything()
    theirs: dict[str, str] = {}
    for number, (move, what, at, answered) in enumerate(moves):
        if move == "another":
            theirs[what] = f"https://another.example.com/{number}"
            operator.change_number(**{what: theirs[what]})
            continue
        operator.write(texts.get(what, SMALL))
        killer.arm(at, answered=answered)
        with contextlib.suppress(Killed):
            assert operator.run(move, "--yes").code == 0
        killer.arm()
    operator.unconfigure()
    after = operator.everything()
    expected = {**before, "numbers": {**before["numbers"], NUMBER: {**before["numbers"][NUMBER], **theirs}}}
    try:
        assert after == expected
    finally:
        operator.change_number(**{name: before["numbers"][NUMBER][name] for name in theirs})


def _without_made_up_key(operator: Operator) -> dict[str, Any]:
    found = operator.everything()
    assert found["secrets"]["api-keys"]
    found["secrets"].pop("api-keys")
    found["objects"].pop("configure/record.json")
    return found
