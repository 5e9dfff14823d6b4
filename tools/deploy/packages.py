"""What functions run on beside the code of the project, built for this machine."""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from tools.deploy.sam import sam_environment

_ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = _ROOT / ".venv-lambda"
_LAYER: Final = _ROOT / "layers" / "dependencies"
_RUNTIME: Final = ("awslambdaric", "simplejson", "snapshot-restore-py")
_HOOKS: Final = ("snapshot-restore-py",)
_REQUIREMENT: Final = re.compile(r"^([\w.-]+)==(?:.*\\\n)*.*$", re.MULTILINE)


def dependencies_layer(python: Path, version: str) -> Path:
    """Return the folder with the dependencies layer as ``sam build`` makes it, but for this machine.

    Parameters
    ----------
    python
        The interpreter that writes the bytecode and will run it: the Lambdas' version.
    version
        That version, such as ``"3.13"``.
    """
    made_of = [path.read_text(encoding="utf-8") for path in sorted(_LAYER.iterdir()) if path.is_file()]

    def build(target: Path) -> None:
        artifacts = {"ARTIFACTS_DIR": str(target), "PYTHON": sys.executable, "PYTHON_3_13": str(python)}
        command = ["make", "-s", "-C", str(_LAYER), "build-DependenciesLayer", "PLATFORMS="]
        _run([*command, *(f"{name}={value}" for name, value in artifacts.items())])

    return _built_once(f"layer-{version}", [str(python), *made_of], build) / "python"


def lambda_runtime(version: str) -> Path:
    """Return the folder with the packages of Lambda's own image that run a function, at pinned versions."""
    wanted = "\n".join(runtime_requirements(_RUNTIME))

    def build(target: Path) -> None:
        options = ("--python-version", version, "--target", str(target))
        _install(wanted, target, *options)

    return _built_once(f"runtime-{version}", [wanted], build)


def lambda_python(python: Path, version: str) -> Path:
    """Return the Python of a virtual environment with the dependencies layer and Lambda's hooks only."""
    layer = dependencies_layer(python, version)
    wanted = "\n".join(runtime_requirements(_HOOKS))

    def build(target: Path) -> None:
        _run([str(python), "-m", "venv", "--without-pip", str(target)])
        own_python = target / "bin" / "python"
        _install(wanted, target, python=own_python)
        packages = target / "lib" / f"python{version}" / "site-packages"
        (packages / "layer.pth").write_text(f"{layer}\n", encoding="utf-8")

    return _built_once(f"venv-{version}", [str(python), str(layer), wanted], build) / "bin" / "python"


def runtime_requirements(packages: Collection[str] = _RUNTIME) -> Iterator[str]:
    """Yield the requirements of these packages as requirements/tools.txt pins them, with hashes."""
    text = (_ROOT / "requirements" / "tools.txt").read_text(encoding="utf-8")
    yield from (found[0].rstrip() for found in _REQUIREMENT.finditer(text) if found[1] in packages)


def _install(wanted: str, target: Path, *options: str, python: Path = Path(sys.executable)) -> None:
    listed = target / "requirements.txt"
    listed.write_text(wanted + "\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps")
    _run([*pip, "--require-hashes", "--only-binary", ":all:", *options, "-r", str(listed)])


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
