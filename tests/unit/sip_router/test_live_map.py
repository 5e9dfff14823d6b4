"""The route table in memory: how long it is fresh, and what happens when it cannot be read."""

from collections.abc import Iterator
from typing import Any

import pytest

from sip_router.domain.seed import Seed, make_seed
from sip_router.domain.version import to_json
from sip_router.storage import live_map, live_pointer
from sip_router.storage.live_pointer import Pointer, pack
from switchboard import aws
from switchboard.settings import clear_settings
from tests.data.route_tables import route, route_table


class World:
    """What the route table in memory depends on: a clock, a pointer, bodies in S3, and a seed."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.pointer: Pointer | None = None
        self.bodies: dict[str, bytes] = {}
        self.seed = make_seed(route_table(default="Seed"), "", "")
        self.down = False
        self.asked: list[str] = []

    def publish(self, number: int, words: str, inline: bool = True) -> None:
        body = pack(to_json(route_table(route("1", destination=words))))
        self.bodies[f"key{number}"] = body
        self.point_to(number, body if inline else None)

    def point_to(self, number: int, body: bytes | None) -> None:
        self.pointer = Pointer(live_number=number, sid=f"ZN{number}", body_key=f"key{number}", body=body)

    def read_pointer(self, **_: Any) -> Pointer | None:
        self._ask("pointer")
        return self.pointer

    def read_body(self, key: str, **_: Any) -> bytes:
        self._ask("body")
        return self.bodies[key]

    def read_seed(self, **_: Any) -> Seed:
        self._ask("seed")
        return self.seed

    def heard(self) -> str:
        words: str = live_map.live_routes().routes.match("1").raw["destination"]
        return words

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise aws.Unreachable("ReadTimeoutError")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    found = World()
    monkeypatch.setenv("SIP_ROUTES_TABLE", "table")
    monkeypatch.setenv("SIP_ROUTES_BUCKET", "bucket")
    clear_settings()
    for name in ("read_pointer", "read_seed"):
        monkeypatch.setattr(live_map, name, getattr(found, name))
    monkeypatch.setattr(live_pointer, "read_body", found.read_body)
    monkeypatch.setattr("time.time", lambda: found.now)
    live_map.clear_live_routes()
    yield found
    live_map.clear_live_routes()
    clear_settings()


def test_a_fresh_route_table_is_used_without_asking_aws(world: World) -> None:
    world.publish(2, "Two")
    assert world.heard() == "Two"
    world.publish(3, "Three")

    world.now += 4.9
    assert world.heard() == "Two"
    world.now += 0.2
    assert world.heard() == "Three"
    assert world.asked == ["pointer", "pointer"]


def test_a_large_route_table_is_fetched_only_when_the_pointer_has_moved(world: World) -> None:
    world.publish(2, "Two", inline=False)
    for _ in range(3):
        assert world.heard() == "Two"
        world.now += 10

    assert world.asked == ["pointer", "body", "pointer", "pointer"]


def test_after_a_failure_the_last_route_table_is_used_before_dynamodb_is_asked_again(world: World) -> None:
    world.publish(2, "Two")
    world.heard()
    world.publish(3, "Three", inline=False)
    world.down = True
    world.now += 6

    assert [world.heard() for _ in range(3)] == ["Two"] * 3
    assert world.asked == ["pointer", "pointer"]

    world.down = False
    world.now += 6
    assert world.heard() == "Three"


def test_a_route_table_that_cannot_be_decoded_is_like_one_that_cannot_be_read(world: World) -> None:
    world.publish(2, "Two")
    world.heard()
    world.point_to(3, b"not gzip")
    world.now += 6

    assert world.heard() == "Two"


def test_a_failure_is_an_error_where_no_route_table_is_in_memory(world: World) -> None:
    world.down = True
    for _ in range(2):
        with pytest.raises(live_map.NoRoutesError):
            live_map.live_routes()

    world.down = False
    assert world.heard() == "Seed"


def test_the_seed_is_read_again_after_a_minute(world: World) -> None:
    assert world.heard() == "Seed"
    world.seed = make_seed(route_table(default="Edited"), "", "")
    world.now += 30
    assert world.heard() == "Seed"
    world.now += 31
    assert world.heard() == "Edited"
    world.publish(2, "Two")
    world.now += 6
    assert world.heard() == "Two"


def test_a_clock_that_is_set_back_does_not_keep_a_route_table_fresh(world: World) -> None:
    world.publish(2, "Two")
    world.heard()
    world.publish(3, "Three")
    world.now -= 1000

    assert world.heard() == "Three"
