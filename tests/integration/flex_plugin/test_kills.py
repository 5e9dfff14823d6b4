"""Killed at any call to AWS or Twilio, the commands do the rest when they are run again."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import Done
from tests.integration.flex_plugin.conftest import NAME, OTHER, FlexAccount, run_killed
from tests.killer import Killed, Killer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("first", [True, False], ids=["the first version", "a later version"])
def test_deploy_killed_at_any_call_is_resumed(flex: FlexAccount, killer: Killer, first: bool) -> None:
    if not first:
        flex.deploy("before")

    def deploy() -> Done:
        return flex.deploy("one")

    _resumed(flex, killer, deploy, changes=11 if first else 7)


def test_rollback_killed_at_any_call_is_resumed(flex: FlexAccount, killer: Killer) -> None:
    flex.deploy("one")
    flex.deploy("two")
    _resumed(flex, killer, flex.rollback, changes=2)


def _resumed(flex: FlexAccount, killer: Killer, run: Callable[[], Done], changes: int) -> None:
    restore = flex.snapshot()
    before = flex.loads()
    killer.arm()
    run()
    places, wanted = killer.points(), flex.loads()
    assert wanted != before
    assert sum(answered for _, answered in places) == changes
    kinds = {kind: len(found) for kind, found in flex.store.dump().items()}
    for at, answered in places:
        restore()
        run_killed(killer, run, at, answered=answered)
        assert flex.loads() in (before, wanted)
        run()
        assert flex.loads() == wanted, (at, answered)
        # What was made before the kill is used, so that nothing is made twice.
        assert {kind: len(found) for kind, found in flex.store.dump().items()} == kinds, (at, answered)


MOVES = st.one_of(
    st.tuples(st.just("deploy"), st.sampled_from(["one", "two", "three"]), st.integers(0, 40), st.booleans()),
    st.tuples(st.just("rollback"), st.just(""), st.integers(0, 20), st.booleans()),
    st.tuples(st.just("another"), st.just(""), st.just(0), st.just(False)),
)


@given(moves=st.lists(MOVES, max_size=6))
def test_flex_loads_what_was_deployed_last_or_the_one_before_once_it_was_put_back(
    flex: FlexAccount, killer: Killer, moves: list[tuple[str, str, int, bool]]
) -> None:
    restore = flex.snapshot()
    numbers: dict[str, str] = {}
    present, before, is_back, others = "", "", False, 1
    for move, text, at, answered in moves:
        if move == "another":
            others += 1
            flex.release_other(f"{others}.0.0")
            continue
        if move == "deploy":
            numbers.setdefault(text, f"1.0.{len(numbers)}")
            if text != present:
                present, before, is_back = text, present, False
        elif present and not is_back:
            present, is_back = before, True
        elif not present and not is_back:
            assert flex.run("rollback", "--yes").code == 1
            continue
        killer.arm(at, answered=answered)
        with contextlib.suppress(Killed):
            _run(flex, move, text)
        killer.arm()
        _run(flex, move, text)
    loaded = {name: number for name, (number, _) in flex.loads().items()}
    restore()
    assert loaded == {OTHER: f"{others}.0.0"} | ({NAME: numbers[present]} if present else {})


def _run(flex: FlexAccount, move: str, text: str) -> None:
    if move == "deploy":
        flex.deploy(text)
    else:
        flex.rollback()
