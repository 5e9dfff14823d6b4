"""Which plugins Flex loads: plugins, versions, configurations and releases.

A configuration is a list of plugin versions and never changes; the active release names one. The way back is
a new release with the older version in it: https://www.twilio.com/docs/flex/developer/plugins/api/release,
https://www.twilio.com/docs/flex/developer/plugins/api/release-update
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from switchboard.twilio.outcome import none_if_missing

if TYPE_CHECKING:
    from twilio.rest import Client

PHASE: Final = 3
"""When Flex UI loads plugins: after its own start."""


@dataclass(frozen=True)
class RegisteredVersion:
    """A version of a plugin that Twilio knows.

    Parameters
    ----------
    sid, number, url, changelog
        FV…, its semantic version, the URL of its script, and what was said of it.
    archived
        Whether it can be released no more.
    """

    sid: str
    number: str
    url: str
    changelog: str
    archived: bool


@dataclass(frozen=True)
class Configured:
    """A plugin's version in a configuration.

    Parameters
    ----------
    sid, number
        FV… and its semantic version.
    phase
        When Flex UI loads it.
    """

    sid: str
    number: str
    phase: int = PHASE


Plugins = Mapping[str, Configured]
"""The content of a configuration, by the plugins' unique names."""


@dataclass(frozen=True)
class Release:
    """A release.

    Parameters
    ----------
    sid, configuration_sid
        FK… and FJ…; empty where nothing has been released yet.
    """

    sid: str = ""
    configuration_sid: str = ""


class Releases:
    """The plugins of an account, and what is released of them.

    Parameters
    ----------
    client
        The REST client of the account.
    """

    def __init__(self, client: "Client") -> None:
        self._flex: Any = client.flex_api.v1
        # Configurations never change.
        self.plugins = cache(self._plugins)
        self.configuration_name = cache(self._configuration_name)

    # ── plugins and their versions ───────────────────────────────────────────────────────────────────

    def has_plugin(self, name: str) -> bool:
        """Tell whether there is a plugin of a unique name."""
        return none_if_missing(self._flex.plugins(name).fetch) is not None

    def create_plugin(self, name: str) -> None:
        """Create a plugin."""
        description = "Callbacks, voicemails and SIP routes of Switchboard"
        self._flex.plugins.create(name, friendly_name="Switchboard", description=description)

    def versions(self, name: str) -> list[RegisteredVersion]:
        """Return all versions of a plugin, none where there is no such plugin."""
        found = none_if_missing(self._flex.plugins(name).plugin_versions.list)
        return [
            RegisteredVersion(
                str(one.sid),
                str(one.version),
                str(one.plugin_url),
                str(one.changelog or ""),
                bool(one.archived),
            )
            for one in found or ()
        ]

    def find_version(self, name: str, number: str) -> RegisteredVersion | None:
        """Return a version of a plugin, None where there is none."""
        return next((one for one in self.versions(name) if one.number == number), None)

    def create_version(self, name: str, number: str, url: str, changelog: str) -> None:
        """Create a version of a plugin, whose script only Flex users may load."""
        self._flex.plugins(name).plugin_versions.create(number, url, changelog=changelog, private=True)

    # ── releases and configurations ──────────────────────────────────────────────────────────────────

    def active(self) -> Release:
        """Return the active release."""
        found = none_if_missing(self._flex.plugin_releases("Active").fetch)
        return Release() if found is None else Release(str(found.sid), str(found.configuration_sid))

    def history(self) -> list[Release]:
        """Return all releases, the active one first."""
        listed = sorted(self._flex.plugin_releases.list(), key=lambda one: one.date_created, reverse=True)
        found = [Release(str(one.sid), str(one.configuration_sid)) for one in listed]
        active = self.active()
        return [one for one in [active] if one.sid] + [one for one in found if one.sid != active.sid]

    def configurations(self, name: str) -> list[str]:
        """Return the SIDs of the configurations of a name that can be released."""
        listed = self._flex.plugin_configurations.list()
        return [str(one.sid) for one in listed if one.name == name and not one.archived]

    def create_configuration(self, name: str, plugins: Plugins) -> None:
        """Create a configuration."""
        listed = [{"plugin_version": one.sid, "phase": one.phase} for one in plugins.values()]
        self._flex.plugin_configurations.create(name, plugins=listed)

    def release(self, configuration_sid: str) -> None:
        """Make a configuration the active one."""
        self._flex.plugin_releases.create(configuration_sid)

    def _plugins(self, configuration_sid: str) -> Plugins:
        """Return the content of a configuration; of no configuration nothing."""
        if not configuration_sid:
            return {}
        return {
            str(one.unique_name): Configured(
                str(one.plugin_version_sid), str(one.version), int(one.phase or PHASE)
            )
            for one in self._flex.plugin_configurations(configuration_sid).plugins.list()
        }

    def _configuration_name(self, configuration_sid: str) -> str:
        return str(self._flex.plugin_configurations(configuration_sid).fetch().name)
