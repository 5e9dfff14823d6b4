"""Editing the route table: versions, roles, conflicts, history, difference, trial, and going back."""

import gzip
import json
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from local.http_messages import HttpResponse
from local.template.parameters import FLEX_TOKENS
from local.twilio.rest import iam
from local.twilio.rest.iam import EXPIRED_TOKEN
from tests.data.route_tables import DESTINATIONS, FLOW_URL, route, route_table
from tests.integration.sip_router.router import SipRouter, ok

ONE = route_table(route("1", destination="One"))
TWO = route_table(route("1", destination="Two"))
OUTDATED = "Provided version SID is not the latest deployed asset version SID"


def test_before_the_first_save_the_seed_is_version_1_and_live(router: SipRouter) -> None:
    listed = router.list()

    assert [raw["address"] for raw in listed["data"]["routes"]] == ["4321", "4000", "+4930*", "^5[0-9]{3}$"]
    assert re.fullmatch(r"ZN0{11}1[0-9a-f]{20}", listed["version"])
    assert listed["versionIsDeployed"] is True
    assert router.list() == listed
    assert "from eight in the morning" in router.heard("4000")
    (item,) = ok(router.admin("versions", "agent"))["items"]
    assert (item["number"], item["createdBy"]) == (1, "config-files/sip-routes.json")


def test_the_seed_is_stored_with_the_first_change(router: SipRouter) -> None:
    seed = router.list()

    router.save(ONE)

    items = ok(router.admin("versions"))["items"]
    assert [item["number"] for item in items] == [2, 1]
    assert items[0]["parent"] == items[1]["version"] == seed["version"]
    assert router.list()["versionIsDeployed"] is False
    assert "from eight in the morning" in router.heard("4000")
    assert ok(router.admin("diff", **{"from": seed["version"], "to": "live"}))["changed"] == []


def test_a_saved_map_is_not_live_until_it_is_published(router: SipRouter) -> None:
    router.publish(ONE)
    build_sid = router.save(TWO)
    listed = router.list()
    router.grow_stale()

    assert listed["data"] == TWO
    assert listed["version"] == f"ZN{build_sid[2:]}"
    assert listed["versionIsDeployed"] is False
    assert router.heard("1") == "<Say>One</Say>"

    published = ok(router.admin("publish", buildSid=build_sid))

    router.grow_stale()
    assert re.fullmatch(r"ZD[0-9a-f]{32}", published["deploymentSid"])
    assert router.list()["versionIsDeployed"] is True
    assert router.heard("1") == "<Say>Two</Say>"


def test_publishing_again_changes_nothing(router: SipRouter) -> None:
    build_sid = router.save(ONE)

    assert ok(router.admin("publish", buildSid=build_sid)) == ok(router.admin("publish", buildSid=build_sid))


def test_an_older_version_cannot_be_published(router: SipRouter) -> None:
    older = router.save(ONE)
    router.publish(TWO)

    answer = router.admin("publish", buildSid=older)

    assert answer.status == 409
    assert "rollback" in json.loads(answer.text)["message"]
    assert router.heard("1") == "<Say>Two</Say>"


def test_an_update_must_name_the_latest_version(router: SipRouter) -> None:
    listed = router.list()
    router.save(ONE)

    answer = router.admin("update", data=TWO, version=listed["version"])

    assert answer.status == 409
    assert json.loads(answer.text) == OUTDATED
    assert router.list()["data"] == ONE


@pytest.mark.parametrize("path", ["update", "update-status", "publish", "rollback"])
def test_writing_requires_the_role_admin(router: SipRouter, path: str) -> None:
    listed = router.list()
    content = {"data": ONE, "version": listed["version"], "buildSid": listed["version"].replace("ZN", "ZB")}

    assert router.admin(path, "agent", **content).status == 403
    assert router.caller.key_post(f"/admin/{path}", {"buildSid": "x"}).status == 403
    assert router.list() == listed


@pytest.mark.parametrize("path", ["list", "versions", "diff", "test", "update", "publish", "rollback"])
def test_a_web_chat_token_cannot_read_routes(
    router: SipRouter, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    user = iam._USERS[FLEX_TOKENS["agent"]]
    monkeypatch.setitem(iam._USERS, "visitor", replace(user, roles=("visitor",), worker_sid=""))
    headers = {"X-Flex-Token": "visitor", "Content-Type": "application/json"}

    answer = router.caller.send("POST", f"/admin/{path}", b'{"address": "4000"}', headers)

    assert (answer.status, set(answer.json())) == (403, {"message"})


@pytest.mark.parametrize("path", ["list", "versions", "diff", "test"])
def test_reading_requires_a_flex_token(router: SipRouter, path: str) -> None:
    assert router.admin(path, "agent", address="1").status == 200
    assert router.caller.send("POST", f"/admin/{path}").status == 403
    assert router.caller.key_post(f"/admin/{path}").status == 403
    for token in (EXPIRED_TOKEN, "never issued"):
        body = json.dumps({"Token": token, "address": "1"}).encode()
        answer = router.caller.send("POST", f"/admin/{path}", body, {"Content-Type": "application/json"})
        assert answer.status == 403


def test_an_update_with_invalid_routes_is_refused_whole(router: SipRouter) -> None:
    listed = router.list()
    bad = route_table(
        route("1"), route("2", "webhook", "/relative"), route("1"), route("3", "twiml", "<Say>")
    )

    answer = router.admin("update", data=bad, version=listed["version"])

    assert answer.status == 400
    errors = json.loads(answer.text)["errors"]
    assert [error["field"] for error in errors] == [
        "data.routes[1].destination",
        "data.routes[2].address",
        "data.routes[3].destination",
    ]
    assert errors[0]["message"].startswith("route 2: ")
    assert router.list() == listed


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"version": "ZN" + "0" * 32}, "data"),
        ({"data": ONE}, "version"),
        ({"data": ONE, "version": 7}, "version"),
        ({"data": ONE, "version": "ZN" + "0" * 32, "note": "x" * 501}, "note"),
        ({"data": ONE, "version": "ZN" + "0" * 32, "note": ["x"]}, "note"),
    ],
)
def test_an_update_with_a_missing_or_wrong_field_is_refused(
    router: SipRouter, content: dict[str, Any], field: str
) -> None:
    answer = router.admin("update", **content)

    assert answer.status == 400
    assert [error["field"] for error in json.loads(answer.text)["errors"]] == [field]


def test_patterns_that_would_make_callers_wait_are_not_saved(router: SipRouter) -> None:
    costly = route_table(*(route(f"^((a?){{30}}){{20}}(|x{number})$") for number in range(1000)))

    answer = router.admin("update", data=costly, version=router.list()["version"])

    assert answer.status == 400
    assert len(answer.json()["errors"]) == 101
    assert "callers wait while an address is compared" in answer.json()["message"]


@pytest.mark.parametrize("path", ["update-status", "publish"])
@pytest.mark.parametrize("sid", ["ZB" + "0" * 32, "ZB123", "nonsense", "ZB" + "f" * 32])
def test_a_build_that_does_not_exist_is_not_found(router: SipRouter, path: str, sid: str) -> None:
    assert router.admin(path, buildSid=sid).status == 404
    assert router.admin(path).status == 400


def test_the_build_of_the_seed_is_completed_and_live(router: SipRouter) -> None:
    build_sid = router.list()["version"].replace("ZN", "ZB")

    assert ok(router.admin("update-status", buildSid=build_sid))["buildStatus"] == "completed"
    assert ok(router.admin("publish", buildSid=build_sid))["success"] is True
    assert len(ok(router.admin("versions"))["items"]) == 1


def test_one_of_twenty_administrators_who_save_at_once_succeeds(router: SipRouter) -> None:
    version = router.list()["version"]
    tables = [route_table(route("1", destination=f"Map {number}")) for number in range(20)]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda data: router.admin("update", data=data, version=version), tables))

    assert sorted(answer.status for answer in answers) == [200] + [409] * 19
    assert {json.loads(answer.text) for answer in answers if answer.status == 409} == {OUTDATED}
    (winner,) = (data for data, answer in zip(tables, answers, strict=True) if answer.status == 200)
    assert router.list()["data"] == winner
    items = ok(router.admin("versions"))["items"]
    assert [item["number"] for item in items] == [2, 1]


def test_a_save_that_comes_too_late_leaves_no_object_behind(router: SipRouter) -> None:
    router.save(ONE)
    platform_files = set(stored_tables(router))
    version = router.list()["version"]

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: router.admin("update", data=TWO, version=version), range(10)))

    assert len(set(stored_tables(router)) - platform_files) == 1


def stored_tables(router: SipRouter) -> list[str]:
    platform = router.caller._platform
    pages = platform.aws.client("s3").list_objects_v2(Bucket=platform.bucket, Prefix="sip-routes/")
    return [item["Key"] for item in pages.get("Contents", [])]


def test_the_history_lists_author_time_and_note_in_pages(router: SipRouter) -> None:
    for number in range(4):
        router.save(route_table(route("1", destination=str(number))), f"Change {number}")

    first = ok(router.admin("versions", "agent", limit=3))
    second = ok(router.admin("versions", "agent", limit=3, cursor=first["cursor"]))

    assert [item["number"] for item in (*first["items"], *second["items"])] == [5, 4, 3, 2, 1]
    assert second["cursor"] is None
    newest = first["items"][0]
    assert newest["note"] == "Change 3"
    assert newest["createdBy"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", newest["createdAt"])
    assert newest["routes"] == 1
    assert newest["parent"] == first["items"][1]["version"]
    assert newest["publishedAt"] is None
    assert second["items"][-1]["publishedAt"]


@pytest.mark.parametrize("content", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "-1"}])
def test_a_page_that_does_not_exist_is_refused(router: SipRouter, content: dict[str, Any]) -> None:
    assert router.admin("versions", **content).status == 400


def test_two_versions_are_compared(router: SipRouter) -> None:
    first = router.publish(route_table(route("1"), route("2"), route("^3$"), route("^4$")))
    router.save(
        route_table(route("1", destination="Other"), route("^4$"), route("^3$"), route("5"), default="Else")
    )

    found = ok(router.admin("diff", "agent"))

    assert found["from"] == first
    assert found["added"] == [route("5")]
    assert found["removed"] == [route("2")]
    assert [(item["address"], item["fields"]) for item in found["changed"]] == [("1", ["destination"])]
    assert found["default"]["after"]["destination"] == "Else"
    assert found["patternsReordered"] is True
    assert ok(router.admin("diff", **{"from": first, "to": first}))["changed"] == []


def test_a_version_is_compared_with_an_unsaved_route_table(router: SipRouter) -> None:
    router.publish(ONE)

    assert len(ok(router.admin("diff", data=TWO))["changed"]) == 1
    assert router.admin("diff", data={"routes": 1}).status == 400
    assert router.admin("diff", to="ZN" + "0" * 32).status == 404


@pytest.mark.parametrize("where", ["form", "query"])
def test_a_route_table_to_compare_must_be_json(router: SipRouter, where: str) -> None:
    text = json.dumps(ONE)
    if where == "form":
        answer = router.admin_form("diff", data=text)
    else:
        token = f"Token={FLEX_TOKENS['admin']}".encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = router.caller.send("POST", f"/admin/diff?{urlencode({'data': text})}", token, form)

    assert answer.status == 400
    assert json.loads(answer.text)["message"] == "data: must be JSON: send the body as application/json"


@pytest.mark.parametrize(
    "path", ["list", "versions", "test", "update-status", "publish", "rollback", "nothing", "diff", "update"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_only_endpoints_that_accept_tables_accept_large_bodies(
    router: SipRouter, path: str, packed: bool
) -> None:
    takes_tables = path in {"diff", "update"}
    size = 25 * 1024 * 1024 if packed and takes_tables else 300_000
    body = json.dumps({"data": {"more": "x" * size}, "version": "ZN"}).encode()
    headers = {"Content-Type": "application/json", "X-Flex-Token": FLEX_TOKENS["admin"]}
    if packed:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 1)

    answer = router.caller.send("POST", f"/admin/{path}", body, headers)

    expected = {"nothing": 404, "diff": 400, "update": 409}.get(path, 413)
    assert answer.status == (413 if packed and takes_tables else expected)


# Its beginning, a part of it, how many times, and its end.
HOSTILE = {
    "lists": (b"[", b"[],[],[],[],[],[],[],[],", 800_000, b"0]"),
    "objects": (b"[", b'{"a":{}},', 2_000_000, b"0]"),
    "depth": (b"", b"[", 10_000_000, b""),
    "surrogates": (b'["', b"\\ud800", 3_000_000, b'"]'),
}


@pytest.mark.parametrize("path", ["diff", "update"])
@pytest.mark.parametrize("shape", HOSTILE)
def test_a_small_body_that_decompresses_to_megabytes_is_refused_early(
    router: SipRouter, path: str, shape: str
) -> None:
    begin, part, times, end = HOSTILE[shape]
    packed = gzip.compress(begin + part * times + end, 9)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    tokens: list[tuple[dict[str, str], int, int]] = [
        ({}, 403, 100),
        ({"X-Flex-Token": "wrong"}, 403, 100),
        ({"X-Flex-Token": FLEX_TOKENS["admin"]}, 400 if shape == "surrogates" else 413, 1000),
    ]
    assert len(packed) < 60_000
    router.admin(path)

    for token, status, cpu_ms in tokens:
        answer = router.caller.send("POST", f"/admin/{path}", packed, {**headers, **token})

        assert answer.status == status
        function = "SipAdminRead" if path == "diff" else "SipAdminWrite"
        assert router.caller.invocations(function)[-1]["cpuMs"] < cpu_ms


def test_a_trial_shows_the_route_and_twiml_for_a_moment(router: SipRouter) -> None:
    hours = {"timeZone": "Europe/Berlin", "weekly": {"mon": ["09:00-17:00"]}}
    closed = {"type": "say", "destination": "Closed"}
    rich = route("+49*", "dial-client", "alice", schedule=hours, otherwise=closed, fallback=closed)
    live = router.publish(ONE)
    router.save(route_table(rich))

    found = ok(
        router.admin(
            "test", "agent", address="sip:%2B4930@x", version="latest", at="2026-11-23T09:00:00+01:00"
        )
    )
    assert found["address"] == "+4930"
    assert (found["match"], found["route"], found["open"]) == ("prefix", rich, True)
    assert (found["type"], found["destination"], found["fallback"]) == ("dial-client", "alice", closed)
    assert "<Client>alice</Client>" in found["twiml"]
    found = ok(router.admin("test", address="+4930", version="latest", at="2026-11-23T17:00:00+01:00"))
    assert (found["open"], found["destination"]) == (False, "Closed")
    found = ok(router.admin("test", address="1"))
    assert (found["version"], found["match"], found["destination"]) == (live, "exact", "One")
    assert ok(router.admin("test", address="2"))["match"] == "default"


@pytest.mark.parametrize(
    "content", [{}, {"address": "1", "at": "noon"}, {"address": "1", "at": "0001-01-01T00:00:00"}]
)
def test_a_trial_without_an_address_or_with_a_wrong_time_is_refused(
    router: SipRouter, content: dict[str, Any]
) -> None:
    assert router.admin("test", **content).status == 400


def test_a_rollback_makes_a_new_version_with_the_old_map_live(router: SipRouter) -> None:
    good = router.publish(ONE)
    bad = router.publish(TWO)

    back = ok(router.admin("rollback", version=good))

    router.grow_stale()
    assert router.heard("1") == "<Say>One</Say>"
    assert router.list() == {"data": ONE, "version": back["version"], "versionIsDeployed": True}
    newest, abandoned = ok(router.admin("versions", limit=2))["items"]
    assert (newest["version"], newest["restores"], newest["parent"]) == (back["version"], good, bad)
    assert (newest["note"], newest["deploymentSid"]) == ("Back to version 2", back["deploymentSid"])
    assert abandoned["version"] == bad


def test_an_edit_in_progress_cannot_undo_a_rollback(router: SipRouter) -> None:
    good = router.publish(ONE)
    draft = router.save(TWO)
    listed = router.list()

    ok(router.admin("rollback", version=good, note="Too many calls lost"))

    assert router.admin("update", data=TWO, version=listed["version"]).status == 409
    assert router.admin("publish", buildSid=draft).status == 409
    assert ok(router.admin("versions"))["items"][0]["note"] == "Too many calls lost"
    assert ok(router.admin("rollback", version=f"ZN{draft[2:]}"))["success"] is True
    router.grow_stale()
    assert router.heard("1") == "<Say>Two</Say>"


def test_a_rollback_succeeds_while_others_save(router: SipRouter) -> None:
    good = router.publish(ONE)
    router.publish(TWO)

    def save(number: int) -> int:
        version = router.list()["version"]
        return router.admin("update", data=TWO, version=version, note=str(number)).status

    with ThreadPoolExecutor(6) as pool:
        saves = [pool.submit(save, number) for number in range(5)]
        back = pool.submit(router.admin, "rollback", version=good)

    assert {future.result() for future in saves} <= {200, 409}
    assert back.result().status == 200
    numbers = [item["number"] for item in ok(router.admin("versions"))["items"]]
    assert numbers == list(range(numbers[0], 0, -1))


def test_a_rollback_to_a_missing_version_is_refused(router: SipRouter) -> None:
    assert router.admin("rollback", version="ZN" + "0" * 32).status == 404
    assert router.admin("rollback").status == 400
    seed = router.list()["version"]
    assert ok(router.admin("rollback", version=seed))["version"] == seed


@pytest.mark.slow
def test_every_call_sees_one_complete_route_table_while_others_are_published(router: SipRouter) -> None:
    def tagged(tag: str) -> dict[str, Any]:
        fallback = {"type": "say", "destination": tag}
        return route_table(
            *(route(str(number), "dial-client", tag, fallback=fallback) for number in range(50))
        )

    router.publish(tagged("v0"))
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(router.heard, str(number % 50)) for number in range(40)]
        for number in range(1, 4):
            router.publish(tagged(f"v{number}"))
            calls += [pool.submit(router.heard, str(count % 50)) for count in range(40)]

    heard = [future.result() for future in calls]
    tags = [re.findall(r"v\d", text) for text in heard]
    assert all(len(found) == 2 and len(set(found)) == 1 for found in tags)
    router.grow_stale()
    assert "v3" in router.heard("7")


@pytest.mark.slow
def test_a_route_table_larger_than_a_dynamodb_item_is_stored(router: SipRouter) -> None:
    large = route_table(
        *(route(f"+49{number:08}", destination=f"{number * 7919:x}") for number in range(40_000))
    )
    body = json.dumps({"data": large, "version": router.list()["version"]}).encode()
    assert 400_000 < len(body) < 5_000_000

    headers = {"Content-Type": "application/json", "X-Flex-Token": FLEX_TOKENS["admin"]}
    saved = router.caller.send("POST", "/admin/update", body, headers)
    ok(router.admin("publish", buildSid=ok(saved)["buildSid"]))
    router.grow_stale()

    assert router.heard("+4900039999") == f"<Say>{39_999 * 7919:x}</Say>"
    packed = router.caller.send("POST", "/admin/list", b"", {**headers, "Accept-Encoding": "gzip, br"})
    assert packed.header("content-encoding") == "gzip"
    assert json.loads(gzip.decompress(packed.body))["data"] == large


@pytest.mark.slow
def test_a_hundred_thousand_routes_are_saved_and_listed_compressed(router: SipRouter) -> None:
    large = route_table(*(route(f"+49{number:08}", "webhook", FLOW_URL) for number in range(100_000)))

    build_sid = router.save_packed(large)

    assert ok(router.admin("publish", buildSid=build_sid))["success"] is True
    router.grow_stale()
    assert router.heard("+4900099999") == f"<Redirect>{FLOW_URL}</Redirect>"
    answer = router.admin("list", "agent")
    assert answer.status == 413
    assert "gzip" in json.loads(answer.text)["message"]


@pytest.mark.slow
def test_a_route_table_that_is_too_large_to_be_listed_is_not_saved(router: SipRouter) -> None:
    listed = router.list()
    headers = {
        "X-Flex-Token": FLEX_TOKENS["admin"],
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
        "Accept-Encoding": "gzip",
    }

    def saved(megabytes: float) -> HttpResponse:
        count = int(megabytes * 500)
        routes = [route(str(number), destination=secrets.token_hex(2000)) for number in range(count)]
        body = json.dumps({"data": route_table(*routes), "version": listed["version"]})
        return router.caller.send("POST", "/admin/update", gzip.compress(body.encode(), 9), headers)

    refused = saved(3.8)
    assert (refused.status, router.list()) == (413, listed)
    assert "KiB, packed" in refused.json()["message"]
    ok(saved(3.6))
    assert router.caller.send("POST", "/admin/list", b"", headers | {"Content-Encoding": ""}).status == 200


@pytest.mark.parametrize(("routes", "status"), [(300, 200), (480, 413)])
def test_a_reply_beyond_lambdas_limit_is_refused(router: SipRouter, routes: int, status: int) -> None:
    # A quotation mark has two bytes in the answer's JSON, and four in what Lambda hands over.
    router.save_packed(route_table(*(route(str(number), destination='"' * 3600) for number in range(routes))))

    answer = router.admin("list")

    assert answer.status == status
    assert "gzip" in answer.text or status == 200


def test_every_route_type_is_saved_and_listed_unchanged(router: SipRouter) -> None:
    data = route_table(*(route(kind, kind, text) for kind, text in DESTINATIONS.items()))

    router.publish(data)

    assert router.list()["data"] == data
