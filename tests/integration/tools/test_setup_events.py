"""`switchboard setup-events` creates a sink and a subscription once, and events arrive."""

import json
from collections.abc import Iterator

import pytest

from local.platform import Platform
from local.template.parameters import FLEX_NUMBER
from tests.command import switchboard
from tests.data.template import resources
from tests.integration.channel_cleanup.channels import RELEASED, Channels
from tests.support import Caller, eventually
from tools.setup_events.registration import TYPES

EVENTS = "events.twilio.com/v1"
RULES = [
    event["Properties"]["Pattern"]
    for function in resources("AWS::Serverless::Function").values()
    for event in function["Events"].values()
    if event["Type"] == "EventBridgeRule"
]


@pytest.fixture
def twilio(platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    """Return an account without sinks."""
    monkeypatch.setenv("PORT", str(platform.base_url.rpartition(":")[2]))
    made = Channels(platform, caller)

    def clear() -> None:
        for part in ("Subscriptions", "Sinks"):
            for one in made.twilio("GET", f"{EVENTS}/{part}")[part.lower()]:
                made.twilio("DELETE", f"{EVENTS}/{part}/{one['sid']}")

    clear()
    made.forget_requests()
    yield made
    clear()


def posts(twilio: Channels) -> list[tuple[str, dict[str, object]]]:
    asked = twilio.caller.twilio_requests("events.twilio.com")
    return [
        (one["url"].removeprefix(f"https://{EVENTS}"), one["params"])
        for one in asked
        if one["method"] == "POST"
    ]


def test_the_command_creates_a_sink_and_a_subscription(platform: Platform, twilio: Channels) -> None:
    done = switchboard("setup-events")
    assert (done.code, done.err) == (0, "")
    sink, subscription = posts(twilio)
    destination = f"{platform.public_base_url}/eventstream"
    configuration = {"destination": destination, "method": "POST", "batch_events": True}
    assert json.loads(str(sink[1].pop("SinkConfiguration"))) == configuration
    assert sink == ("/Sinks", {"Description": "Switchboard", "SinkType": "webhook"})
    made = twilio.twilio("GET", f"{EVENTS}/Sinks")["sinks"][0]["sid"]
    types = subscription[1].pop("Types")
    assert isinstance(types, list)
    assert {one["type"]: one["schema_version"] for one in map(json.loads, types)} == TYPES
    assert subscription == ("/Subscriptions", {"Description": "Events for Switchboard", "SinkSid": made})
    lines = done.out.splitlines()
    assert lines[0] == f"sink {made}: made, to {destination}"
    assert len([line for line in lines[1:] if line.endswith(" added")]) == len(TYPES)


def test_an_existing_sink_and_subscription_are_kept(twilio: Channels) -> None:
    switchboard("setup-events")
    twilio.forget_requests()
    done = switchboard("setup-events")
    assert (done.code, posts(twilio)) == (0, [])
    assert all("there already" in line for line in done.out.splitlines())


def test_missing_event_types_are_added_to_the_subscription(platform: Platform, twilio: Channels) -> None:
    destination = f"{platform.public_base_url}/eventstream"
    sink = twilio.twilio(
        "POST",
        f"{EVENTS}/Sinks",
        Description="By hand",
        SinkType="webhook",
        SinkConfiguration=json.dumps({"destination": destination, "method": "POST"}),
    )["sid"]
    kind = "com.twilio.taskrouter.task.created"
    twilio.twilio(
        "POST",
        f"{EVENTS}/Subscriptions",
        Description="By hand",
        SinkSid=sink,
        Types=json.dumps({"type": kind, "schema_version": 1}),
    )
    twilio.forget_requests()
    done = switchboard("setup-events")
    assert done.code == 0
    assert f"{kind} (schema 1) raised to schema {TYPES[kind]}" in done.out
    *added, (url, raised) = posts(twilio)
    assert {fields["Type"]: fields["SchemaVersion"] for _, fields in added} == {
        name: str(version) for name, version in TYPES.items() if name != kind
    }
    assert (url.rpartition("/")[2], raised) == (kind, {"SchemaVersion": str(TYPES[kind])})
    twilio.forget_requests()
    again = switchboard("setup-events")
    assert (again.code, posts(twilio)) == (0, [])
    assert f"{kind} (schema {TYPES[kind]}) there already" in again.out


def test_a_sink_that_sends_by_another_method_is_not_used(platform: Platform, twilio: Channels) -> None:
    destination = f"{platform.public_base_url}/eventstream"
    by_get = twilio.twilio(
        "POST",
        f"{EVENTS}/Sinks",
        Description="By hand",
        SinkType="webhook",
        SinkConfiguration=json.dumps({"destination": destination, "method": "GET"}),
    )["sid"]
    done = switchboard("setup-events")
    assert done.code == 0
    assert f"made, to {destination}" in done.out.splitlines()[0]
    assert by_get not in done.out


def test_a_dry_run_creates_nothing(twilio: Channels) -> None:
    done = switchboard("setup-events", "--dry-run")
    assert (done.code, posts(twilio)) == (0, [])
    assert "sink: would be made" in done.out
    assert done.out.count("would be added") == len(TYPES)


def test_every_type_that_a_rule_matches_is_subscribed_to() -> None:
    patterns = [rule["detail-type"] for rule in RULES if "switchboard.event_stream" in rule["source"]]
    matched = {kind for kinds in patterns for kind in kinds if isinstance(kind, str)}
    prefixes = tuple(kind["prefix"] for kinds in patterns for kind in kinds if isinstance(kind, dict))
    twilios = {kind for kind in matched if kind.startswith("com.twilio.")}
    assert twilios == {kind for kind in TYPES if not kind.startswith(prefixes)}
    assert all(any(kind.startswith(prefix) for kind in TYPES) for prefix in prefixes)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com", "URL must be a base URL"),
        ("example.com", "URL must be a base URL"),
        ("https://example.com", "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be set"),
    ],
)
def test_an_invalid_argument_is_explained(monkeypatch: pytest.MonkeyPatch, url: str, problem: str) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    done = switchboard("setup-events", "--url", url)
    assert (done.code, problem in done.err) == (1, True)


def test_an_error_of_twilio_is_shown(twilio: Channels) -> None:
    twilio.caller.local("POST", "/twilio/faults", {"match": "/v1/Sinks", "status": 400, "times": 1})
    done = switchboard("setup-events")
    assert (done.code, done.err) == (1, "Twilio refuses (20001): Bad request\n")


def test_the_command_reports_that_no_platform_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9")
    done = switchboard("setup-events")
    assert (done.code, "start `make run`" in done.err) == (1, True)


@pytest.mark.slow
def test_signed_batches_of_events_reach_the_clean_up_of_a_conversation(twilio: Channels) -> None:
    switchboard("setup-events")
    answer = twilio.caller.key_post(
        "/flex-initiate-outbound-sms-task",
        {
            "fromNumber": FLEX_NUMBER,
            "toNumber": "+14045550778",
            "toName": "Ada",
            "initialNotificationMessage": "Hello",
        },
    ).json()
    sid, task = answer["conversationSid"], answer["taskSid"]
    assert eventually(lambda: task in twilio.row(sid).get("tasks", ()))
    _cancel(twilio, task)
    assert eventually(lambda: task in twilio.row(sid).get("endedTasks", ()))
    twilio.pass_time(86_400)
    sent = {"from": "+14045550778", "to": FLEX_NUMBER, "body": "Thank you"}
    twilio.caller.local("POST", "/phone/texts", sent)
    assert eventually(lambda: twilio.row(sid).get("messageAt", 0) > twilio.now() * 1000 - 60_000)
    (reply,) = eventually(lambda: set(twilio.row(sid)["tasks"]) - {task})
    _cancel(twilio, reply)
    assert eventually(lambda: reply in twilio.row(sid)["endedTasks"])
    twilio.pass_time(86_400 + 7_200)
    state = twilio.state(sid)
    assert state is not None
    assert state[0] == "active"
    twilio.pass_time(86_400)
    assert twilio.state(sid) == ("closed", RELEASED)


def _cancel(twilio: Channels, task: str) -> None:
    workspace = twilio.caller.local("GET", "/health")["workspaceSid"]
    address = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{task}"
    twilio.twilio("POST", address, AssignmentStatus="canceled", Reason="Done")
