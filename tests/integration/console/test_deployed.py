"""`switchboard console --stack NAME`: a deployed stack, with the operator's own credentials."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.command import COMMAND, SECONDS
from tests.data.template import TEMPLATE
from tests.integration.console.test_process import ROOT, ask
from tests.integration.deploy.aws import REGION, DeployAccount, deploy_account

pytestmark = pytest.mark.slow

VALUES = {"TwilioAccountSid": "AC" + "7" * 32, "Stage": "prod"}


def options(name: str, folder: Path) -> list[str]:
    return [
        *COMMAND,
        "console",
        "--stack",
        name,
        "--region",
        REGION,
        "--file",
        str(folder / "switchboard.toml"),
    ]


def environment(account: DeployAccount, folder: Path) -> dict[str, str]:
    return {**os.environ, **account.environment(folder), "DEPLOY_FOLDER": str(folder)}


def test_a_deployed_stack_has_every_page_but_those_of_this_machine_only(tmp_path: Path) -> None:
    with deploy_account() as account:
        account.cloudformation.put_stack("switchboard-eu", TEMPLATE, VALUES)
        with subprocess.Popen(
            options("switchboard-eu", tmp_path),
            cwd=ROOT,
            env=environment(account, tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"The console of switchboard-eu: (\S+)", line)
            assert found, line + process.stdout.read()
            address = found[1]
            welcome = ask(address, f"/?{urlsplit(address).query}")
            cookie = welcome.header("set-cookie").partition(";")[0]
            page = ask(address, "/health", Cookie=cookie)
            assert page.status == 200
            assert "Show numbers and texts" in page.text
            assert f"switchboard-eu in {REGION}" in page.text
            assert "/try" not in page.text
            assert "What happens" not in ask(address, "/try", Cookie=cookie).text
            process.terminate()
            assert process.wait(SECONDS) == 0


@pytest.mark.parametrize("name", ["switchboard-nowhere", "x" * 200])
def test_a_stack_that_does_not_exist_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with deploy_account() as account:
        done = subprocess.run(
            options(name, tmp_path),
            cwd=ROOT,
            env=environment(account, tmp_path),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr
