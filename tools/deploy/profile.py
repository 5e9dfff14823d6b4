"""A deployment's profile: its starting values in samconfig.toml, and what the operator answered once."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from tools.deploy.parameters import parse_assignments

DEFAULT_PROFILE: Final = "dev"
STACK_PREFIX: Final = "switchboard-"
_HEAD = "# Kept by `make deploy`; edit what you like. No secret belongs here. Git ignores this folder.\n"


class ProfileError(ValueError):
    """The file of a profile cannot be read; the message names it."""


@dataclass(frozen=True)
class Profile:
    """A deployment: one stack in one region.

    Parameters
    ----------
    name
        ``dev``, ``prod`` or any other: the stage, and with it the SSM parameters and the stack's name.
    region
        Where it was deployed; empty before that.
    starting
        Values of template parameters that samconfig.toml gives the profile.
    kept
        Values that the operator gave, which count more.
    """

    name: str
    region: str = ""
    starting: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def stack_name(self) -> str:
        """The stack that holds it."""
        return f"{STACK_PREFIX}{self.name}"

    @property
    def values(self) -> dict[str, str]:
        """Values of template parameters, but for secrets."""
        return {**self.starting, **self.kept, "Stage": self.name}

    def with_answers(self, region: str, given: Mapping[str, str]) -> "Profile":
        """Return the profile with what the operator gave."""
        kept = {name: value for name, value in {**self.kept, **given}.items() if name != "Stage"}
        return replace(self, region=region, kept=kept)


def read_profile(root: Path, folder: Path, name: str) -> Profile:
    """Return the profile of this name; one that was not deployed yet has samconfig.toml's values only.

    Parameters
    ----------
    root
        Holds samconfig.toml.
    folder
        Holds what was kept, one file a profile.
    name
        The profile's.

    Raises
    ------
    ProfileError
        Its file is no TOML or holds something else.
    """
    config = tomllib.loads((root / "samconfig.toml").read_text(encoding="utf-8"))
    section = config.get(name if name in config else "default", {}).get("deploy", {}).get("parameters", {})
    starting = parse_assignments(section.get("parameter_overrides", ()))
    path = folder / f"{name}.toml"
    try:
        kept: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        parameters = {key: str(value) for key, value in kept.get("parameters", {}).items()}
        return Profile(name, str(kept.get("region", "")), starting, parameters)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise ProfileError(f"{path} cannot be read: {error}") from None


def keep_profile(folder: Path, profile: Profile) -> Path:
    """Write what the operator answered; returns the file."""
    path = folder / f"{profile.name}.toml"
    lines = [_HEAD, f"region = {_text(profile.region)}\n", "\n[parameters]\n"]
    lines += [f"{name} = {_text(value)}\n" for name, value in sorted(profile.kept.items())]
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
