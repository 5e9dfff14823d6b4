"""What is hosted and released of the plugin."""

from dataclasses import dataclass

from tools.flex_plugin.hosting import Hosting
from tools.flex_plugin.plugin_version import hash_in
from tools.flex_plugin.releases import Releases


@dataclass(frozen=True)
class VersionState:
    """A version of the plugin at Twilio.

    Attributes
    ----------
    version, sid, url, sha256 : str
        The hash is empty where another tool made the version.
    released : bool
        Whether Flex loads it.
    hosted : bool or None
        Whether there is a script at its URL; None where another tool hosts it.
    archived : bool
    """

    version: str
    sid: str
    url: str
    sha256: str
    released: bool
    hosted: bool | None
    archived: bool


@dataclass(frozen=True)
class PluginState:
    """What Twilio has of the plugin.

    Attributes
    ----------
    plugin : str
        Its unique name.
    domain : str
        Where it is hosted; empty if it is not.
    release, configuration : str
        The active release's SID, and the name of what it released; empty if there is none.
    loads : dict[str, str]
        The versions that Flex loads, of all plugins, by name.
    versions : tuple[VersionState, ...]
        All versions of this plugin, as Twilio lists them.
    """

    plugin: str
    domain: str
    release: str
    configuration: str
    loads: dict[str, str]
    versions: tuple[VersionState, ...]

    @property
    def released(self) -> VersionState | None:
        """The version that Flex loads."""
        return next((one for one in self.versions if one.released), None)

    @property
    def problem(self) -> str:
        """Why Flex cannot load what is released; "" where nothing is known to be wrong."""
        released = self.released
        if released is not None and released.hosted is False:
            return f"there is no script at {released.url}: run `switchboard flex-plugin deploy`"
        return ""

    def version_of(self, sha256: str) -> str:
        """Return the newest version of a script; "" if it has none."""
        return next((one.version for one in self.versions if one.sha256 == sha256), "")


def read_state(releases: Releases, hosting: Hosting, name: str) -> PluginState:
    """Return what Twilio has of the plugin."""
    hosting.find()
    active = releases.active()
    loaded = releases.plugins(active.configuration_sid)
    served = hosting.served()
    present = loaded[name].sid if name in loaded else ""
    return PluginState(
        plugin=name,
        domain=hosting.domain,
        release=active.sid,
        configuration=releases.configuration_name(active.configuration_sid) if active.sid else "",
        loads={plugin: one.number for plugin, one in loaded.items()},
        versions=tuple(
            VersionState(
                version=one.number,
                sid=one.sid,
                url=one.url,
                sha256=hash_in(one.changelog),
                released=one.sid == present,
                hosted=hosting.serves(one.url, served) if hash_in(one.changelog) else None,
                archived=one.archived,
            )
            for one in releases.versions(name)
        ),
    )
