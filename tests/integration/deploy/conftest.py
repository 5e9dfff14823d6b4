"""An AWS account, and an operator who deploys to it, with SAM CLI left out."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.data.template import ROOT, TEMPLATE
from tests.integration.deploy.aws import DeployAccount, deploy_account
from tools.deploy import command
from tools.deploy.profile import Profile

_CODE = re.compile(r"^(\s*(?:CodeUri|ContentUri): ).*$", re.MULTILINE)
_UNSET = ("AWS_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONFIG_FILE")


@pytest.fixture
def account() -> Iterator[DeployAccount]:
    with deploy_account() as running:
        yield running


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the real template, with next to no code."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "code").mkdir()
    (folder / "code" / "module.py").write_text("VALUE = 1\n")
    built = folder / "template.yaml"
    built.write_text(_CODE.sub(r"\1code", (ROOT / "template.yaml").read_text(encoding="utf-8")))
    return built


class Operator:
    """Runs ``switchboard deploy`` with an environment of its own and no terminal to be asked at.

    Attributes
    ----------
    home
        The operator's home folder.
    folder
        Where the command keeps what it was told.
    environment
        Variables of the environment.
    templates
        The template of each deployment so far.
    """

    def __init__(self, account: DeployAccount, home: Path) -> None:
        self.home = home
        self.folder = home / "kept"
        self.environment = {**account.environment(home), "DEPLOY_FOLDER": str(self.folder)}
        self.templates: list[Path] = []

    def deploy(self, *arguments: str, **variables: str) -> Result:
        environment: dict[str, str | None] = dict.fromkeys(_UNSET)
        environment |= {"AWS_DEFAULT_REGION": None, **self.environment, **variables}
        return CliRunner().invoke(command.app, ["--template", "built.yaml", *arguments], env=environment)


@pytest.fixture
def operator(account: DeployAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    operator = Operator(account, tmp_path)

    def put_stack(profile: Profile, template: Path, values: Mapping[str, str], *, ask: bool) -> bool:
        assert not ask, "there is no terminal"
        operator.templates.append(template)
        account.cloudformation.put_stack(profile.stack_name, TEMPLATE, values)
        return True

    monkeypatch.setattr(command, "sam_deploy", put_stack)
    return operator
