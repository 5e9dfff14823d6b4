"""SAM CLI, as it is pinned in .venv."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.deploy.profile import Profile

_BIN = Path(sys.executable).parent


def sam_program() -> Path:
    """Return the ``sam`` that lies beside this Python."""
    return _BIN / "sam"


def sam_environment() -> dict[str, str]:
    """Return this environment, so that SAM CLI builds with this Python and sends no telemetry."""
    path = f"{_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"SAM_CLI_TELEMETRY": "0", **os.environ, "PATH": path}


def sam_deploy(profile: Profile, template: Path, values: Mapping[str, str], *, ask: bool) -> bool:
    """Show what would change in a stack, and change it.

    Parameters
    ----------
    profile
        Names the stack and the region.
    template
        A built template.
    values
        Parameters of the template; one that is left out keeps its value, or takes its default.
    ask
        Whether the operator is asked before anything changes.

    Returns
    -------
    bool
        Whether that succeeded; SAM CLI has said what went wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        # In a file, which only this user can read: a command line is shown to every user of the machine.
        overrides = Path(folder) / "parameters.yaml"
        overrides.touch(mode=0o600)
        overrides.write_text(json.dumps(values), encoding="utf-8")  # JSON is YAML
        command = [
            *(str(sam_program()), "deploy", "--template-file", str(template)),
            *("--stack-name", profile.stack_name, "--region", profile.region),
            *("--parameter-overrides", f"file://{overrides}", "--capabilities", "CAPABILITY_IAM"),
            *("--tags", "project=switchboard", f"stage={profile.name}"),
            *("--resolve-s3", "--no-fail-on-empty-changeset", "--no-progressbar"),
            "--confirm-changeset" if ask else "--no-confirm-changeset",
        ]
        return subprocess.run(command, env=sam_environment(), check=False).returncode == 0  # noqa: S603
