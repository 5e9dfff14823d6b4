"""An operator with an account at the stand-in, and a file that says what to set up."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.platform import Platform
from local.twilio.numbers import MessagingService, Number
from tests.command import Done, switchboard
from tests.killer import Killer
from tools.configure.record import KEY

NUMBER = "+12025550150"
FLOW_NUMBER = "+12025550151"
FLOW = "FW" + "1" * 32
DOMAIN = "moved.sip.twilio.com"
SECRETS = ("twilio-auth-token", "api-keys")
FIELD = "inbound_sip_router.serverless_functions_domain"

NUMBERS = f"""
[[numbers]]
number = "{NUMBER}"
use = "survey"

[[numbers]]
number = "{FLOW_NUMBER}"
use = "flow"
flow = "{FLOW}"
"""
EVERYTHING = f"""
config_files = "files"
event_streams = true
countries = ["US"]
{NUMBERS}
[[sip_domains]]
domain = "{DOMAIN}"

[flex]
domain_at = ["{FIELD}"]
"""


class Operator:
    """Runs the commands, and sees all that they may touch.

    Attributes
    ----------
    root
        The folder of the operator's files.
    """

    def __init__(self, platform: Platform, root: Path) -> None:
        self.platform = platform
        self.root = root
        self.file = root / "switchboard.toml"
        self.stand_in = platform.stand_in
        self.s3 = platform.aws.client("s3")
        self.ssm = platform.aws.client("ssm")

    def write(self, text: str = EVERYTHING) -> None:
        self.file.write_text(text)

    def run(self, command: str, *arguments: str) -> Done:
        places = ["--local", "--port", urlsplit(self.platform.base_url).port]
        files = [] if command == "unconfigure" else ["--file", str(self.file)]
        return switchboard(command, *places, *files, *arguments)

    def configure(self) -> Done:
        done = self.run("configure", "--yes")
        assert (done.code, done.err) == (0, "")
        return done

    def unconfigure(self) -> Done:
        done = self.run("unconfigure", "--yes")
        assert (done.code, done.err) == (0, "")
        return done

    def findings(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Return what status finds, by check and subject."""
        found: dict[tuple[str, str], list[dict[str, str]]] = {}
        for one in json.loads(self.run("status", "--json").out)["findings"]:
            found.setdefault((one["check"], one["subject"]), []).append(one)
        return found

    def number(self, address: str = NUMBER) -> Number:
        return self.stand_in.account.numbers.numbers[address]

    def change_number(self, address: str = NUMBER, **fields: Any) -> None:
        """Change a number as another would in the console."""
        self.stand_in.account.numbers.add(replace(self.number(address), **fields))

    def secret(self, name: str) -> str | None:
        found = self.ssm.get_parameters(Names=[f"/switchboard/local/{name}"], WithDecryption=True)
        return found["Parameters"][0]["Value"] if found["Parameters"] else None

    def put_secret(self, name: str, value: str | None) -> None:
        full = f"/switchboard/local/{name}"
        if value is None:
            self.ssm.delete_parameters(Names=[full])
        else:
            self.ssm.put_parameter(Name=full, Value=value, Type="SecureString", Overwrite=True)

    def objects(self) -> dict[str, bytes]:
        """Return all configuration files in the bucket."""
        listed = self.s3.list_objects_v2(Bucket=self.platform.bucket).get("Contents", [])
        of_respondents = ("survey-results/", "archive/")
        names = [one["Key"] for one in listed if not one["Key"].startswith(of_respondents)]
        return {
            name: self.s3.get_object(Bucket=self.platform.bucket, Key=name)["Body"].read() for name in names
        }

    def record(self) -> str:
        """Return the record; "" where there is none."""
        return self.objects().get(KEY, b"").decode()

    def everything(self) -> dict[str, Any]:
        """Return all that the commands may touch, but for SIDs of what they make."""
        streams, settings = self.stand_in.event_streams, self.stand_in.settings
        numbers = self.stand_in.account.numbers
        return {
            "numbers": {address: asdict(one) for address, one in numbers.numbers.items()},
            "services": {sid: asdict(one) for sid, one in numbers.services.items()},
            "sinks": sorted(json.dumps(one.configuration) for one in streams.sinks.values()),
            "types": sorted(json.dumps(one.types) for one in streams.subscriptions.values()),
            "flex": json.loads(json.dumps(settings.flex_configuration)),
            "secrets": {name: self.secret(name) for name in SECRETS},
            "objects": self.objects(),
        }

    def posts(self) -> list[str]:
        """Return the URLs of REST requests that may have changed something."""
        return [one["url"] for one in self.stand_in.request_log.records() if one["method"] != "GET"]


@pytest.fixture
def operator(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """An operator whose numbers, SIP domain and Flex are connected to something else so far."""
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    shutil.copytree(
        "config-files", tmp_path / "files", ignore=shutil.ignore_patterns("surveys", "callback", "studio")
    )
    made = Operator(platform, tmp_path)
    stand_in = platform.stand_in
    numbers, settings = stand_in.account.numbers, stand_in.settings
    kept = dict(numbers.numbers), dict(numbers.services), made.objects(), dict(settings.flex_configuration)
    streams = dict(stand_in.event_streams.sinks), dict(stand_in.event_streams.subscriptions)
    secrets = {name: made.secret(name) for name in SECRETS}
    _connect_elsewhere(numbers, settings)
    made.write()
    yield made
    numbers.numbers, numbers.services, settings.flex_configuration = kept[0], kept[1], kept[3]
    stand_in.event_streams.sinks, stand_in.event_streams.subscriptions = streams
    for name, value in secrets.items():
        made.put_secret(name, value)
    objects = made.objects()
    for name in objects.keys() - kept[2].keys():
        made.s3.delete_object(Bucket=platform.bucket, Key=name)
    for name, content in kept[2].items():
        if objects.get(name) != content:
            made.s3.put_object(Bucket=platform.bucket, Key=name, Body=content)


def _connect_elsewhere(numbers: Any, settings: Any) -> None:
    elsewhere = "https://elsewhere.example.com"
    numbers.add(
        Number(
            NUMBER,
            "PN" + "15" * 16,
            "Main line",
            sms_url=f"{elsewhere}/sms?a=1&b=%20",
            sms_method="GET",
            sms_application_sid="AP" + "a" * 32,
            trunk_sid="TK" + "b" * 32,
            voice_method="GET",
        )
    )
    numbers.add(Number(FLOW_NUMBER, "PN" + "16" * 16, "Menu", voice_url=f"{elsewhere}/voice"))
    numbers.add(Number(f"sip:{DOMAIN}", "SD" + "15" * 16, "Old domain", voice_method="GET"))
    settings.flex_configuration = {"ui_attributes": {"colorTheme": {"baseName": "Dark"}}}


@pytest.fixture
def killer(monkeypatch: pytest.MonkeyPatch) -> Killer:
    """Counts the commands' calls to AWS and Twilio, and can kill the command at one of them."""
    return Killer(monkeypatch)


@pytest.fixture
def service(operator: Operator) -> MessagingService:
    """Return a Messaging Service that takes the messages of the number."""
    numbers = operator.stand_in.account.numbers
    made = MessagingService(
        "MG" + "5" * 32, "Campaigns", (NUMBER,), use_inbound_webhook_on_number=False, campaigns=()
    )
    numbers.services[made.sid] = made
    return made
