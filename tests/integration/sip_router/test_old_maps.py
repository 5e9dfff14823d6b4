"""A map from before, used as the first ``sip-routes.json``: good routes serve, bad ones are told and kept."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from local.platform import Platform
from local.template.parameters import FLEX_TOKENS
from tests.command import switchboard
from tests.data.route_tables import TWIML, route, route_table
from tests.integration.sip_router.router import SipRouter, ok
from tests.support import eventually

GOOD = route("1", destination="One")
BAD = route("2", "webhook", "/relative", comment="Ann's desk, +4930123456")
DUPLICATE = route("1", destination="One again")
FOREIGN = {"address": 4, "type": "say", "destination": "Four"}
QUOTING = route("5", "twiml", "<Ann/>")
PATTERN = route("^+49(30", destination="Six")
OLD = route_table(GOOD, BAD, DUPLICATE, FOREIGN, QUOTING, PATTERN)

PutSeed = Callable[[bytes], None]


CHANCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|1-[0-9a-f]{8}-[0-9a-f]{24}|[A-Z]{2}[0-9a-f]{32}"
    r"|\d{4}-\d\d-\d\dT[\d:.+]+|\"(?:Timestamp|duration_ms)\": ?[\d.]+|\"correlation_id\": ?\"[0-9a-f]{16}\""
)


@pytest.fixture
def put_seed(platform: Platform, router: SipRouter) -> Iterator[PutSeed]:
    """Upload another ``sip-routes.json``."""
    original = (PROJECT_ROOT / "config-files" / "sip-routes.json").read_bytes()

    def put(content: bytes) -> None:
        s3 = platform.aws.client("s3")
        s3.put_object(Bucket=platform.bucket, Key="sip-routes.json", Body=content)
        router.caller.local("POST", "/clock", {"advanceSeconds": 61})

    yield put
    put(original)


@pytest.fixture
def lines(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What functions write from now on."""
    written: list[str] = []
    monkeypatch.setattr(platform.functions, "_on_line", lambda _function, line: written.append(line))
    return written


@pytest.fixture
def old(put_seed: PutSeed, router: SipRouter, lines: list[str]) -> SipRouter:
    put_seed(json.dumps(OLD).encode())
    return router


def counted(lines: list[str], metric: str) -> bool:
    return bool(eventually(lambda: [line for line in lines if '"_aws"' in line and f'"{metric}"' in line]))


def test_valid_routes_are_used_although_others_are_invalid(old: SipRouter, lines: list[str]) -> None:
    assert old.heard("1") == "<Say>One</Say>"
    assert old.heard("2") == "<Say>Nobody</Say>"
    assert old.heard("4930") == "<Say>Nobody</Say>"
    assert counted(lines, "SipRoutesFaulty")
    assert counted(lines, "SipRouteUnusable")


def test_invalid_routes_are_logged_without_their_values(old: SipRouter, lines: list[str]) -> None:
    old.heard("2")
    (line,) = eventually(lambda: [line for line in lines if "Some SIP routes cannot be used" in line])

    problems = json.loads(line)["problems"]
    assert problems == [
        "data.routes[1].destination: must be an absolute URL that begins with https:// or http://",
        "data.routes[2].address: is taken already, by data.routes[0]",
        "data.routes[3].address: must be text",
        "data.routes[4].destination: has an element that TwiML does not have",
        "data.routes[5].address: must be a regular expression of RE2",
    ]
    everything = "".join(lines)
    assert not [told for told in ("Ann", "/relative", "49(30", "4930123456") if told in everything]


def test_invalid_routes_are_listed_with_what_is_wrong(old: SipRouter) -> None:
    listed = old.list()

    assert listed["data"] == OLD
    assert [error["field"] for error in listed["errors"]] == [
        "data.routes[1].destination",
        "data.routes[2].address",
        "data.routes[3].address",
        "data.routes[4].destination",
        "data.routes[5].address",
    ]
    assert listed["errors"][0]["message"].startswith("route 2: must be an absolute URL")
    assert listed["errors"][3]["message"].endswith("<Ann>")


def test_invalid_routes_stay_until_they_are_corrected_or_removed(old: SipRouter) -> None:
    # As the older plugin does it: the whole answer of /admin/list comes back, edited.
    config = old.list()
    config["data"]["routes"].append(route("7", destination="Seven"))
    build_sid = ok(old.admin("update", **config))["buildSid"]
    ok(old.admin("publish", buildSid=build_sid))
    old.grow_stale()

    config = old.list()
    assert config["data"]["routes"] == [*OLD["routes"], route("7", destination="Seven")]
    assert len(config["errors"]) == 5
    assert (old.heard("1"), old.heard("7")) == ("<Say>One</Say>", "<Say>Seven</Say>")

    config["data"]["routes"][1]["destination"] = "still/relative"
    refused = old.admin("update", **config)
    assert refused.status == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["data.routes[1].destination"]

    config["data"]["routes"] = [GOOD, {**BAD, "destination": "https://example.com/ann"}, QUOTING]
    build_sid = ok(old.admin("update", **config))["buildSid"]
    ok(old.admin("publish", buildSid=build_sid))
    old.grow_stale()

    assert old.heard("2") == "<Redirect>https://example.com/ann</Redirect>"
    assert [error["field"] for error in old.list()["errors"]] == ["data.routes[2].destination"]
    config = old.list()
    config["data"]["routes"].pop()
    ok(old.admin("update", **config))
    assert "errors" not in old.list()


def test_a_map_with_invalid_routes_can_be_exported_and_imported(
    old: SipRouter, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", platform.base_url.rpartition(":")[2])
    file = tmp_path / "map.json"

    code, _, err = switchboard("sip", "export", file)
    assert (code, json.loads(file.read_text())) == (0, OLD)
    assert "data.routes[1].destination: route 2: must be an absolute URL" in err
    assert switchboard("sip", "import", file)[:2] == (0, "Nothing changes.\n")

    file.write_text(json.dumps({**OLD, "routes": [*OLD["routes"], route("7")]}))
    code, out, _ = switchboard("sip", "import", file, "--publish")
    assert (code, out.splitlines()[0]) == (0, "+ 7: say Hello")
    assert old.list()["data"]["routes"] == [*OLD["routes"], route("7")]

    file.write_text(json.dumps({**OLD, "routes": [*OLD["routes"], route("8", "webhook", "/relative")]}))
    code, _, err = switchboard("sip", "import", file)
    assert (code, err) == (
        1,
        f"{file}: data.routes[6].destination: route 8: must be an absolute URL that begins with https:// or "
        "http://\n",
    )


def test_a_route_that_a_table_cannot_hold_is_not_exported_to_one(
    old: SipRouter, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", platform.base_url.rpartition(":")[2])

    code, _, err = switchboard("sip", "export", tmp_path / "map.csv")

    assert code == 1
    assert err.endswith("routes[3] has no text as its address: a table cannot hold it, a .json file can\n")
    assert not (tmp_path / "map.csv").exists()


def test_the_second_route_for_an_address_is_used_once_the_first_is_removed(old: SipRouter) -> None:
    config = old.list()
    config["data"]["routes"].remove(GOOD)
    ok(old.admin("publish", buildSid=ok(old.admin("update", **config))["buildSid"]))
    old.grow_stale()

    assert old.heard("1") == "<Say>One again</Say>"


def test_routes_are_used_although_the_default_route_is_invalid(put_seed: PutSeed, router: SipRouter) -> None:
    table = route_table(GOOD)
    put_seed(json.dumps({**table, "default": {"type": "dial", "destination": "ann"}}).encode())

    assert router.heard("1") == "<Say>One</Say>"
    assert "We are sorry" in router.heard("2")
    assert [error["field"] for error in router.list()["errors"]] == ["data.default.type"]
    assert router.admin("test", address="2").status == 409
    config = router.list()
    config["data"]["routes"].append(route("2"))
    ok(router.admin("update", **config))


BOM = "\ufeff"
DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Hangup/></Response>'


@pytest.mark.parametrize("text", [f"{BOM}<Hangup/>", f"{BOM}{DOCUMENT}", f" {BOM}\n{DOCUMENT}"])
def test_a_byte_order_mark_before_json_and_twiml_is_dropped(
    put_seed: PutSeed, router: SipRouter, text: str
) -> None:
    in_file = route_table(route("1", "twiml", text))
    put_seed(f"{BOM}{json.dumps(in_file)}".encode())
    assert router.heard("1") == "<Hangup/>"
    listed = router.list()
    assert (listed["data"], "errors" in listed) == (in_file, False)

    saved = route_table(route("2", "twiml", text, fallback={"type": "twiml", "destination": text}))
    body = f"{BOM}{json.dumps({'data': saved, 'version': listed['version']})}".encode()
    headers = {"Content-Type": "application/json", "X-Flex-Token": FLEX_TOKENS["admin"]}
    packed = {**headers, "Content-Encoding": "gzip"}
    diff = ok(router.caller.send("POST", "/admin/diff", gzip.compress(body), packed))
    assert [added["address"] for added in diff["added"]] == ["2"]
    build_sid = ok(router.caller.send("POST", "/admin/update", body, headers))["buildSid"]
    ok(router.admin("publish", buildSid=build_sid))
    router.grow_stale()
    assert router.heard("2") == "<Hangup/>"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "is not JSON"),
        (b"\xff{}", "is not UTF-8"),
        (b"[]", "must be a JSON object with a list of routes"),
        (b'{"routes": {}}', "must be a JSON object with a list of routes"),
        (b'{"routes": [], "weight": NaN}', "is not JSON"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_map_that_cannot_be_read_is_an_error_and_not_an_empty_map(
    put_seed: PutSeed, router: SipRouter, platform: Platform, content: bytes, problem: str
) -> None:
    platform.aws.client("s3").delete_object(Bucket=platform.bucket, Key="sip-routes.json")
    platform.advance(2)
    put_seed(content)
    platform.functions.recycle()

    for what, more in (("list", {}), ("update", {"data": route_table(GOOD), "version": "ZN" + "0" * 32})):
        answer = router.admin(what, **more)
        assert answer.status == 500
        assert answer.json()["message"].startswith(f"sip-routes.json: {problem}")
    assert "We are sorry" in router.heard("1")


def test_while_the_file_is_no_map_the_version_before_serves(
    put_seed: PutSeed, router: SipRouter, platform: Platform, lines: list[str]
) -> None:
    put_seed(json.dumps(route_table(GOOD)).encode())
    before = router.list()
    put_seed(b"{")
    platform.functions.recycle()
    assert router.heard(GOOD["address"]) == "<Say>One</Say>"
    assert counted(lines, "ConfigurationFallback")
    assert router.list() == before
    put_seed(json.dumps(route_table(route("7", "twiml", "<Hangup/>"))).encode())
    assert router.heard("7") == "<Hangup/>"


def test_the_older_plugins_console_shows_each_route_field_and_reason(router: SipRouter) -> None:
    table: dict[str, Any] = route_table(GOOD, BAD, QUOTING)

    answer = router.admin("update", data=table, version=router.list()["version"])

    assert answer.json()["message"] == (
        "data.routes[1].destination: route 2: must be an absolute URL that begins with https:// or http://; "
        "data.routes[2].destination: route 5: has an element that TwiML does not have: <Ann>"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<Foo/>", "<Foo>"),
        ("<say>Hello</say>", "must be written <Say>"),
        ('<Gather timeout="abc"/>', "timeout in <Gather>"),
        ("<Say><Dial>1</Dial></Say>", "<Dial> inside of <Say>"),
    ],
)
def test_twiml_that_breaks_the_grammar_is_not_saved(router: SipRouter, text: str, reason: str) -> None:
    version = router.list()["version"]
    for table in (
        route_table(route("1", "twiml", text)),
        {"routes": [], "default": {"type": "twiml", "destination": text}},
        route_table(route("1", "dial-client", "ann", fallback={"type": "twiml", "destination": text})),
    ):
        answer = router.admin("update", data=table, version=version)

        assert answer.status == 400
        assert reason in answer.json()["errors"][0]["message"]
    assert router.admin("diff", data=table).status == 400


@pytest.mark.parametrize(
    ("kind", "destination", "heard"),
    [
        ("refer", "tel:+4930123456", "<Refer><Sip>tel:+4930123456</Sip></Refer>"),
        ("dial-client", "Ann Lee", "<Dial><Client>Ann Lee</Client></Dial>"),
        ("dial-sip", "sip:ann@bücher.example", "<Dial><Sip>sip:ann@xn--bcher-kva.example</Sip></Dial>"),
        ("webhook", "https://bücher.example/a", "<Redirect>https://xn--bcher-kva.example/a</Redirect>"),
        ("twiml", '<Say voice="alice">Hold the line.</Say><Hangup/>', TWIML["twiml"]),
    ],
)
def test_destinations_that_twilio_accepts_are_saved_and_used(
    router: SipRouter, kind: str, destination: str, heard: str
) -> None:
    router.publish(route_table(route("1", kind, destination)))

    assert router.heard("1") == heard
    assert router.list()["data"]["routes"][0]["destination"] == destination


@pytest.mark.parametrize("to", ["ann.lee", "+49 (30) 12-34 56", "030/123 456", "12345", "7", "j%C3%BCrgen"])
def test_no_address_is_logged(router: SipRouter, lines: list[str], to: str) -> None:
    router.call(to, From="sip:bob.jones@example.com")

    eventually(lambda: [line for line in lines if "inbound-sip-router 200" in line])
    (routed,) = [json.loads(line) for line in lines if '"Routed"' in line]
    assert routed["address"].startswith("***")
    assert len(routed["address"]) <= 5
    if to != "7":
        # A request's ids, times and durations are digits that may hold a short number by chance.
        logged = CHANCE.sub("", "".join(lines))
        assert not [part for part in (to, to[:-2], "ann", "lee", "jürgen", "bob", "jones") if part in logged]
