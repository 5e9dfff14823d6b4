"""The path that docs/deploy.md describes, from a clone to a live number, as it is written there.

Nothing is installed: the clone gets the packages of this project's own virtual environment. SAM CLI deploys
to a stand-in for CloudFormation, and the numbers are those of the platform on this machine, which
``make run`` starts in the clone.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.template.parameters import SIP_DOMAIN, SURVEY_NUMBER
from tests.command import SECONDS
from tests.data.template import ROOT
from tests.integration.deploy.aws import DeployAccount
from tests.integration.deploy.terminal import answer
from tools.phone.client import PhoneClient
from tools.stack.opening import open_local
from tools.stack.stack import Stack

pytestmark = pytest.mark.sam_cli
_BLOCK = re.compile(r"^## (.+?)\n.*?^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ELSEWHERE = "https://elsewhere.example.com/sms"


def _commands(page: str, heading: str) -> list[str]:
    """Return the commands of the first block below a heading, without their comments."""
    text = (ROOT / page).read_text(encoding="utf-8")
    block = next(match[2] for match in _BLOCK.finditer(text) if match[1] == heading)
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


STEPS = _commands("docs/deploy.md", "From a clone to a live number")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a repository with what is in this working tree, committed or not."""
    folder = tmp_path_factory.mktemp("repository")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    me = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    for command in (["init", "--quiet"], ["add", "--all"], [*me, "commit", "--quiet", "--message", "All"]):
        subprocess.run(["git", *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def clone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the clone that the first step makes, with packages installed."""
    folder = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        ["bash", "-c", f"{STEPS[0]} && pwd"],
        cwd=folder,
        env={**os.environ, "REPOSITORY": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    cloned = Path(done.stdout.splitlines()[-1])
    packages = cloned / ".venv"
    packages.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (packages / name).symlink_to(Path(sys.prefix) / name)
    for name in ("run.ok", "console.ok", "tools.ok"):
        (packages / name).touch()
    return cloned


@pytest.fixture
def environment(clone: Path, tmp_path: Path) -> dict[str, str]:
    """Give the environment of a person who has nothing set."""
    sources = (clone / "functions", clone / "layers/switchboard/python", clone)
    return {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        # The console script of the environment that was linked would find the project that it belongs to.
        "PYTHONPATH": os.pathsep.join(map(str, sources)),
        "TERM": "dumb",
        "NO_COLOR": "1",
        "TIMEOUT_SCALE": os.environ.get("TIMEOUT_SCALE", "1"),
    }


@pytest.fixture
def running(clone: Path, environment: dict[str, str]) -> Iterator[int]:
    """Start ``make run`` in the clone; give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            while "Ctrl-C" not in (line := process.stdout.readline()):
                assert line, "it ended before it was ready"
            yield port
        finally:
            process.terminate()
            process.wait(SECONDS)


def _number(stack: Stack) -> Any:
    (found,) = stack.twilio.incoming_phone_numbers.list(phone_number=SURVEY_NUMBER)
    return found


def test_the_path_has_three_steps_and_the_readme_has_the_same() -> None:
    assert len(STEPS) == 3
    assert STEPS[0].startswith("git clone ")
    assert STEPS[1:] == ["make deploy", ".venv/bin/switchboard configure"]
    assert _commands("README.md", "Deploy") == STEPS
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    assert "\nThese are three commands; " in text


def test_the_second_step_asks_for_five_things_and_makes_the_stack(
    clone: Path, environment: dict[str, str], account: DeployAccount, template: Path, tmp_path: Path
) -> None:
    env = {**environment, **account.environment(tmp_path), "SAM_CLI_POLL_DELAY": "0.01"}
    env |= {"DEPLOY_TEMPLATE": str(template), "SAM_CLI_TELEMETRY": "0"}
    asked = {
        "TwilioAccountSid:": "AC" + "0123456789abcdef" * 2,
        "MessagingSender (": SURVEY_NUMBER,
        "CallerId (": SURVEY_NUMBER,
        "Twilio auth token (is not shown": "fedcba9876543210" * 2,
        "Deploy this changeset?": "y",
    }
    code, seen = answer(STEPS[1].split(), asked, cwd=clone, env=env)
    assert code == 0, seen
    assert account.cloudformation.stacks["switchboard-dev"].status == "CREATE_COMPLETE"
    ignored = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert ignored.stdout == "", "what was answered is kept where git ignores it"


def test_the_third_step_connects_a_number_that_then_asks_its_survey_and_can_be_undone(
    clone: Path, environment: dict[str, str], running: int
) -> None:
    stack = open_local(running)
    _number(stack).update(sms_url=_ELSEWHERE, sms_method="GET")
    phone = PhoneClient(f"http://127.0.0.1:{running}")
    asked = {
        "Upload the files of config-files/": "",
        "Have Twilio's events sent": "",
        "Countries that you call and text": "",
        "Survey's id": "",
        "Do you use Flex?": "",
        "Make these changes?": "y",
    }
    for one in stack.twilio.incoming_phone_numbers.list():
        number = str(one.phone_number)
        asked[f"\nNumber {number} "] = "survey" if number == SURVEY_NUMBER else "leave"
    for domain in stack.twilio.sip.domains.list():
        name = str(domain.domain_name)
        asked[f"SIP domain {name}"] = "router" if name == SIP_DOMAIN else "leave"
    here = ["--local", "--port", str(running)]
    code, seen = answer([*STEPS[2].split(), *here], asked, cwd=clone, env=environment)
    assert code == 0, seen
    assert _number(stack).sms_url == stack.url("/sms/webhook")
    (reply,) = phone.text("+12025550177", SURVEY_NUMBER, "Hello")["replies"]
    assert "Reply GO" in reply["body"]

    again, plan, status, undo = _commands("docs/deploy.md", "2. Configure")
    assert again == STEPS[2]
    nothing = "nothing to change"
    for command, shown in ((plan, nothing), (again, nothing), (status, SURVEY_NUMBER)):
        code, seen = answer([*command.split(), *here], {}, cwd=clone, env=environment)
        assert shown in seen, (command, seen)
        assert code in {0, 1} if command == status else code == 0
    code, seen = answer([*undo.split(), *here], {"Make these changes?": "y"}, cwd=clone, env=environment)
    assert code == 0, seen
    assert (_number(stack).sms_url, _number(stack).sms_method) == (_ELSEWHERE, "GET")
