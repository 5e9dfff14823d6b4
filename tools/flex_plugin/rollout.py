"""Plans: a version that is to be hosted and released, or an older one that is to be put back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.configure.resources.resource import ConfigureError
from tools.flex_plugin.hosting import Hosting
from tools.flex_plugin.plugin_version import PluginVersion, hash_in
from tools.flex_plugin.releases import (
    PHASE,
    Configured,
    Plugins,
    RegisteredVersion,
    Release,
    Releases,
)
from tools.flex_plugin.steps import Step, missing
from tools.flex_plugin.way_back import back_to, former

NONE = "none"
"""In place of a version's number: Flex is to load no version of the plugin."""


@dataclass(frozen=True)
class Rollout:
    """A plan, and the steps that carry it out.

    Parameters
    ----------
    name
        The plugin's unique name.
    number
        The version that Flex will load; "" if it will load none.
    plugins
        What Flex loads when the plan is made.
    steps
        All steps, done or not.
    missing
        The titles of those that were not done.
    """

    name: str
    number: str
    plugins: Plugins
    steps: Sequence[Step]
    missing: Sequence[str]

    @property
    def present(self) -> str:
        """The version that Flex loads when the plan is made; "" if it loads none."""
        return self.plugins[self.name].number if self.name in self.plugins else ""

    @property
    def others(self) -> dict[str, str]:
        """The versions of the other plugins, which stay, by name."""
        return {name: one.number for name, one in self.plugins.items() if name != self.name}


def plan_deployment(releases: Releases, hosting: Hosting, script: PluginVersion) -> Rollout:
    """Return the plan that lets Flex load a script beside the other plugins of the account.

    A version never changes at Twilio. So a script that has a version already keeps its number, and another
    one takes the number of package.json or, where that is taken, the next patch number.
    """
    before = releases.active()
    present = releases.plugins(before.configuration_sid)
    hosting.find()
    plugin = _numbered(releases, hosting, script)

    def find_version() -> RegisteredVersion | None:
        found = releases.find_version(plugin.name, plugin.number)
        if found is not None and not _is_of(found, plugin, hosting):
            raise ConfigureError(
                f"version {plugin.number} was taken since the plan was made: run the command again"
            )
        return found

    def wanted() -> Plugins | None:
        found = find_version()
        if found is None:
            return None
        phase = present[plugin.name].phase if plugin.name in present else PHASE
        return {**present, plugin.name: Configured(found.sid, plugin.number, phase)}

    def check() -> None:
        if not hosting.is_served(plugin):
            raise ConfigureError(f"{hosting.url(plugin.path)} was replaced meanwhile: run the command again")

    steps = [
        *hosting.steps(plugin),
        Step(
            f"plugin {plugin.name}",
            lambda: releases.has_plugin(plugin.name),
            lambda: releases.create_plugin(plugin.name),
        ),
        Step(
            f"version {plugin.number} of the plugin",
            lambda: find_version() is not None,
            lambda: releases.create_version(
                plugin.name, plugin.number, hosting.url(plugin.path), plugin.changelog
            ),
        ),
        *_NextRelease(releases, before, f"{plugin.name} {plugin.number}", wanted, check).steps(),
    ]
    return Rollout(plugin.name, plugin.number, present, steps, missing(steps))


def plan_rollback(releases: Releases, hosting: Hosting, name: str, number: str) -> Rollout:
    """Return the plan that puts back an older version, and leaves the other plugins as they are.

    Parameters
    ----------
    releases, hosting
        Of the account.
    name
        The plugin's unique name.
    number
        What to put back: a version, `NONE`, or "" for what Flex loaded before the version that it loads now.

    Raises
    ------
    ConfigureError
        There is no such version, its script is gone, or Flex does not load the plugin.
    """
    history = releases.history()
    before = history[0] if history else Release()
    present = releases.plugins(before.configuration_sid)
    target = None
    if not number:
        target = former(releases, history, name)
        if target is not None:
            _usable(releases, hosting, name, target.number)
    elif number != NONE:
        phase = present[name].phase if name in present else PHASE
        target = Configured(_usable(releases, hosting, name, number).sid, number, phase)
    others = {other: one for other, one in present.items() if other != name}
    after: Plugins = {**others, name: target} if target else others
    shown = target.number if target else NONE
    steps = _NextRelease(releases, before, f"{back_to(name)}{shown}", lambda: after).steps()
    return Rollout(name, target.number if target else "", present, steps, missing(steps))


class _NextRelease:
    """The last two steps: a configuration, and its release."""

    def __init__(
        self,
        releases: Releases,
        before: Release,
        name: str,
        wanted: Callable[[], Plugins | None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._releases = releases
        self._before = before
        self._name = name
        self._wanted = wanted
        self._check = check

    def steps(self) -> list[Step]:
        """Return both."""
        return [
            Step(
                f'configuration "{self._name}"', lambda: self._is_active() or bool(self._find()), self._create
            ),
            Step("release of this configuration", self._is_active, self._release),
        ]

    def _is_active(self) -> bool:
        return self._releases.plugins(self._releases.active().configuration_sid) == self._wanted()

    def _find(self) -> str:
        """Return a configuration that was made for this before an interruption, and is not released yet."""
        wanted = self._wanted()
        if wanted is None:
            return ""
        named = self._releases.configurations(self._name)
        equal = [sid for sid in named if self._releases.plugins(sid) == wanted]
        released = {one.configuration_sid for one in self._releases.history()} if equal else set()
        return next((sid for sid in equal if sid not in released), "")

    def _create(self) -> None:
        self._check_unchanged()
        self._releases.create_configuration(self._name, self._wanted() or {})

    def _release(self) -> None:
        sid = self._find()
        self._check()
        self._check_unchanged()
        self._releases.release(sid)

    def _check_unchanged(self) -> None:
        now = self._releases.active()
        if now != self._before:
            raise ConfigureError(f"release {now.sid} was made since the plan: run the command again")


def _numbered(releases: Releases, hosting: Hosting, script: PluginVersion) -> PluginVersion:
    versions = releases.versions(script.name)
    for one in versions:
        same = script.numbered(one.number)
        if _is_of(one, same, hosting):
            return same
    taken, served = {one.number for one in versions}, hosting.served()
    plugin = script
    while plugin.number in taken or (
        plugin.path in served and served[plugin.path] != hosting.asset_version(plugin)
    ):
        plugin = plugin.next_patch()
    return plugin


def _is_of(version: RegisteredVersion, plugin: PluginVersion, hosting: Hosting) -> bool:
    """Tell whether a version that Twilio knows is this script, hosted where this command hosts it."""
    return (
        hash_in(version.changelog) == plugin.sha256
        and version.url == hosting.url(plugin.path)
        and not version.archived
    )


def _usable(releases: Releases, hosting: Hosting, name: str, number: str) -> RegisteredVersion:
    found = releases.find_version(name, number)
    if found is None:
        raise ConfigureError(
            f"version {number} of {name} is not at Twilio: see `switchboard flex-plugin status`"
        )
    if found.archived:
        raise ConfigureError(f"version {number} of {name} is archived")
    if hash_in(found.changelog) and not (hosting.find() and hosting.serves(found.url, hosting.served())):
        raise ConfigureError(f"version {number} of {name} is hosted no more: deploy it again")
    return found
