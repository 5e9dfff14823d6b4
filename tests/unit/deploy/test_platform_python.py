"""Which interpreter writes the bytecode that is shipped."""

import sys
from pathlib import Path

import pytest

from tools.deploy.platform_python import find_python, runtime_version

VERSION = "3.99"


def interpreter(path: Path, answer: str, status: int = 0) -> Path:
    """Make a program that answers what it is as an interpreter would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_the_python_version_is_that_of_the_template(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Globals:\n  Function:\n    Runtime: python3.99\n")
    assert runtime_version(template) == VERSION


def test_a_template_without_a_python_runtime_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Globals:\n  Function:\n    Runtime: nodejs22.x\n")
    with pytest.raises(ValueError, match="names no Python runtime"):
        runtime_version(template)


def test_a_pyenv_shim_that_does_not_run_is_replaced_by_the_installed_version(tmp_path: Path) -> None:
    interpreter(tmp_path / "shims" / "python3.99", "pyenv: python3.99: command not found", status=127)
    installed = interpreter(tmp_path / ".pyenv/versions/3.99.0/bin/python3.99", "cpython-399 final")
    assert find_python(VERSION, {"PATH": str(tmp_path / "shims"), "HOME": str(tmp_path)}) == installed


def test_an_interpreter_installed_by_uv_is_found(tmp_path: Path) -> None:
    home = tmp_path / ".local/share/uv/python/cpython-3.99.1-linux-x86_64-gnu/bin/python3.99"
    interpreter(home, "cpython-399 final")
    assert find_python(VERSION, {"PATH": "", "HOME": str(tmp_path)}) == home


@pytest.mark.parametrize("answer", ["cpython-398 final", "pypy-399 final", "cpython-399 candidate"])
def test_an_interpreter_with_another_bytecode_format_is_skipped(tmp_path: Path, answer: str) -> None:
    interpreter(tmp_path / "python3.99", answer)
    assert find_python(VERSION, {"PATH": str(tmp_path), "HOME": str(tmp_path)}) is None


def test_an_interpreter_named_by_the_user_takes_precedence(tmp_path: Path) -> None:
    named = interpreter(tmp_path / "own" / "python", "cpython-399 final")
    interpreter(tmp_path / "python3.99", "cpython-399 final")
    assert find_python(VERSION, {"PYTHON_3_99": str(named), "PATH": str(tmp_path)}) == named


def test_the_running_interpreter_is_used_if_its_version_fits() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert find_python(version, {"PATH": ""}) == Path(sys.executable)
