"""A version of the plugin: its name and number, and the script that Flex loads."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from tools.configure.resources.resource import ConfigureError

_NUMBER: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:[-+][0-9A-Za-z.+-]+)?")
_SHA256: Final = re.compile(r"sha256 ([0-9a-f]{64})")


@dataclass(frozen=True)
class PluginVersion:
    """A version of the plugin.

    Parameters
    ----------
    name
        The name in package.json, which is the plugin's unique name at Twilio, too.
    number
        A semantic version.
    script
        What Flex loads.
    """

    name: str
    number: str
    script: bytes

    @cached_property
    def sha256(self) -> str:
        """The script's SHA-256 in hex digits."""
        return hashlib.sha256(self.script).hexdigest()

    @property
    def path(self) -> str:
        """The path of the script's URL, as the Flex CLI makes it."""
        return script_path(self.name, self.number)

    @property
    def asset_name(self) -> str:
        """The name of the script's asset, which differs where the script does."""
        return f"{self.name} {self.number} {self.sha256[:16]}"

    @property
    def changelog(self) -> str:
        """The text by which Twilio keeps the script's hash with the version."""
        return f"sha256 {self.sha256}"

    def numbered(self, number: str) -> "PluginVersion":
        """Return the same script as another version."""
        return replace(self, number=number)

    def next_patch(self) -> "PluginVersion":
        """Return the same script with the next patch number: 1.0.1 after 1.0.0."""
        major, minor, patch = _parts(self.number)
        return self.numbered(f"{major}.{minor}.{patch + 1}")


def read_name(folder: Path) -> tuple[str, str]:
    """Return the plugin's name and version from package.json.

    Raises
    ------
    ConfigureError
        There is no such file, or it has no name and no semantic version.
    """
    package = folder / "package.json"
    try:
        about = json.loads(package.read_text(encoding="utf-8"))
        name, number = str(about["name"]), str(about["version"])
        _parts(number)
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigureError(
            f"{package}: must be a package.json with a name and a semantic version"
        ) from None
    return name, number


def read_version(folder: Path, script: Path) -> PluginVersion:
    """Return the version that package.json names, with a script.

    Raises
    ------
    ConfigureError
        One of the files cannot be used.
    """
    name, number = read_name(folder)
    try:
        content = script.read_bytes()
    except OSError as error:
        raise ConfigureError(f"{script}: cannot be read ({error.strerror})") from None
    if not content.strip():
        raise ConfigureError(f"{script}: must not be empty")
    return PluginVersion(name, number, content)


def script_path(name: str, number: str) -> str:
    """Return the path of the URL at which a version's script is hosted."""
    return f"/plugins/{name}/{number}/bundle.js"


def hash_in(changelog: str) -> str:
    """Return the script's hash that a version's changelog tells; "" where another tool wrote it."""
    found = _SHA256.fullmatch(changelog)
    return found[1] if found else ""


def _parts(number: str) -> tuple[int, int, int]:
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise ValueError(number)
    return int(found[1]), int(found[2]), int(found[3])
