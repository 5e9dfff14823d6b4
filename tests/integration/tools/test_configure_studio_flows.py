"""Studio flows by `switchboard configure`: created, published, connected to numbers, and put back."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from local.platform import Platform
from local.template.parameters import STUDIO_NUMBER
from local.twilio.numbers import Number
from local.twilio.studio import flow_files
from tests.command import Done, switchboard
from tests.support import Caller, eventually
from tools.cli import app
from tools.configure.settings import FlowNumber, read_settings
from tools.phone.client import PhoneClient
from tools.studio_flows.publisher import FlowPublisher
from tools.twilio_account import connect_to

SETTINGS = f"""
[[flows]]
name = "Front desk"
file = "menu.json"

[[numbers]]
number = "{STUDIO_NUMBER}"
use = "flow"
flow = "Front desk"
"""


class Account:
    """A folder with a settings file and a flow, and the platform's account."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.file = folder / "switchboard.toml"
        self.flow = folder / "menu.json"
        self.publisher = FlowPublisher(connect_to(platform))
        self.file.write_text(SETTINGS, encoding="utf-8")
        menu = (flow_files.DIRECTORY / "menu.json").read_text(encoding="utf-8")
        self.flow.write_text(menu, encoding="utf-8")

    def run(self, command: str, *options: str) -> Done:
        where = ("--local", "--port", urlsplit(self.platform.base_url).port)
        file = () if command == "unconfigure" else ("--file", self.file)
        return switchboard(command, *where, *file, *options)

    def configure(self) -> Done:
        done = self.run("configure", "--yes")
        assert done.code == 0, done
        return done

    def say(self, old: str, new: str) -> None:
        """Change a text in the flow's file."""
        text = self.flow.read_text(encoding="utf-8")
        assert old in text
        self.flow.write_text(text.replace(old, new), encoding="utf-8")

    def find(self, name: str = "Front desk") -> tuple[str, int, str]:
        """Return SID, published revision and definition of a flow."""
        found = self.publisher.find(name)
        assert found is not None
        return found.sid, found.revision, json.dumps(found.definition)


@pytest.fixture
def account(platform: Platform, tmp_path: Path) -> Iterator[Account]:
    """An account whose flows and number are afterwards as they were before."""
    flows, numbers = platform.stand_in.studio.flows, platform.stand_in.account.numbers
    before, number = set(flows.sids()), numbers.numbers[STUDIO_NUMBER]
    yield Account(platform, tmp_path)
    for sid in set(flows.sids()) - before:
        flows.delete(sid)
    numbers.add(replace(number))
    s3 = platform.aws.client("s3")
    s3.delete_object(Bucket=platform.bucket, Key="configure/record.json")


def test_a_flow_is_created_connected_played_and_taken_away_again(account: Account, caller: Caller) -> None:
    before = account.platform.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    plan = account.run("plan")
    assert (plan.code, "+ Studio flow Front desk" in plan.out, "from menu.json" in plan.out) == (
        0,
        True,
        True,
    )
    assert account.publisher.find("Front desk") is None

    account.configure()
    sid, revision, _ = account.find()
    assert revision == 1
    phone = PhoneClient(account.platform.base_url)
    call = phone.call("+14155550177", STUDIO_NUMBER)
    phone.do(call["sid"], "hangup")

    def recorded() -> bool:
        answer = caller.key_get(f"/ivr-paths/{call['sid']}")
        return answer.status == 200 and bool(answer.json()["status"] == "recorded")

    assert eventually(recorded)
    record = caller.key_get(f"/ivr-paths/{call['sid']}").json()
    assert [one["flowSid"] for one in record["executions"]] == [sid]
    assert "nothing" in account.run("plan").out.lower()

    undone = account.run("unconfigure", "--yes")
    assert undone.code == 0, undone
    assert account.publisher.find("Front desk") is None
    now = account.platform.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    assert (now.voice_url, now.status_callback) == (before.voice_url, before.status_callback)


def test_status_says_what_callers_hear_who_wait_in_a_flow_of_the_file(account: Account) -> None:
    domain = '[[sip_domains]]\ndomain = "switchboard-flex.sip.twilio.com"\nflow = "Desks"\n'
    shutil.copy(flow_files.DIRECTORY / "sip-to-flex.json", account.file.parent)
    desks = '[[flows]]\nname = "Desks"\nfile = "sip-to-flex.json"\n'
    account.file.write_text(SETTINGS + desks + domain, encoding="utf-8")
    account.say("/callback/studio/wait-experience", "/music")

    def said() -> dict[str, tuple[str, str]]:
        found = json.loads(account.run("status", "--json").out)["findings"]
        return {one["subject"]: (one["state"], one["message"]) for one in found if one["check"] == "flows"}

    assert said() == {}
    account.configure()
    (sid, *_), (of_desks, *_) = account.find(), account.find("Desks")
    url = "https://switchboard.test/callback/studio/wait-experience"
    assert said() == {
        f"{sid}, widget agent": (
            "note",
            f"callers who wait hear https://switchboard.test/music: for callbacks set its waitUrl to {url}",
        ),
        f"{of_desks}, widget agent": ("ok", "callers who wait are offered a callback"),
    }
    assert account.run("unconfigure", "--yes").code == 0


def test_an_edited_file_becomes_a_new_revision_of_the_same_flow(account: Account) -> None:
    account.configure()
    sid, _, _ = account.find()
    account.say("Goodbye.", "Have a nice day.")
    plan = account.run("plan")
    assert f"~ Studio flow Front desk ({sid})" in plan.out
    assert "revision 1" in plan.out
    account.configure()
    found, revision, definition = account.find()
    assert (found, revision, "Have a nice day." in definition) == (sid, 2, True)
    assert account.run("unconfigure", "--yes").code == 0
    assert account.publisher.find("Front desk") is None


def test_a_flow_that_was_there_before_gets_its_revision_back(account: Account) -> None:
    own = json.loads((flow_files.DIRECTORY / "sip-to-flex.json").read_text(encoding="utf-8"))
    sid = account.publisher.create("Front desk", own, "By hand")
    assert f"~ Studio flow Front desk ({sid})" in account.run("plan").out
    account.configure()
    assert account.find()[:2] == (sid, 2)
    assert account.run("unconfigure", "--yes").code == 0
    found, revision, definition = account.find()
    assert (found, revision, json.loads(definition)) == (sid, 3, own)


def test_an_existing_flow_is_named_by_its_sid(account: Account) -> None:
    own = json.loads((flow_files.DIRECTORY / "sip-to-flex.json").read_text(encoding="utf-8"))
    sid = account.publisher.create("Another name", own, "By hand")
    text = account.file.read_text(encoding="utf-8").replace('file = "menu', f'sid = "{sid}"\nfile = "menu')
    account.file.write_text(text, encoding="utf-8")
    account.configure()
    assert account.find("Another name")[:2] == (sid, 2)
    number = account.platform.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    assert number.voice_url.endswith(f"/Flows/{sid}")
    assert account.publisher.find("Front desk") is None


@pytest.mark.parametrize("match", ["POST https://studio.twilio.com/v2/Flows$", "IncomingPhoneNumbers/PN"])
def test_a_run_that_failed_in_the_middle_is_finished_by_the_next(
    account: Account, caller: Caller, match: str
) -> None:
    caller.local("POST", "/twilio/faults", {"match": match, "status": 400, "times": 1})
    assert account.run("configure", "--yes").code == 1
    account.configure()
    assert account.find()[1] == 1
    assert account.run("unconfigure", "--yes").code == 0
    assert account.publisher.find("Front desk") is None


def test_a_flow_that_studio_refuses_is_said_in_the_plan(account: Account) -> None:
    account.say('"next": "menu"', '"next": "nowhere"')
    plan = account.run("plan")
    assert plan.code == 1
    assert plan.err.splitlines()[:2] == [
        "Studio refuses the flow Front desk: Flow definition validation failed",
        "  #/states/1/transitions/0/next is no widget of this flow: nowhere",
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ('file = "none.json"', "there is no such file"),
        ('file = "menu.json"\nworkflow = "Sales"', "the account has no workflow Sales"),
        (f'file = "menu.json"\nsid = "FW{"0" * 32}"', f"the account has no flow FW{'0' * 32}"),
    ],
)
def test_what_the_settings_name_must_exist(account: Account, change: str, problem: str) -> None:
    text = account.file.read_text(encoding="utf-8").replace('file = "menu.json"', change)
    account.file.write_text(text, encoding="utf-8")
    plan = account.run("plan")
    assert (plan.code, problem in plan.err) == (1, True)


def test_a_sip_domain_is_connected_to_a_flow_and_back_to_what_it_was(account: Account) -> None:
    domain = "flow.sip.twilio.com"
    numbers = account.platform.stand_in.account.numbers
    before = Number(f"sip:{domain}", "SD" + "17" * 16, "Desks", voice_url="https://elsewhere.example.com/sip")
    numbers.add(before)
    sip = f'\n[[sip_domains]]\ndomain = "{domain}"\nflow = "Front desk"\n'
    account.file.write_text(SETTINGS + sip, encoding="utf-8")
    account.configure()
    sid, _, _ = account.find()
    connected = numbers.numbers[f"sip:{domain}"]
    assert connected.voice_url.endswith(f"/Flows/{sid}")
    assert connected.status_callback == f"https://switchboard.test/pn-call-status-callback?flowSid={sid}"
    account.file.write_text(SETTINGS + sip + "record_path = false\n", encoding="utf-8")
    account.configure()
    assert numbers.numbers[f"sip:{domain}"].status_callback == connected.voice_url
    call = PhoneClient(account.platform.base_url).call("sip:+14155550177@pbx.example.com", f"sip:1@{domain}")
    PhoneClient(account.platform.base_url).do(call["sid"], "hangup")
    assert account.run("unconfigure", "--yes").code == 0
    assert numbers.numbers[f"sip:{domain}"] == before
    numbers.numbers.pop(f"sip:{domain}")


def test_a_sip_domain_must_name_a_flow_of_the_file_or_a_sid(account: Account) -> None:
    account.file.write_text('[[sip_domains]]\ndomain = "a.sip.twilio.com"\nflow = "Nobody"\n')
    done = account.run("plan")
    assert (done.code, done.out) == (1, "")
    assert (
        "sip_domains[0].flow: must be a SID (FW and 32 hex digits) or the name of one of the flows"
        in done.err
    )


def test_an_answer_that_the_file_could_not_hold_is_asked_for_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = account.file.parent / "config-files" / "studio"
    folder.mkdir(parents=True)
    for name in ("menu.json", "callback.json"):
        shutil.copy(flow_files.DIRECTORY / name, folder)
    account.file.unlink()
    monkeypatch.setattr("tools.configure.commands.configure.is_interactive", lambda: True)
    addresses = list(account.platform.stand_in.account.numbers.numbers)
    numbers = [one for one in addresses if not one.startswith("sip:")]
    asked = ["n", "n", "Germany", "us, d", "us, de"]
    asked += ["survey", "my survey!", "checkout"]
    asked += ["flow", "menu.json", " ", "Front", "n", "flow", "callback.json", "Front", "Back", "n"]
    asked += ["leave"] * (len(addresses) - 3)
    asked += ["y", "n", "n", "flex.example.com/", "https://flex.example.com", "n"]
    words = ["configure", "--local", "--port", str(urlsplit(account.platform.base_url).port)]
    result = CliRunner().invoke(
        app, [*words, "--file", str(account.file)], input="\n".join(asked) + "\n", catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.count("must be an ISO country code such as US") == 2
    assert "must be letters, digits, _ and -, at most 64" in result.stdout
    assert "must not be empty" in result.stdout
    assert "is the name of another of these flows" in result.stdout
    assert "must be an origin such as https://flex.example.com, without a path" in result.stdout
    settings = read_settings(account.file)
    assert settings.countries == ("US", "DE")
    assert [one.number for one in settings.numbers] == numbers[:3]
    assert [one.name for one in settings.flows] == ["Front", "Back"]
    assert settings.flex is not None
    assert settings.flex.origins == ("https://flex.example.com",)


def test_configure_asks_and_offers_the_flow_files(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = account.file.parent / "config-files" / "studio"
    folder.mkdir(parents=True)
    shutil.copy(flow_files.DIRECTORY / "menu.json", folder)
    account.file.unlink()
    monkeypatch.setattr("tools.configure.commands.configure.is_interactive", lambda: True)
    stand_in = account.platform.stand_in
    answers = {f"Number {STUDIO_NUMBER}": ["flow", "FW1", "nobody.json", "menu.json", "", "y"]}
    asked = ["n", "n", "us ca"]
    for address in stand_in.account.numbers.numbers:
        if not address.startswith("sip:"):
            asked += answers.get(f"Number {address}", ["leave"])
    domains = [one for one in stand_in.account.numbers.numbers if one.startswith("sip:")]
    asked += ["flow", "menu.json", "n"] + ["leave"] * (len(domains) - 1)
    asked += ["y", "", "", "", "n"]
    words = ["configure", "--local", "--port", str(urlsplit(account.platform.base_url).port)]
    result = CliRunner().invoke(
        app, [*words, "--file", str(account.file)], input="\n".join(asked) + "\n", catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    assert "a new flow from config-files/studio/menu.json" in result.stdout
    assert "Nothing was changed." in result.stdout
    settings = read_settings(account.file)
    (number,) = settings.numbers
    assert isinstance(number, FlowNumber)
    assert (number.number, number.flow, number.record_path) == (STUDIO_NUMBER, "Switchboard menu", True)
    assert [(one.name, one.file) for one in settings.flows] == [
        ("Switchboard menu", "config-files/studio/menu.json")
    ]
    (domain,) = settings.sip_domains
    assert (domain.flow, domain.record_path) == ("Switchboard menu", False)
    assert settings.countries == ("US", "CA")
    assert settings.flex is not None
    assert settings.flex.domain_at == ("switchboard.domain",)
    assert "+ Studio flow Switchboard menu" in account.run("plan").out
