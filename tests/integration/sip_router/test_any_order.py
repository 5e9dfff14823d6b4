"""Saving, publishing and going back in any order: the versions agree with a simple model of them."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.route_tables import route, route_table
from tests.integration.sip_router.router import SipRouter, ok
from tests.support import empty_table

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.integers(0, 2)),
        st.tuples(st.just("publish"), st.integers(0, 6)),
        st.tuples(st.just("rollback"), st.integers(0, 6)),
    ),
    max_size=8,
)


class Model:
    """What the versions should be: their words, and which of them is live."""

    def __init__(self, router: SipRouter) -> None:
        self.router = router
        self.sids: list[str] = [router.list()["version"]]
        self.words: list[str] = ["seed"]
        self.live = 0
        self.is_stored = False

    def save(self, behind: int) -> None:
        base = max(0, len(self.sids) - 1 - behind)
        words = f"Version {len(self.sids)}"
        answer = self.router.admin("update", data=table(words), version=self.sids[base])
        if base < len(self.sids) - 1:
            assert answer.status == 409
            return
        self.add(ok(answer)["version"], words)

    def publish(self, number: int) -> None:
        number = min(number, len(self.sids) - 1)
        answer = self.router.admin("publish", buildSid=f"ZB{self.sids[number][2:]}")
        assert answer.status == (409 if number < self.live else 200)
        self.live = max(self.live, number)

    def rollback(self, number: int) -> None:
        number = min(number, len(self.sids) - 1)
        answer = ok(self.router.admin("rollback", version=self.sids[number]))
        if not self.is_stored:
            assert answer["version"] == self.sids[0]
            return
        self.add(answer["version"], self.words[number])
        self.live = len(self.sids) - 1

    def add(self, sid: str, words: str) -> None:
        self.is_stored = True
        self.sids.append(sid)
        self.words.append(words)

    def check(self) -> None:
        self.router.grow_stale()
        listed = self.router.list()
        assert listed["version"] == self.sids[-1]
        assert listed["versionIsDeployed"] is (self.live == len(self.sids) - 1)
        assert said(self.router.heard("nobody")) == self.words[self.live]
        history = ok(self.router.admin("versions"))["items"]
        assert [item["version"] for item in reversed(history)] == self.sids
        if self.is_stored:
            live = ok(self.router.admin("list", version="live"))
            assert live["version"] == self.sids[self.live]


def table(words: str) -> dict[str, Any]:
    return route_table(route("1"), default=words)


def said(heard: str) -> str:
    return "seed" if "nobody at this address" in heard else heard.removeprefix("<Say>").removesuffix("</Say>")


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_changes_agrees_with_a_simple_model(
    router: SipRouter, steps: list[tuple[str, int]]
) -> None:
    platform = router.caller._platform
    empty_table(platform, platform.resource_name("SipRoutes"))
    model = Model(router)

    for what, number in steps:
        getattr(model, what)(number)
    model.check()
