"""What `make` shows while pip installs."""

import io
import subprocess
import sys
from pathlib import Path

from local.lambda_runtime.environment import PROJECT_ROOT
from tools.install import show_progress

_PIP = (
    "Looking in indexes: https://example.com/simple\n",
    "Collecting boto3==1.43.108 (from -r requirements/run.txt (line 196))\n",
    "  Downloading boto3-1.43.108-py3-none-any.whl (140 kB)\n",
    "Processing /wheels/aws_sam_translator-1.115.0-py3-none-any.whl (from -r requirements/run.txt)\n",
    "Ignoring pywin32: markers 'sys_platform == \"win32\"' don't match your environment\n",
    "",
    "Installing collected packages: boto3, aws-sam-translator\n",
    "",
)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_each_package_is_shown_as_it_comes_and_the_line_is_cleared_at_the_end() -> None:
    output = _Terminal()
    assert [line for line in show_progress(_PIP, 3, output) if line] == [line for line in _PIP if line]
    shown = output.getvalue().split("\r\x1b[K")
    for text in ("1 of 3: boto3", "2 of 3: aws_sam_translator", "3 of 3: pywin32", "unpacking them"):
        assert any(one.startswith(f"  {text} (") for one in shown), text
    assert shown[-1] == ""


def test_packages_that_cannot_be_installed_end_with_what_pip_says(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("nowhere==1.0 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tools.install", file],
        cwd=PROJECT_ROOT,
        env={"PIP_NO_INDEX": "1", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"Installing 1 packages of {file} into {sys.prefix}")
    assert "No matching distribution found for nowhere==1.0" in done.stdout


def test_make_run_installs_all_that_its_report_of_call_paths_needs() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\nivr-report: .venv/run.ok " in makefile
    assert "\nplotly==" in (PROJECT_ROOT / "requirements/run.txt").read_text(encoding="utf-8")
