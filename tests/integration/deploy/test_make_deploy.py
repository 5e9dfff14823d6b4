"""``make deploy`` with SAM CLI itself: the first time and every time, at a terminal and without one."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.command import SECONDS
from tests.data.template import ROOT
from tests.integration.deploy.aws import DeployAccount
from tests.integration.deploy.stacks import Stack
from tests.integration.deploy.terminal import answer

pytestmark = pytest.mark.sam_cli
SID = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
_INSTALLED = ("-o", ".venv/run.ok", "-o", ".venv/tools.ok")  # not to be installed by a test


class Make:
    """Runs ``make deploy``."""

    def __init__(self, account: DeployAccount, template: Path, home: Path) -> None:
        self.home = home
        self.environment = {
            **account.environment(home),
            "DEPLOY_FOLDER": str(home / "kept"),
            "DEPLOY_TEMPLATE": str(template),
            "NO_COLOR": "1",
            "PATH": os.environ["PATH"],
            "SAM_CLI_POLL_DELAY": "0.01",
            "TERM": "dumb",
        }

    def deploy(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Deploy with no terminal to be asked at."""
        return subprocess.run(
            ["make", *_INSTALLED, "deploy", *arguments],
            cwd=ROOT,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def answer(self, answers: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        """Deploy at a terminal, giving each answer once its question is seen, in any order."""
        command = ["make", *_INSTALLED, "deploy", *arguments]
        return answer(command, answers, cwd=ROOT, env=self.environment)


@pytest.fixture
def make(account: DeployAccount, template: Path, tmp_path: Path) -> Make:
    return Make(account, template, tmp_path)


def stack(account: DeployAccount, name: str = "switchboard-dev") -> Stack:
    return account.cloudformation.stacks[name]


def everything_on_disk(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


def test_only_the_first_deployment_asks_questions(account: DeployAccount, make: Make) -> None:
    questions = {
        "TwilioAccountSid:": "AC123",  # refused, and asked for again
        "must look like": SID,
        "MessagingSender (Enter leaves it out)": "+12025550100",
        "CallerId (Enter leaves it out)": "",
        "Twilio auth token (is not shown": TOKEN,
    }
    status, seen = make.answer({**questions, "Deploy this changeset?": "n"})
    assert status == 0, seen
    assert "switchboard-dev was left as it is" in seen
    assert "is deployed" not in seen
    assert not stack(account).resources

    status, seen = make.answer({"Deploy this changeset?": "y"})  # all else is remembered
    assert status == 0, seen
    assert TOKEN not in seen
    assert stack(account).status == "CREATE_COMPLETE"
    assert stack(account).values["TwilioAccountSid"] == SID
    assert stack(account).values["MessagingSender"] == "+12025550100"
    assert account.secrets()["/switchboard/dev/twilio-auth-token"] == TOKEN
    assert len(account.secrets()["/switchboard/dev/api-keys"]) == 64

    status, seen = make.answer({})
    assert status == 0, seen
    assert "No changes to deploy" in seen
    assert "switchboard-dev is deployed" in seen
    assert TOKEN not in everything_on_disk(make.home)


@pytest.mark.parametrize("profile", ["dev", "prod"])
def test_without_a_terminal_answers_come_from_flags_and_the_environment(
    account: DeployAccount, make: Make, profile: str
) -> None:
    origins = "https://flex.twilio.com,https://desk.example.com"
    settings = f"SET=AllowedOrigins={origins} MachineDetection= ForwardUrl=https://desk.example.com/paths"
    given = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "FORWARD_SECRET": "hush-hush"}
    done = make.deploy(f"PROFILE={profile}", settings, **given)
    assert done.returncode == 0, done.stdout
    deployed = stack(account, f"switchboard-{profile}")
    assert deployed.status.endswith("_COMPLETE")
    assert deployed.values["Stage"] == profile
    assert deployed.values["LogRetentionDays"] == ("90" if profile == "prod" else "30")
    assert deployed.values["AllowedOrigins"] == origins
    assert deployed.values["MachineDetection"] == ""
    assert deployed.values["ForwardSecret"] == "hush-hush"
    assert deployed.outputs["ApiUrl"] in done.stdout.replace("\n", "").replace(" ", "")
    assert deployed.tags == {"project": "switchboard", "stage": profile}
    shown_and_kept = done.stdout + everything_on_disk(make.home)
    assert TOKEN not in shown_and_kept
    assert "hush-hush" not in shown_and_kept
    executed = [values for name, values in account.cloudformation.history if name == deployed.name]
    assert [values["ProtectTables"] for values in executed] == {"dev": ["true"], "prod": ["false", "true"]}[
        profile
    ]


def test_a_failed_creation_leaves_nothing_and_the_next_deployment_works(
    account: DeployAccount, make: Make
) -> None:
    account.cloudformation.failing = "IvrBucketPolicy"
    failed = make.deploy(TWILIO_ACCOUNT_SID=SID)
    assert failed.returncode != 0
    assert "switchboard-dev was not deployed" in failed.stdout
    assert account.cloudformation.left_behind == []
    account.cloudformation.failing = ""
    done = make.deploy()
    assert done.returncode == 0, done.stdout
    assert stack(account).status == "CREATE_COMPLETE"
