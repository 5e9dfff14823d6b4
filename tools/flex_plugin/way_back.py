"""What Flex loaded of a plugin before the version that it loads now."""

from collections.abc import Sequence

from tools.configure.resources.resource import ConfigureError
from tools.flex_plugin.releases import Configured, Release, Releases


def former(releases: Releases, history: Sequence[Release], name: str) -> Configured | None:
    """Return what Flex loaded before its present version; None if it did not load the plugin.

    If the present version was put back by this command, it is returned itself: the way back goes one version,
    also when the command is repeated after an interruption.

    Parameters
    ----------
    releases
        Of the account.
    history
        All releases, the active one first.
    name
        The plugin's unique name.

    Raises
    ------
    ConfigureError
        Flex does not load the plugin, and this command has not removed it.
    """
    present = _loaded(releases, history[0], name) if history else None
    since = 0
    while since + 1 < len(history) and _loaded(releases, history[since + 1], name) == present:
        since += 1
    if history and releases.configuration_name(history[since].configuration_sid).startswith(back_to(name)):
        return present
    if present is None:
        raise ConfigureError(f"Flex does not load {name}: pass --to with the version that it should load")
    return _loaded(releases, history[since + 1], name) if since + 1 < len(history) else None


def back_to(name: str) -> str:
    """Return how the names of configurations begin that put back a version of a plugin."""
    return f"{name} back to "


def _loaded(releases: Releases, release: Release, name: str) -> Configured | None:
    return releases.plugins(release.configuration_sid).get(name)
