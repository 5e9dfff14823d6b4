"""Every metric of the dashboard and the alarms is written, and queries name fields of log lines."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.data.surveys import CONFIG, ENGLISH
from tests.integration.callback.desk import Desk, new_sid
from tests.integration.channel_cleanup.channels import Channels
from tests.integration.survey.talk import Respondent, upload
from tests.integration.template.metrics import NAMESPACE, filtered, of_type, shown, watched, written
from tests.support import Caller

pytestmark = pytest.mark.slow

NAMES = Names(stack="switchboard-metrics", account_id="000000000077")


class Lines(Terminal):
    """Keeps what functions write."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.lines: list[str] = []

    def function_line(self, function: str, line: str) -> None:
        self.lines.append(line)


def fail(caller: Caller, system: str, **fault: Any) -> None:
    caller.local("POST", f"/{system}/faults", fault)


def surveys(platform: Platform, caller: Caller) -> None:
    person = Respondent(platform, caller)
    person.texts("hello")
    person.texts("STOP")
    upload(platform, "breaks", CONFIG, en_US=ENGLISH)
    upload(platform, "breaks", b"{")
    Respondent(platform, caller, survey="breaks").texts("hi")
    Respondent(platform, caller, survey="nothing").texts("hi")
    fail(caller, "aws", match="s3.PutObject", status=403, times=3)
    Respondent(platform, caller).texts("hello")


def callbacks(platform: Platform, caller: Caller) -> None:
    desk = Desk(platform, caller)
    desk.upload("hours.json", None)
    desk.upload("hours.json", {"timeZone": "Nowhere/Else"})
    desk.created()
    for sid in (new_sid("RE"), new_sid("RE"), new_sid("RE")):  # the first joins the callback
        desk.created(RecordingSid=sid, RecordingUrl=desk.recording_url(sid))
    caller.local("POST", "/schedules/CallbackReconcileTasks")


def channels(platform: Platform, caller: Caller) -> None:
    found = Channels(platform, caller)
    for match, status, times in (("POST .*/Conversations/CH", 400, 1), ("/Conversations/CH", 429, 20)):
        for _ in range(2):
            found.finish_task(found.conversation(), found.now() - 200_000)
        fail(caller, "twilio", match=match, status=status, times=times)
        found.run()
        caller.local("DELETE", "/twilio/faults")


def failures(platform: Platform, caller: Caller) -> None:
    fail(caller, "aws", match="dynamodb", status=403, times=10)
    call = {"AccountSid": platform.account_sid, "CallSid": new_sid("CA"), "From": "+12025550142"}
    caller.signed_post("/inbound-sip-router", {**call, "To": "sip:1@switchboard.sip.twilio.com"})
    caller.key_get(f"/ivr-paths/{call['CallSid']}")
    caller.send("GET", "/ivr-paths")  # without a key
    caller.local("DELETE", "/aws/faults")


@pytest.fixture(scope="module")
def lines() -> Iterator[list[str]]:
    """What functions write while each of the dashboard's and the alarms' cases happens once."""
    terminal = Lines()
    parameters = {"VoicemailsPerDay": "1", "ChannelReleaseTries": "1"}
    with Platform(port=0, names=NAMES, parameters=parameters, terminal=terminal, watch=False) as platform:
        caller = Caller(platform)
        for case in (surveys, callbacks, channels, failures):
            case(platform, caller)
            assert platform.wait_until_idle(60)
        yield terminal.lines


def test_every_metric_of_the_dashboard_and_the_alarms_is_written(lines: list[str]) -> None:
    ours = {one for one in (shown() | watched()) - filtered() if one.namespace == NAMESPACE}
    emitted = {one for line in lines for one in written(line)}
    assert {one.namespace for one in emitted} == {f"Switchboard/{NAMES.stack}"}
    exact = {(one.name, one.dimensions) for one in emitted}
    schemas = {one.schema for one in emitted}
    assert len(ours) > 10
    for one in ours:
        is_searched = any(not value for _, value in one.dimensions)
        assert one.schema in schemas if is_searched else (one.name, one.dimensions) in exact, one


def test_a_survey_is_counted_when_it_starts_and_when_it_ends(lines: list[str]) -> None:
    found = {
        dict(one.dimensions)["status"]
        for line in lines
        for one in written(line)
        if one.name == "SurveyRecorded"
    }
    assert {"STARTED", "OPTED_OUT"} <= found


def test_queries_name_fields_that_log_lines_have(lines: list[str]) -> None:
    entries = [json.loads(line) for line in lines if line.startswith("{") and '"_aws"' not in line]
    fields = {name for entry in entries for name in entry}
    (refused,) = {tuple(entry["reasons"]) for entry in entries if entry.get("message") == "Refused"}
    assert refused
    asked = re.compile(
        r"\b(timestamp|function_name|level|message|detail_type|event_id|exception_name|reasons|\w+_id)\b"
    )
    queries = {
        item.logical_id: item.properties["QueryString"] for item in of_type("AWS::Logs::QueryDefinition")
    }
    for name in ("ErrorsQuery", "CorrelationQuery", "RefusedQuery"):
        named = set(asked.findall(queries[name]))
        assert named
        assert named <= fields, name


def test_one_correlation_id_leads_from_a_webhook_to_its_processor(lines: list[str]) -> None:
    entries = [json.loads(line) for line in lines if line.startswith("{") and '"_aws"' not in line]
    recorded = [entry["correlation_id"] for entry in entries if entry.get("detail_type") == "survey.started"]
    assert recorded
    ids = {entry.get("function_request_id") for entry in entries} | {
        entry.get("correlation_id") for entry in entries if "detail_type" not in entry
    }
    assert set(recorded) & ids
