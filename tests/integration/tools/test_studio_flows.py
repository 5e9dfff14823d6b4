"""Flow files are drawn, filled in, validated and published."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.platform import Platform
from local.template.parameters import WORKFLOW_SID
from local.twilio.studio import flow_files
from local.twilio.studio.flow import ready_made_flows
from local.twilio.taskrouter.workspace import CHANNELS
from tests.command import switchboard
from tools.studio_flows.placeholders import rendered
from tools.studio_flows.publisher import FlowError, FlowPublisher, digest
from tools.twilio_account import connect_to

NAMES = sorted(path.stem for path in flow_files.DIRECTORY.glob("*.json"))


@pytest.fixture
def publisher(platform: Platform) -> Iterator[FlowPublisher]:
    """Flows of the platform's account; those that a test creates are deleted after it."""
    flows = platform.stand_in.studio.flows
    before = set(flows.sids())
    yield FlowPublisher(connect_to(platform))
    for sid in set(flows.sids()) - before:
        flows.delete(sid)


def definition_of(platform: Platform, name: str) -> dict[str, Any]:
    file = flow_files.read(flow_files.DIRECTORY / f"{name}.json")
    return rendered(connect_to(platform), file, platform.public_base_url)


@pytest.mark.parametrize("name", NAMES)
def test_a_flow_file_is_valid_and_has_the_accounts_values(platform: Platform, name: str) -> None:
    definition = definition_of(platform, name)
    FlowPublisher(connect_to(platform)).validate(name, definition)
    assert definition == ready_made_flows(platform.public_base_url)[name].definition
    assert not flow_files.placeholders(definition)


def test_a_flow_is_created_published_again_and_put_back(platform: Platform, publisher: FlowPublisher) -> None:
    first, second = definition_of(platform, "callback"), definition_of(platform, "voicemail")
    assert publisher.find("Switchboard callback") is None
    sid = publisher.create("Switchboard callback", first, "Created")
    found = publisher.find("Switchboard callback")
    assert found is not None
    assert (found.sid, found.revision, found.digest) == (sid, 1, digest(first))
    assert publisher.publish(sid, second, "Changed") == 2
    assert publisher.publish(sid, publisher.definition_of(sid, 1), "As revision 1") == 3
    found = publisher.find("whatever its name is", sid)
    assert found is not None
    assert (found.revision, found.definition, found.name) == (3, first, "Switchboard callback")
    publisher.delete(sid)
    publisher.delete(sid)
    assert publisher.find("Switchboard callback") is None


def test_a_draft_is_no_published_flow(platform: Platform, publisher: FlowPublisher) -> None:
    definition = definition_of(platform, "menu")
    sid = str(connect_to(platform).studio.v2.flows.create("Draft", "draft", definition).sid)
    found = publisher.find("Draft")
    assert found is not None
    assert (found.sid, found.revision, found.digest) == (sid, 0, "")


def test_a_name_that_two_flows_have_is_refused(platform: Platform, publisher: FlowPublisher) -> None:
    definition = definition_of(platform, "menu")
    sids = [publisher.create("Twice", definition, "Created") for _ in range(2)]
    with pytest.raises(FlowError, match="2 flows are named Twice") as caught:
        publisher.find("Twice")
    assert all(sid in str(caught.value) for sid in sids)


def test_an_unknown_sid_is_refused(publisher: FlowPublisher) -> None:
    with pytest.raises(FlowError, match=f"the account has no flow FW{'0' * 32}"):
        publisher.find("Menu", "FW" + "0" * 32)


def test_an_invalid_definition_is_refused_with_the_place_of_each_problem(
    platform: Platform, publisher: FlowPublisher
) -> None:
    definition = definition_of(platform, "menu")
    definition["states"][1]["transitions"][0]["next"] = "nowhere"
    with pytest.raises(FlowError) as caught:
        publisher.validate("Menu", definition)
    assert str(caught.value).splitlines() == [
        "Studio refuses the flow Menu: Flow definition validation failed",
        "  #/states/1/transitions/0/next is no widget of this flow: nowhere",
    ]


@pytest.mark.parametrize(
    ("workflow", "channel", "message"),
    [
        ("Sales", "voice", "the account has no workflow Sales; it has Assign To Anyone (WW"),
        ("", "fax", "has no task channel fax"),
    ],
)
def test_a_workflow_and_a_channel_must_exist(
    platform: Platform, workflow: str, channel: str, message: str
) -> None:
    definition = flow_files.read(flow_files.DIRECTORY / "menu.json")
    with pytest.raises(FlowError) as caught:
        rendered(connect_to(platform), definition, platform.public_base_url, workflow, channel)
    assert message in str(caught.value)


def test_a_workflow_is_named_or_given_by_its_sid(platform: Platform) -> None:
    definition = flow_files.read(flow_files.DIRECTORY / "sip-to-flex.json")
    for workflow in ("", "assign to anyone", WORKFLOW_SID):
        flow = rendered(connect_to(platform), definition, "https://x.test", workflow, "chat")
        (agent,) = [one for one in flow["states"] if one["type"] == "send-to-flex"]
        assert agent["properties"]["workflow"] == WORKFLOW_SID
        assert agent["properties"]["channel"] == CHANNELS["chat"]
        assert agent["properties"]["waitUrl"].startswith("https://x.test/callback/")


def test_a_placeholder_without_a_value_is_named(platform: Platform) -> None:
    definition = {"states": [{"name": "${Name}", "url": "${ApiUrl}"}]}
    with pytest.raises(flow_files.FlowFileError, match=r"no value for \$\{Name\}"):
        rendered(connect_to(platform), definition, platform.public_base_url)


def test_a_flow_is_drawn(tmp_path: Any) -> None:
    done = switchboard("studio", "graph", flow_files.DIRECTORY / "sip-to-flex.json")
    assert done.code == 0
    assert done.out.splitlines() == [
        "flowchart TD",
        '    w_Trigger(["Trigger"])',
        '    w_agent["<b>agent</b><br>send-to-flex"]',
        '    w_unavailable["<b>unavailable</b><br>say-play<br>We are sorry, nobody can take your call."]',
        '    w_Trigger -- "incomingCall" --> w_agent',
        '    w_agent -- "failedToEnqueue<br>callFailure" --> w_unavailable',
    ]
    for content, problem in (
        ("{", "cannot be read as JSON"),
        ("[]", "is no flow definition"),
        ('{"states": []}', "#/states must be a list"),
    ):
        file = tmp_path / "flow.json"
        file.write_text(content, encoding="utf-8")
        done = switchboard("studio", "graph", file)
        assert (done.code, problem in done.err) == (1, True)
