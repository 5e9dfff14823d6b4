"""Flex plugins, their versions, configurations and releases: https://www.twilio.com/docs/flex/developer/plugins/api."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.api import is_url
from local.twilio.rest.interactions import flex
from local.twilio.rest.product import ApiReply, ApiRequest, meta_page

if TYPE_CHECKING:
    from local.twilio.flex_plugins.store import Resource
    from local.twilio.stand_in import TwilioStandIn

_ROOT = "/v1/PluginService"
_PLUGINS = f"{_ROOT}/Plugins"
_VERSIONS = f"{_PLUGINS}/<plugin>/Versions"
_CONFIGURATIONS = f"{_ROOT}/Configurations"
_RELEASES = f"{_ROOT}/Releases"
_SEMVER = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?")
_PHASE = 3
"""The phase in which Flex UI loads plugins; there is no other yet."""


@flex.route("POST", _PLUGINS)
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create a plugin with a unique name."""
    name = request.text("UniqueName")
    if not name:
        raise invalid_parameter("UniqueName is required")
    if stand_in.flex_plugins.of("plugins", unique_name=name):
        raise TwilioError(409, 20409, f"A plugin with the unique name {name} exists")
    plugin = stand_in.flex_plugins.add(
        "plugins",
        "FP",
        account_sid=stand_in.account.sid,
        unique_name=name,
        friendly_name=request.text("FriendlyName") or name,
        description=request.text("Description"),
        archived=False,
    )
    return ApiReply(_plugin(plugin), 201)


@flex.route("GET", _PLUGINS)
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the plugins."""
    found = reversed(stand_in.flex_plugins.of("plugins"))
    return meta_page(request, "plugins", [_plugin(one) for one in found])


@flex.route("GET", f"{_PLUGINS}/<plugin>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a plugin, by SID or unique name."""
    return ApiReply(_plugin(_find_plugin(stand_in, request)))


@flex.route("POST", _VERSIONS)
def create_version(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a version, which never changes."""
    plugin, version = _find_plugin(stand_in, request), request.text("Version")
    if not _SEMVER.fullmatch(version) or not is_url(request.text("PluginUrl")):
        raise invalid_parameter("Version, a semantic version, and PluginUrl, a URL, are required")
    if stand_in.flex_plugins.of("versions", plugin_sid=plugin["sid"], version=version):
        raise TwilioError(409, 20409, f"The plugin has a version {version}")
    added = stand_in.flex_plugins.add(
        "versions",
        "FV",
        account_sid=stand_in.account.sid,
        plugin_sid=plugin["sid"],
        version=version,
        plugin_url=request.text("PluginUrl"),
        changelog=request.text("Changelog"),
        private=request.flag("Private"),
        archived=False,
        validated=False,
    )
    return ApiReply(_version(added), 201)


@flex.route("GET", _VERSIONS)
def versions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a plugin's versions, newest first."""
    found = stand_in.flex_plugins.of("versions", plugin_sid=_find_plugin(stand_in, request)["sid"])
    return meta_page(request, "plugin_versions", [_version(one) for one in reversed(found)])


@flex.route("POST", _CONFIGURATIONS)
def create_configuration(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create a configuration: plugin versions, at most one of each plugin, which never changes."""
    if not request.text("Name"):
        raise invalid_parameter("Name is required")
    plugins = [_configured(stand_in, text) for text in request.texts("Plugins")]
    sids = [one["plugin_sid"] for one in plugins]
    if len(set(sids)) < len(sids):
        raise invalid_parameter("Plugins names two versions of a plugin")
    configuration = stand_in.flex_plugins.add(
        "configurations",
        "FJ",
        account_sid=stand_in.account.sid,
        name=request.text("Name"),
        description=request.text("Description"),
        archived=False,
        plugins=plugins,
    )
    return ApiReply(_configuration(configuration), 201)


@flex.route("GET", _CONFIGURATIONS)
def configurations(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the configurations, newest first."""
    found = reversed(stand_in.flex_plugins.of("configurations"))
    return meta_page(request, "configurations", [_configuration(one) for one in found])


@flex.route("GET", f"{_CONFIGURATIONS}/<configuration>")
def configuration(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a configuration."""
    return ApiReply(_configuration(_find_configuration(stand_in, request)))


@flex.route("GET", f"{_CONFIGURATIONS}/<configuration>/Plugins")
def configured_plugins(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the plugins of a configuration with their versions."""
    found = _find_configuration(stand_in, request)
    return meta_page(
        request, "plugins", [_shown_configured(stand_in, found, one) for one in found["plugins"]]
    )


@flex.route("POST", _RELEASES)
def create_release(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Make a configuration the active one."""
    wanted = stand_in.flex_plugins.get("configurations", request.text("ConfigurationId"))
    if wanted is None or wanted["archived"]:
        raise invalid_parameter("ConfigurationId names no configuration that can be released")
    release = stand_in.flex_plugins.add(
        "releases", "FK", account_sid=stand_in.account.sid, configuration_sid=wanted["sid"]
    )
    return ApiReply(_release(release), 201)


@flex.route("GET", _RELEASES)
def releases(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the releases, the active one first."""
    found = reversed(stand_in.flex_plugins.of("releases"))
    return meta_page(request, "releases", [_release(one) for one in found])


@flex.route("GET", f"{_RELEASES}/<release>")
def release(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a release, by SID, or the one that is ``Active``.

    https://www.twilio.com/docs/flex/developer/plugins/api/release-update#fetch-the-active-release
    """
    wanted = request.at["release"]
    for one in reversed(stand_in.flex_plugins.of("releases")):
        if wanted.lower() == "active" or wanted == one["sid"]:
            return ApiReply(_release(one))
    raise not_found(request.path)


def _find_plugin(stand_in: TwilioStandIn, request: ApiRequest) -> Resource:
    for one in stand_in.flex_plugins.of("plugins"):
        if request.at["plugin"] in {one["sid"], one["unique_name"]}:
            return one
    raise not_found(request.path)


def _find_configuration(stand_in: TwilioStandIn, request: ApiRequest) -> Resource:
    found = stand_in.flex_plugins.get("configurations", request.at["configuration"])
    if found is None:
        raise not_found(request.path)
    return found


def _configured(stand_in: TwilioStandIn, text: str) -> dict[str, Any]:
    try:
        item = json.loads(text)
        version = stand_in.flex_plugins.get("versions", item["plugin_version"])
        phase = int(item.get("phase", _PHASE))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise invalid_parameter("Plugins holds no JSON object with a plugin_version") from None
    if version is None or version["archived"] or phase != _PHASE:
        raise invalid_parameter(f"Plugins names a version or a phase that does not exist: {text}")
    return {"plugin_sid": version["plugin_sid"], "plugin_version_sid": version["sid"], "phase": phase}


def _plugin(one: Resource) -> dict[str, Any]:
    url = f"https://{flex.host}{_PLUGINS}/{one['sid']}"
    return {**one, "url": url, "links": {"plugin_versions": f"{url}/Versions"}}


def _version(one: Resource) -> dict[str, Any]:
    shown = {name: value for name, value in one.items() if name != "date_updated"}
    return {**shown, "url": f"https://{flex.host}{_PLUGINS}/{one['plugin_sid']}/Versions/{one['sid']}"}


def _configuration(one: Resource) -> dict[str, Any]:
    shown = {name: value for name, value in one.items() if name not in {"plugins", "date_updated"}}
    url = f"https://{flex.host}{_CONFIGURATIONS}/{one['sid']}"
    return {**shown, "url": url, "links": {"plugins": f"{url}/Plugins"}}


def _shown_configured(
    stand_in: TwilioStandIn, configuration: Resource, one: dict[str, Any]
) -> dict[str, Any]:
    plugin = stand_in.flex_plugins.get("plugins", one["plugin_sid"]) or {}
    version = stand_in.flex_plugins.get("versions", one["plugin_version_sid"]) or {}
    url = f"https://{flex.host}{_CONFIGURATIONS}/{configuration['sid']}/Plugins/{one['plugin_sid']}"
    return {
        "account_sid": stand_in.account.sid,
        "configuration_sid": configuration["sid"],
        **one,
        **{name: plugin[name] for name in ("unique_name", "friendly_name", "description")},
        **{name: version[name] for name in ("version", "plugin_url", "changelog", "private")},
        "plugin_archived": plugin["archived"],
        "plugin_version_archived": version["archived"],
        "date_created": configuration["date_created"],
        "url": url,
    }


def _release(one: Resource) -> dict[str, Any]:
    shown = {name: value for name, value in one.items() if name != "date_updated"}
    return {**shown, "url": f"https://{flex.host}{_RELEASES}/{one['sid']}"}
