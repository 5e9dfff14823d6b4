"""The older Flex plugin, which knows neither schedules nor patterns, and works after a change of domain."""

import json
from typing import Any

import pytest

from local.template.parameters import FLEX_TOKENS
from tests.data.route_tables import route, route_table
from tests.integration.sip_router.router import SipRouter, ok

CLOSED = {"type": "say", "destination": "Closed"}
RICH = route(
    "1",
    schedule={"timeZone": "UTC", "weekly": {}},
    otherwise=CLOSED,
    weight=2,
    alternatives=[{"type": "say", "destination": "World"}],
    owner={"team": "front", "since": 2024},
)


class Plugin:
    """Does what the plugin does in an administrator's browser: the same requests, bodies and comparisons."""

    def __init__(self, router: SipRouter) -> None:
        self.router = router
        self.config: dict[str, Any] = {}

    def load(self) -> None:
        self.config = ok(self.router.admin_form("list"))

    def save_from_form(self, index: int, **fields: str) -> None:
        """Replace a route, as the plugin's form does: with the four fields that it has, in its order."""
        old = self.config["data"]["routes"][index]
        names = ("address", "type", "destination", "comment")
        self.config["data"]["routes"][index] = {name: fields.get(name, old[name]) for name in names}

    def publish(self) -> str:
        """Send everything back, wait for the build, deploy it; say how that went."""
        body = json.dumps({**self.config, "Token": FLEX_TOKENS["admin"]}).encode()
        headers = {"Content-Type": "application/json", "Origin": "https://flex.twilio.com"}
        answer = self.router.caller.send("POST", "/admin/update", body, headers)
        content = json.loads(answer.text)
        if answer.status != 200:
            same = content == "Provided version SID is not the latest deployed asset version SID"
            return "version error" if same else "error"
        assert content["success"] is True
        status = ok(self.router.admin_form("update-status", buildSid=content["buildSid"]))
        assert status == {"success": True, "buildStatus": "completed"}
        published = ok(self.router.admin_form("publish", buildSid=content["buildSid"]))
        assert published["success"] is True
        assert published["deploymentSid"].startswith("ZD")
        return "published"


@pytest.fixture
def plugin(router: SipRouter) -> Plugin:
    router.publish(route_table(RICH, route("2"), route("^3.*$")))
    found = Plugin(router)
    found.load()
    return found


def test_the_older_plugin_loads_edits_and_publishes(plugin: Plugin, router: SipRouter) -> None:
    assert set(plugin.config) == {"data", "version", "versionIsDeployed"}
    assert plugin.config["versionIsDeployed"] is True
    plugin.config["data"]["routes"].append(route("4", destination="New"))
    plugin.save_from_form(1, destination="Edited")

    assert plugin.publish() == "published"

    router.grow_stale()
    assert router.heard("4") == "<Say>New</Say>"
    assert router.heard("2") == "<Say>Edited</Say>"
    assert router.heard("33") == "<Say>Hello</Say>"


def test_routes_that_the_older_plugin_does_not_edit_stay_as_they_were(
    plugin: Plugin, router: SipRouter
) -> None:
    plugin.save_from_form(1, comment="Edited")

    plugin.publish()

    assert router.list()["data"]["routes"][0] == RICH


def test_a_route_that_the_older_plugin_edits_keeps_the_fields_that_its_form_lacks(
    plugin: Plugin, router: SipRouter
) -> None:
    plugin.save_from_form(0, destination="Edited", comment="By the form")

    plugin.publish()

    assert router.list()["data"]["routes"][0] == {**RICH, "destination": "Edited", "comment": "By the form"}
    router.grow_stale()
    assert router.heard("1") == "<Say>Closed</Say>"


def test_the_default_route_keeps_the_fields_that_the_form_lacks(router: SipRouter) -> None:
    rich = {"type": "dial-client", "destination": "alice", "fallback": CLOSED}
    router.publish({"routes": [], "default": rich})
    plugin = Plugin(router)
    plugin.load()
    plugin.config["data"]["default"] = {"type": "dial-client", "destination": "bob"}

    plugin.publish()

    assert router.list()["data"]["default"] == {**rich, "destination": "bob"}


def test_a_newer_client_can_remove_a_schedule(plugin: Plugin, router: SipRouter) -> None:
    router.publish(route_table(route("1")))

    assert router.list()["data"]["routes"] == [route("1")]


def test_the_second_plugin_to_publish_gets_the_sentence_that_it_knows(
    plugin: Plugin, router: SipRouter
) -> None:
    other = Plugin(router)
    other.load()
    plugin.save_from_form(1, destination="First")
    other.save_from_form(1, destination="Second")

    assert plugin.publish() == "published"
    assert other.publish() == "version error"

    assert router.list()["data"]["routes"][1]["destination"] == "First"


def test_a_page_of_flex_may_read_the_answers(router: SipRouter) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://flex.twilio.com"}

    for body, status in ((f"Token={FLEX_TOKENS['admin']}", 200), ("Token=wrong", 403)):
        answer = router.caller.send("POST", "/admin/list", body.encode(), headers)

        assert answer.status == status
        assert answer.header("access-control-allow-origin") == "https://flex.twilio.com"
        assert json.loads(answer.text)


def test_a_page_can_send_a_compressed_table_with_a_token_in_the_header(router: SipRouter) -> None:
    headers = {"Origin": "https://flex.twilio.com", "Access-Control-Request-Method": "POST"}

    answer = router.caller.send("OPTIONS", "/admin/update", headers=headers)

    assert answer.header("access-control-allow-origin") == "https://flex.twilio.com"
    allowed = (answer.header("access-control-allow-headers") or "").split(",")
    assert {"content-type", "content-encoding", "x-flex-token", "authorization"} <= set(allowed)


@pytest.mark.parametrize("edited", [0, 1, 2])
def test_editing_a_route_changes_no_other_with_the_same_address(router: SipRouter, edited: int) -> None:
    routes = [route("*97*"), route("*97*", destination="Exact", match="exact", owner="a"), route("3")]
    router.publish(route_table(*routes))
    plugin = Plugin(router)
    plugin.load()
    plugin.save_from_form(edited, comment="Edited")

    assert plugin.publish() == "published"

    routes[edited]["comment"] = "Edited"
    assert router.list()["data"]["routes"] == routes


def test_a_new_route_gets_no_fields_of_another_with_the_same_address(router: SipRouter) -> None:
    kept = route("*97*", match="exact", owner="a")
    router.publish(route_table(kept))
    plugin = Plugin(router)
    plugin.load()
    plugin.config["data"]["routes"].append(route("*97*", destination="New"))

    assert plugin.publish() == "published"

    assert router.list()["data"]["routes"] == [kept, route("*97*", destination="New")]
