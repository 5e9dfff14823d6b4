"""``sam build``, and bytecode for all that is shipped: `python -m tools.deploy.build`.

SAM CLI leaves our own code where it is (``SkipBuild``), without bytecode. Here it is copied beside the built
dependencies and compiled by the Lambdas' own version of Python, so that no cold start compiles it again.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.deploy.platform_python import find_python, runtime_version
from tools.deploy.sam import sam_environment, sam_program

ROOT: Final = Path(__file__).parents[2]
BUILT: Final = ROOT / ".aws-sam" / "build"
_OUTSIDE = re.compile(r"^(\s*)(CodeUri|ContentUri): (\.\./\S+)$", re.MULTILINE)
_MOUNTED = {"CodeUri": "/var/task", "ContentUri": "/opt"}
_LARGEST: Final = 250 * 1024 * 1024
"""Bytes that a function may have, its layers included, once they are unpacked.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution
"""
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class BuildError(Exception):
    """The application could not be built, or is too large for Lambda."""


def build(root: Path = ROOT, built: Path = BUILT) -> Path:
    """Build the application.

    Returns
    -------
    Path
        The built template, which ``sam deploy`` takes.

    Raises
    ------
    BuildError
        ``sam build`` failed, having said why, or what it built is too large for Lambda.
    """
    version = runtime_version(root / "template.yaml")
    python = find_python(version)
    environment = sam_environment()
    if python is not None:
        environment[f"PYTHON_{version.replace('.', '_')}"] = str(python)
    command = [str(sam_program()), "build", "--build-dir", str(built)]
    if subprocess.run(command, cwd=root, env=environment, check=False).returncode:  # noqa: S603
        raise BuildError("sam build failed")
    template = built / "template.yaml"
    template.write_text(_bring_in(template, python), encoding="utf-8")
    _check_size(built)
    if python is None:
        _warn(version)
    return template


def _bring_in(template: Path, python: Path | None) -> str:
    """Copy code from outside the build folder into it, compiled; return a template that names the copies."""
    copied: dict[Path, str] = {}

    def copy(found: re.Match[str]) -> str:
        indent, key, path = found.groups()
        source = (template.parent / path).resolve()
        if source not in copied:
            copied[source] = source.name
            target = template.parent / source.name
            shutil.copytree(source, target, ignore=_LEFT_OUT, dirs_exist_ok=True)
            if python is not None:
                compile_all(python, target, _MOUNTED[key])
        return f"{indent}{key}: {copied[source]}"

    return _OUTSIDE.sub(copy, template.read_text(encoding="utf-8"))


def compile_all(python: Path, folder: Path, mounted: str) -> None:
    """Write bytecode beside every module, for the place where Lambda mounts the folder.

    Unchecked: a zip gives every file another time, and a checked file that looks old would be compiled again.
    https://docs.python.org/3/library/compileall.html#cmdoption-compileall-invalidation-mode
    """
    where = ["-s", str(folder), "-p", mounted, str(folder)]
    command = [str(python), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", *where]
    # The Makefile keeps bytecode of this machine elsewhere; this bytecode belongs beside the source.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    subprocess.run(command, env=environment, check=True)  # noqa: S603 - the interpreter that was just found


def _check_size(built: Path) -> None:
    """Say what a function weighs with its layers, which all functions share."""
    sizes = {
        folder.name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for folder in sorted(built.iterdir())
        if folder.is_dir()
    }
    said = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items())
    print(f"Unpacked: {said}; Lambda takes {_LARGEST / 1e6:.0f} MB in all")
    if sum(sizes.values()) > _LARGEST:
        raise BuildError(f"what was built is too large for Lambda: {said}")


def _warn(version: str) -> None:
    print(
        f"\n*** NO BYTECODE IS SHIPPED: this machine has no Python {version}, which the Lambdas run on.\n"
        f"*** Everything works, but each cold start compiles what it imports: about twice the CPU.\n"
        f"*** Install Python {version} (pyenv, uv python install, a package manager) and build again,\n"
        f"*** or name an interpreter in PYTHON_{version.replace('.', '_')}.\n",
        file=sys.stderr,
    )


if __name__ == "__main__":
    try:
        print(f"Built {build().relative_to(ROOT)}")
    except BuildError as error:
        sys.exit(str(error))
