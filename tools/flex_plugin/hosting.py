"""Where Twilio hosts the script: a Serverless service, an environment, an asset, a build and its deployment.

As the Flex CLI does it: the service is the first that Flex's configuration names, else ``default``; the
environment has the plugin's name; a build keeps the assets of the build before, so that older versions stay
at their URLs. What is in no build, Twilio deletes after seven days, and it is uploaded again.
https://www.twilio.com/docs/serverless/api
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from urllib3.filepost import encode_multipart_formdata

from switchboard.twilio.outcome import none_if_missing
from tools.configure.resources.resource import ConfigureError
from tools.flex_configuration import update_flex_configuration
from tools.flex_plugin.plugin_version import PluginVersion
from tools.flex_plugin.steps import Step

if TYPE_CHECKING:
    from twilio.rest import Client

SERVICE: Final = "default"
DOMAIN_SUFFIX: Final = "switchboard"
"""Twilio takes at most 16 characters, so it is not the plugin's name."""

RUNTIME: Final = "node22"
"""Named, because Twilio would take that of the service's last build, which it may support no more:
https://www.twilio.com/docs/errors/82007."""

_UPLOAD: Final = "https://serverless-upload.twilio.com/v1"
_UPLOAD_SECONDS: Final = 120
_BUILD_SECONDS: Final = 180
_BUILDS: Final = 20
"""How many of the latest builds may be one that was begun before an interruption."""


class Hosting:
    """Finds and makes what hosts the versions of a plugin.

    Parameters
    ----------
    client
        The REST client of the account.
    account_sid
        The account's SID.
    name
        The plugin's unique name.
    """

    def __init__(self, client: "Client", account_sid: str, name: str) -> None:
        self._client = client
        self._account_sid = account_sid
        self._name = name
        self._service_sid = ""
        self._environment: Any = None

    def find(self) -> bool:
        """Look up the service and the environment, and tell whether both exist."""
        return self._find_service() and self._find_environment()

    def steps(self, plugin: PluginVersion) -> list[Step]:
        """Return what makes Twilio host a version, in its order."""
        size = f"{max(1, round(len(plugin.script) / 1000)):,} kB"
        return [
            Step(f"Serverless service {SERVICE}", self._find_service, self._create_service),
            Step("Flex's permission to load plugins from this service", self._is_registered, self._register),
            Step(f"environment {self._name}", self._find_environment, self._create_environment),
            Step(
                f"upload of {plugin.path} ({size}, sha256 {plugin.sha256[:16]})",
                lambda: bool(self.asset_version(plugin)),
                lambda: self._upload(plugin),
            ),
            Step(
                "build with this file, deployed to the environment",
                lambda: self.is_served(plugin),
                lambda: self._deploy(plugin),
            ),
        ]

    @property
    def domain(self) -> str:
        """The environment's domain; "" before it has been found or made."""
        return str(self._environment.domain_name) if self._environment else ""

    def url(self, path: str) -> str:
        """Return the URL of a path; "" before the environment has been found or made."""
        return f"https://{self.domain}{path}" if self.domain else ""

    def serves(self, url: str, served: Mapping[str, str]) -> bool:
        """Tell whether a URL is that of a file that the environment serves."""
        return any(self.url(path) == url for path in served)

    def served(self) -> dict[str, str]:
        """Return the SIDs of the asset versions that the environment serves, by path."""
        build = self._deployed_build()
        found = (build.asset_versions or ()) if build else ()
        return {str(one["path"]): str(one["sid"]) for one in found}

    def is_served(self, plugin: PluginVersion) -> bool:
        """Tell whether the environment serves this script at its path."""
        sid = self.asset_version(plugin)
        return bool(sid) and self.find() and self.served().get(plugin.path) == sid

    def asset_version(self, plugin: PluginVersion) -> str:
        """Return the SID of the uploaded script; "" where it has not been uploaded."""
        for asset in self._assets(plugin):
            for one in self._service.assets(asset.sid).asset_versions.list():
                if one.path == plugin.path:
                    return str(one.sid)
        return ""

    # ── the service, and Flex's permission ───────────────────────────────────────────────────────────

    def _find_service(self) -> bool:
        services = self._client.serverless.v1.services
        for sid in (*self._registered(), SERVICE):
            found = none_if_missing(services(sid).fetch)
            if found is not None:
                self._service_sid = str(found.sid)
                return True
        return False

    def _create_service(self) -> None:
        made = self._client.serverless.v1.services.create(SERVICE, "Flex Plugins Default Service")
        self._service_sid = str(made.sid)

    def _registered(self) -> list[str]:
        found: Any = self._client.flex_api.v1.configuration().fetch().serverless_service_sids
        return [str(sid) for sid in found or ()]

    def _is_registered(self) -> bool:
        return bool(self._service_sid) and self._service_sid in self._registered()

    def _register(self) -> None:
        sids = [*self._registered(), self._service_sid]
        update_flex_configuration(self._client, self._account_sid, serverless_service_sids=sids)

    # ── the environment ──────────────────────────────────────────────────────────────────────────────

    def _find_environment(self) -> bool:
        found = self._service.environments.list() if self._service_sid else []
        self._environment = next((one for one in found if one.unique_name == self._name), None)
        return self._environment is not None

    def _create_environment(self) -> None:
        self._environment = self._service.environments.create(self._name, domain_suffix=DOMAIN_SUFFIX)

    # ── the file ─────────────────────────────────────────────────────────────────────────────────────

    def _assets(self, plugin: PluginVersion) -> list[Any]:
        if not self._service_sid:
            return []
        return [one for one in self._service.assets.list() if one.friendly_name == plugin.asset_name]

    def _upload(self, plugin: PluginVersion) -> None:
        """Upload the script, for Flex users only, by the one request that twilio.rest has no method for.

        https://www.twilio.com/docs/serverless/api/resource/asset-version#upload-an-asset-version
        """
        known = self._assets(plugin)
        asset = known[0] if known else self._service.assets.create(plugin.asset_name)
        form: Any
        form, content_type = encode_multipart_formdata(
            {
                "Path": plugin.path,
                "Visibility": "protected",
                "Content": ("bundle.js", plugin.script, "application/javascript"),
            }
        )
        self._client.http_client.request(
            "POST",
            f"{_UPLOAD}/Services/{self._service_sid}/Assets/{asset.sid}/Versions",
            data=form,
            headers={"Content-Type": content_type, "Accept": "application/json"},
            timeout=_UPLOAD_SECONDS,
        )

    # ── the build ────────────────────────────────────────────────────────────────────────────────────

    def _deployed_build(self) -> Any:
        if not (self._environment and self._environment.build_sid):
            return None
        return self._service.builds(self._environment.build_sid).fetch()

    def _deploy(self, plugin: PluginVersion) -> None:
        build = self._deployed_build()
        if build and build.function_versions:
            raise ConfigureError(f"environment {self._name} has functions: they are not this command's")
        sid, served = self.asset_version(plugin), self.served()
        if served.setdefault(plugin.path, sid) != sid:
            raise ConfigureError(f"{self.url(plugin.path)} was taken since the plan: run the command again")
        wanted = set(served.values())
        begun = self._find_build(wanted) or str(
            self._service.builds.create(asset_versions=sorted(wanted), runtime=RUNTIME).sid
        )
        self._await_build(begun)
        deployments = self._service.environments(self._environment.sid).deployments
        deployments.create(build_sid=begun, is_plugin=True)

    def _find_build(self, wanted: set[str]) -> str | None:
        for one in self._service.builds.list(limit=_BUILDS):
            if {asset["sid"] for asset in one.asset_versions or ()} == wanted and one.status != "failed":
                return str(one.sid)
        return None

    def _await_build(self, sid: str) -> None:
        """Wait until a build is completed: https://www.twilio.com/docs/serverless/api/resource/build-status."""
        end, pause = time.monotonic() + _BUILD_SECONDS, 0.1
        while (status := str(self._service.builds(sid).build_status().fetch().status)) != "completed":
            if status == "failed" or time.monotonic() > end:
                raise ConfigureError(f"build {sid} is {status}: run the command again")
            time.sleep(pause)
            pause = min(2 * pause, 2.0)

    @property
    def _service(self) -> Any:
        return self._client.serverless.v1.services(self._service_sid)
