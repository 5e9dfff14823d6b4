"""Finding the Lambdas' own Python on this machine: only that version can write bytecode that Lambda loads."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_PROGRAM = "import sys; print(sys.implementation.cache_tag, sys.version_info.releaselevel)"
_FOLDERS = (
    "{PYENV_ROOT}/versions/{version}*/bin",
    "{HOME}/.pyenv/versions/{version}*/bin",
    "{HOME}/.local/share/uv/python/cpython-{version}*/bin",
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/Library/Frameworks/Python.framework/Versions/{version}/bin",
)
"""Where pyenv, uv, distributions, Homebrew and python.org put their interpreters."""


def runtime_version(template: Path) -> str:
    """Return the version of Python that a template's functions run on, such as ``"3.13"``.

    Raises
    ------
    ValueError
        The template names no Python runtime.
    """
    found = re.search(
        r"^\s*Runtime:\s*python(\d+\.\d+)\s*$", template.read_text(encoding="utf-8"), re.MULTILINE
    )
    if found is None:
        raise ValueError(f"{template} names no Python runtime")
    return found[1]


def find_python(version: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return an interpreter of exactly this minor version; None where the machine has none.

    Parameters
    ----------
    version : str
        Such as ``"3.13"``.
    environment : Mapping[str, str]
        ``PYTHON_3_13`` names an interpreter that no search would find; ``PATH``, ``HOME`` and ``PYENV_ROOT``
        say where to search.
    """
    return next((path for path in _candidates(version, environment) if _is_version(path, version)), None)


def _candidates(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    name = f"python{version}"
    if named := environment.get(f"PYTHON_{version.replace('.', '_')}"):
        yield Path(named)
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        yield Path(sys.executable)
    if on_path := shutil.which(name, path=environment.get("PATH", os.defpath)):
        yield Path(on_path)
    for folder in _FOLDERS:
        places = {"version": version, "HOME": "", "PYENV_ROOT": "", **environment}
        pattern = folder.format_map(places).lstrip("/")
        yield from sorted(Path("/").glob(f"{pattern}/{name}"), reverse=True)


def _is_version(python: Path, version: str) -> bool:
    """Ask the interpreter: pyenv's shims are there for versions that do not run."""
    try:
        asked = subprocess.run(  # noqa: S603 - an interpreter of this machine, asked for its version
            [python, "-c", _PROGRAM], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.stdout.split() == [f"cpython-{version.replace('.', '')}", "final"]
