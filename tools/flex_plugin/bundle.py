"""Bundling the Flex plugin: its packages by npm, its script by esbuild."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "flex-plugin"
"""Of the plugin's sources."""

OLDEST_NODE: Final = 20
_INSTALLED: Final = "node_modules/.package-lock.json"
SCRIPT: Final = "build/switchboard.js"
"""Path of what `build` makes, below the plugin's folder."""


class BuildFailedError(Exception):
    """The plugin cannot be built; the message is one for the terminal."""


@dataclass(frozen=True)
class Bundle:
    """The script that Flex loads.

    Attributes
    ----------
    path : Path
    size, gzipped : int
        Bytes.
    sha256 : str
        Of the script, in hex digits.
    """

    path: Path
    size: int
    gzipped: int
    sha256: str


def build(folder: Path = FOLDER) -> Bundle:
    """Install the packages that package-lock.json names, where that has changed, and bundle the plugin.

    Raises
    ------
    BuildFailedError
        Node or npm is missing or too old, or one of them failed.
    """
    _check_node()
    if _must_install(folder):
        # Scripts of packages are not needed, and are not run.
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
    _run("node", "build.mjs", folder=folder)
    script = (folder / SCRIPT).read_bytes()
    return Bundle(
        path=folder / SCRIPT,
        size=len(script),
        gzipped=len(gzip.compress(script, mtime=0)),
        sha256=hashlib.sha256(script).hexdigest(),
    )


def _check_node() -> None:
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        raise BuildFailedError(f"{' and '.join(missing)} must be installed: Node.js {OLDEST_NODE} or newer")
    version = _output("node", "--version")
    found = re.match(r"v(\d+)\.", version)
    if found is None or int(found[1]) < OLDEST_NODE:
        raise BuildFailedError(f"node must be version {OLDEST_NODE} or newer, not {version.strip()}")


def _must_install(folder: Path) -> bool:
    installed = folder / _INSTALLED
    if not installed.exists():
        return True
    return installed.stat().st_mtime < (folder / "package-lock.json").stat().st_mtime


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603


def _run(*command: str, folder: Path) -> None:
    """Run a program without standard input: nobody is there to answer it."""
    done = subprocess.run(  # noqa: S603  # the commands are those above
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "CI": "1"},
    )
    if done.returncode:
        raise BuildFailedError(f"{done.stdout.strip()}\n{' '.join(command[:2])} failed ({done.returncode})")
