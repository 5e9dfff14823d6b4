"""SAM CLI alone, without this project's Makefile and virtual environment."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests.data.template import FUNCTIONS, ROOT

pytestmark = pytest.mark.sam_cli
_NEEDED = ("samconfig.toml", "template.yaml", "functions", "layers", "events")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what SAM CLI reads of the repository."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in _NEEDED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment with SAM CLI, Python, pip and the system's programs."""
    folder = tmp_path_factory.mktemp("only-sam")
    venv.create(folder, with_pip=True)
    (folder / "bin" / "sam").symlink_to(Path(sys.executable).with_name("sam"))
    passed_on = {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTPS_"))
    }
    path = os.pathsep.join([str(folder / "bin"), "/usr/local/bin", "/usr/bin", "/bin"])
    return {**passed_on, "HOME": str(folder), "PATH": path, "SAM_CLI_TELEMETRY": "0"}


def _sam(checkout: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sam", *arguments],
        cwd=checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_sam_build_makes_the_layer_and_leaves_a_template_that_deploys(
    checkout: Path, environment: dict[str, str]
) -> None:
    done = _sam(checkout, environment, "build")
    assert done.returncode == 0, done.stdout
    built = checkout / ".aws-sam" / "build"
    packages = built / "DependenciesLayer" / "python"
    assert (packages / "boto3").is_dir()
    assert list(packages.glob("pydantic_core/*aarch64*.so")), "wheels are those of the Lambda platform"
    text = (built / "template.yaml").read_text(encoding="utf-8")
    assert all(f"  {name}:\n" in text for name in FUNCTIONS)


def test_the_template_is_valid(checkout: Path, environment: dict[str, str]) -> None:
    done = _sam(checkout, environment, "validate")
    assert done.returncode == 0, done.stdout


def test_local_invoke_reads_the_template_and_the_event_and_wants_a_container_runtime(
    checkout: Path, environment: dict[str, str]
) -> None:
    if shutil.which("docker") or shutil.which("finch"):
        pytest.skip("a container runtime may be at hand")
    event = "events/SurveySmsWebhook.json"
    done = _sam(checkout, environment, "local", "invoke", "SurveySmsWebhook", "-e", event)
    assert "container runtime" in done.stdout


def test_sam_deploy_needs_no_more_than_the_stacks_parameters(
    checkout: Path, environment: dict[str, str]
) -> None:
    config = tomllib.loads((checkout / "samconfig.toml").read_text(encoding="utf-8"))
    for name in ("default", "prod"):
        given = config[name]["deploy"]["parameters"]
        assert given["stack_name"].startswith("switchboard-")
        assert given["capabilities"] == "CAPABILITY_IAM"
        assert given["resolve_s3"]
    nowhere = {**environment, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    nowhere |= {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }
    done = _sam(checkout, nowhere, "deploy", "--no-confirm-changeset")
    # It gets as far as AWS: no option is missing.
    assert done.returncode != 0
    assert "Missing option" not in done.stdout
    assert "127.0.0.1:9" in done.stdout, done.stdout
