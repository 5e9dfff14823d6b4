"""What functions run on beside the code of the project, built for this machine."""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tools.deploy.sam import sam_environment

_ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = _ROOT / ".venv-lambda"
_LAYER: Final = _ROOT / "layers" / "dependencies"
_RUNTIME: Final = ("awslambdaric", "simplejson", "snapshot-restore-py")
_REQUIREMENT: Final = re.compile(r"^([\w.-]+)==(?:.*\\\n)*.*$", re.MULTILINE)


def dependencies_layer(python: Path, version: str) -> Path:
    """Return the folder with the dependencies layer as ``sam build`` makes it, but for this machine.

    Parameters
    ----------
    python
        The interpreter that writes the bytecode and will run it.
    version
        Its version, such as ``"3.13"``.
    """
    pinned = [(_LAYER / name).read_text(encoding="utf-8") for name in ("Makefile", "requirements.txt")]

    def build(target: Path) -> None:
        artifacts = {"ARTIFACTS_DIR": str(target), "PYTHON": sys.executable, "PYTHON_3_13": str(python)}
        variables = artifacts | {"PLATFORMS": "", "VERSION": version}
        command = ["make", "-s", "-C", str(_LAYER), "build-DependenciesLayer"]
        _run([*command, *(f"{name}={value}" for name, value in variables.items())])

    return _built_once(f"layer-{version}", [str(python), *pinned], build) / "python"


def lambda_runtime(version: str) -> Path:
    """Return the folder with the packages of Lambda's own image that run a function, at pinned versions."""
    wanted = "\n".join(runtime_requirements()) + "\n"

    def build(target: Path) -> None:
        listed = target / "requirements.txt"
        listed.write_text(wanted, encoding="utf-8")
        options = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-version", version)
        where = ("--target", str(target), "-r", str(listed))
        _run([sys.executable, "-m", "pip", "install", "--quiet", *options, *where])

    return _built_once(f"runtime-{version}", [wanted], build)


def runtime_requirements() -> Iterator[str]:
    """Yield the requirements of `lambda_runtime` as requirements/tools.txt pins them, with hashes."""
    text = (_ROOT / "requirements" / "tools.txt").read_text(encoding="utf-8")
    yield from (found[0].rstrip() for found in _REQUIREMENT.finditer(text) if found[1] in _RUNTIME)


def _built_once(name: str, made_of: Sequence[str], build: Callable[[Path], None]) -> Path:
    """Return a folder, built anew where it is not there or what it was made of has changed."""
    target, stamp = FOLDER / name, FOLDER / f"{name}.sha256"
    digest = hashlib.sha256("\0".join(made_of).encode()).hexdigest()
    if not (target.is_dir() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        build(target)
        stamp.write_text(digest, encoding="utf-8")
    return target


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, env=sam_environment(), check=True)  # noqa: S603 - tools of .venv
