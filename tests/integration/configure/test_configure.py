"""From a plan to a number that asks its survey, and back, byte for byte."""

import json
from dataclasses import replace

import pytest

from local.twilio.numbers import MessagingService
from tests.integration.configure.conftest import (
    DOMAIN,
    EVERYTHING,
    FIELD,
    FLOW,
    FLOW_NUMBER,
    NUMBER,
    NUMBERS,
    Operator,
)


def test_a_plan_names_every_change_and_makes_none(operator: Operator) -> None:
    before = operator.everything()
    done = operator.run("plan")
    assert (done.code, done.err) == (0, "")
    for named in (
        f"number {NUMBER}",
        f"number {FLOW_NUMBER}",
        f"SIP domain {DOMAIN}",
        "Event Streams sink",
        FIELD,
    ):
        assert named in done.out
    assert "https://elsewhere.example.com/sms?a=1&b=%20 -> https://switchboard.test/sms/webhook" in done.out
    assert operator.everything() == before
    assert operator.posts() == []


def test_a_plan_in_json_has_each_field_with_its_value_before_and_after(operator: Operator) -> None:
    plan = json.loads(operator.run("plan", "--json").out)
    number = next(one for one in plan["changes"] if one["resource"] == NUMBER)
    assert (number["kind"], number["action"]) == ("number", "update")
    assert {"field": "sms_method", "from": "GET", "to": "POST"} in number["fields"]


def test_a_configured_number_asks_its_survey_by_text_and_by_phone(operator: Operator) -> None:
    operator.configure()
    sender = "+12025550177"
    _, replies = operator.stand_in.texts.receive(sender, NUMBER, "Hello")
    assert len(replies) == 1
    assert "Reply GO" in replies[0].body
    number = operator.number()
    assert (number.voice_url, number.voice_method) == ("https://switchboard.test/voice/survey", "POST")
    assert number.status_callback == "https://switchboard.test/voice/survey/status"
    assert (number.sms_application_sid, number.trunk_sid) == ("", "")


def test_everything_that_the_file_names_is_connected(operator: Operator) -> None:
    operator.configure()
    flow = operator.number(FLOW_NUMBER)
    assert flow.voice_url.endswith(f"/Flows/{FLOW}")
    assert flow.status_callback == f"https://switchboard.test/pn-call-status-callback?flowSid={FLOW}"
    domain = operator.number(f"sip:{DOMAIN}")
    assert (domain.voice_url, domain.voice_method) == ("https://switchboard.test/inbound-sip-router", "POST")
    assert (domain.status_callback, domain.status_callback_method) == (
        "https://switchboard.test/status-callback",
        "POST",
    )
    assert operator.stand_in.settings.flex_configuration["ui_attributes"] == {
        "colorTheme": {"baseName": "Dark"},
        "inbound_sip_router": {"serverless_functions_domain": "switchboard.test"},
    }
    (sink,) = [
        one
        for one in operator.stand_in.event_streams.sinks.values()
        if one.configuration["destination"] == "https://switchboard.test/eventstream"
    ]
    assert sink.configuration["method"] == "POST"


def test_configure_a_second_time_changes_nothing(operator: Operator) -> None:
    operator.configure()
    first = operator.everything()
    operator.stand_in.request_log.clear()
    done = operator.configure()
    assert "nothing to change" in done.out
    assert operator.posts() == []
    assert operator.everything() == first


def test_unconfigure_restores_everything_byte_for_byte(operator: Operator) -> None:
    (operator.root / "files" / "extra.json").write_text("{}\n")
    config = operator.root / "files" / "survey-config.json"
    config.write_bytes(config.read_bytes() + b"\n")
    before = operator.everything()
    operator.configure()
    assert operator.everything() != before
    operator.unconfigure()
    assert operator.everything() == before
    assert operator.record() == ""


def test_a_drift_is_seen_by_status_and_mended_by_configure(operator: Operator) -> None:
    operator.configure()
    assert operator.run("status").code in {0, 1}
    operator.change_number(voice_url="https://drifted.example.com")
    done = operator.run("status")
    assert done.code == 1
    assert (
        "voice_url is https://drifted.example.com, and should be https://switchboard.test/voice" in done.out
    )
    operator.configure()
    assert operator.number().voice_url == "https://switchboard.test/voice/survey"


def test_what_another_changed_since_is_left_by_unconfigure_and_named(operator: Operator) -> None:
    before = operator.number()
    operator.configure()
    theirs = "https://theirs.example.com/sms"
    operator.change_number(sms_url=theirs)
    done = operator.unconfigure()
    assert f"number {NUMBER}: sms_url stays {theirs}: it was changed by another since" in done.out
    assert operator.number() == replace(before, sms_url=theirs)


def test_another_value_that_configure_replaces_is_the_one_that_comes_back(operator: Operator) -> None:
    operator.configure()
    operator.change_number(sms_url="https://theirs.example.com/sms")
    operator.configure()
    operator.unconfigure()
    assert operator.number().sms_url == "https://theirs.example.com/sms"


def test_a_number_that_the_file_names_no_more_is_put_back(operator: Operator) -> None:
    before = operator.number()
    operator.configure()
    operator.write(EVERYTHING.replace(f'number = "{NUMBER}"', 'number = "+12025550100"'))
    done = operator.configure()
    assert f"put back: number {NUMBER}" in done.out
    assert operator.number() == before


def test_a_channel_that_the_file_names_no_more_is_put_back(operator: Operator) -> None:
    before = operator.number()
    operator.configure()
    operator.write(EVERYTHING.replace('use = "survey"', 'use = "survey"\nchannels = ["voice"]'))
    operator.configure()
    assert operator.number().sms_url == before.sms_url
    assert operator.number().voice_url == "https://switchboard.test/voice/survey"
    operator.unconfigure()
    assert operator.number() == before


def test_the_messages_of_a_messaging_service_go_to_its_own_webhook(
    operator: Operator, service: MessagingService
) -> None:
    before = operator.everything()
    operator.configure()
    services = operator.stand_in.account.numbers.services
    assert services[service.sid].inbound_request_url == "https://switchboard.test/sms/webhook"
    assert operator.number().sms_url == before["numbers"][NUMBER]["sms_url"]
    _, replies = operator.stand_in.texts.receive("+12025550178", NUMBER, "Hello")
    assert "Reply GO" in replies[0].body
    operator.unconfigure()
    assert operator.everything() == before


def test_a_survey_is_named_in_the_webhooks(operator: Operator) -> None:
    operator.write(NUMBERS.replace('use = "survey"', 'use = "survey"\nsurvey = "checkout"'))
    operator.configure()
    number = operator.number()
    assert number.sms_url == "https://switchboard.test/sms/webhook?surveyId=checkout"
    assert number.voice_url == "https://switchboard.test/voice/survey?surveyId=checkout"


def test_two_numbers_of_one_messaging_service_cannot_have_two_uses(
    operator: Operator, service: MessagingService
) -> None:
    services = operator.stand_in.account.numbers.services
    services[service.sid] = replace(service, senders=(NUMBER, FLOW_NUMBER))
    operator.write(NUMBERS.replace(f'flow = "{FLOW}"', f'flow = "{FLOW}"\nchannels = ["sms", "voice"]'))
    done = operator.run("plan")
    assert done.code == 1
    assert done.err.startswith(f"numbers[1].number: shares Messaging Service {service.sid}")


def test_a_number_that_the_account_does_not_have_is_named(operator: Operator) -> None:
    operator.write('[[numbers]]\nnumber = "+12025550199"\nuse = "survey"\n')
    done = operator.run("configure", "--yes")
    assert done.code == 1
    account = operator.platform.account_sid
    assert done.err == f"numbers[0].number: account {account} has no number +12025550199\n"


@pytest.mark.parametrize(
    ("table", "field"),
    [
        (f'[[numbers]]\nnumber = "{NUMBER}"\nuse = "flow"', "numbers[0].flow"),
        (f'[[sip_domains]]\ndomain = "{DOMAIN}"', "sip_domains[0].flow"),
    ],
)
def test_a_flow_that_the_account_does_not_have_is_named_before_anything_is_changed(
    operator: Operator, table: str, field: str
) -> None:
    sid = "FW" + "a" * 32
    operator.write(f'event_streams = true\n{table}\nflow = "{sid}"\n')
    done = operator.run("configure", "--yes")
    assert (done.code, done.out) == (1, "")
    assert done.err == f"{field}: the account has no flow {sid}\n"
    assert operator.run("unconfigure").out.endswith("nothing to change\n")
    (found,) = operator.findings()["file", "switchboard.toml"]
    assert found["message"] == f"{field}: the account has no flow {sid}"


def test_without_a_terminal_and_without_yes_nothing_is_changed(operator: Operator) -> None:
    before = operator.everything()
    done = operator.run("configure")
    assert (done.code, done.err) == (1, "there is no terminal to ask at: pass --yes to make these changes\n")
    assert operator.everything() == before


def test_files_that_no_survey_could_use_are_not_uploaded(operator: Operator) -> None:
    (operator.root / "files" / "survey-config.json").write_text("{")
    before = operator.everything()
    done = operator.run("configure", "--yes")
    assert done.code == 1
    assert "config_files: nothing is uploaded until these are right" in done.err
    assert "survey-config.json:1: is not JSON" in done.err
    assert operator.everything() == before


def test_an_existing_sink_and_subscription_are_used_and_survive(operator: Operator) -> None:
    streams = operator.stand_in.event_streams
    destination = "https://switchboard.test/eventstream"
    sink = streams.add_sink("By hand", {"destination": destination, "method": "POST"})
    kind = "com.twilio.taskrouter.task.created"
    subscription = streams.subscribe("By hand", sink.sid, {kind: 1, "com.example.other": 1})
    before = operator.everything()
    operator.configure()
    assert streams.subscriptions[subscription.sid].types[kind] == 4
    assert len(streams.subscriptions) == len(before["types"])
    operator.unconfigure()
    assert operator.everything() == before


def test_types_that_another_added_to_our_subscription_are_kept(operator: Operator) -> None:
    operator.configure()
    streams = operator.stand_in.event_streams
    subscription = next(reversed(streams.subscriptions.values()))
    subscription.types["com.example.theirs"] = 3
    operator.unconfigure()
    assert streams.subscriptions[subscription.sid].types == {"com.example.theirs": 3}
    assert subscription.sink_sid in streams.sinks


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("numbers = 1", "switchboard.toml: numbers: must be a list"),
        ("number = 1", "switchboard.toml: number: is not a known field"),
        ("[[numbers]", "switchboard.toml: is not TOML"),
        (
            '[[numbers]]\nnumber = "12"\nuse = "survey"',
            "switchboard.toml: numbers[0].number: must be a phone number",
        ),
        (
            '[[numbers]]\nnumber = "+12025550100"\nuse = "fax"',
            "switchboard.toml: numbers[0].use: must be one of",
        ),
        (
            '[[numbers]]\nnumber = "+12025550100"\nuse = "flow"\nflow = "menu"',
            "switchboard.toml: numbers[0].flow: must be a SID (FW and 32 hex digits) or the name of one",
        ),
        ('countries = ["us"]', "switchboard.toml: countries[0]: must be an ISO country code"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(operator: Operator, text: str, problem: str) -> None:
    operator.write(text)
    done = operator.run("plan")
    assert done.code == 1
    assert done.err.startswith(problem)
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["plan", "status"])
def test_a_missing_file_is_named_with_the_command_that_writes_it(operator: Operator, command: str) -> None:
    operator.file.unlink()
    done = operator.run(command)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"{operator.file}: there is no such file; "
        "`switchboard configure` asks for its content and writes it\n"
    )


def test_two_operators_at_once_are_refused_by_the_record(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.configure import apply

    original = apply._unchanged

    def overtaken(change: apply.Change) -> dict[str, object] | None:
        monkeypatch.setattr(apply, "_unchanged", original)
        operator.configure()
        return original(change)

    monkeypatch.setattr(apply, "_unchanged", overtaken)
    operator.write("event_streams = true\n")
    done = operator.run("configure", "--yes")
    assert done.code == 1
    assert "run it again" in done.err
    operator.unconfigure()
    assert operator.record() == ""
