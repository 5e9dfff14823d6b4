"""Services, environments, assets, builds and deployments: https://www.twilio.com/docs/serverless/api."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product, meta_page

if TYPE_CHECKING:
    from local.twilio.flex_plugins.store import Resource
    from local.twilio.stand_in import TwilioStandIn

serverless = Product("serverless.twilio.com")
upload = Product("serverless-upload.twilio.com")

_SERVICES = "/v1/Services"
_SERVICE = f"{_SERVICES}/<service>"
_UNIQUE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,49}")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_SUFFIX = re.compile(r"[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{1,254}")
_RUNTIMES = ("node22", "node24")
"""The first is what Twilio takes where a build names none (https://www.twilio.com/docs/errors/82007)."""
_LARGEST_ASSET = 25 * 1024 * 1024


@serverless.route("POST", _SERVICES)
def create_service(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create a service with a unique name."""
    name = request.text("UniqueName")
    if not _UNIQUE_NAME.fullmatch(name) or not request.text("FriendlyName"):
        raise invalid_parameter("UniqueName and FriendlyName are required")
    store = stand_in.flex_plugins
    if store.of("services", unique_name=name):
        raise TwilioError(409, 20409, f"A service with the unique name {name} exists")
    service = store.add(
        "services",
        "ZS",
        account_sid=stand_in.account.sid,
        friendly_name=request.text("FriendlyName"),
        unique_name=name,
        include_credentials=request.text("IncludeCredentials") != "false",
        ui_editable=request.flag("UiEditable"),
        domain_base=f"{name}-{1000 + len(store.of('services'))}",
    )
    return ApiReply(_shown(service, _SERVICES, "environments", "functions", "assets", "builds"), 201)


@serverless.route("GET", _SERVICES)
def services(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the services."""
    found = [_shown(one, _SERVICES) for one in stand_in.flex_plugins.of("services")]
    return meta_page(request, "services", found)


@serverless.route("GET", _SERVICE)
def fetch_service(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a service, by SID or unique name."""
    return ApiReply(_shown(_service(stand_in, request), _SERVICES))


@serverless.route("POST", f"{_SERVICE}/Environments")
def create_environment(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create an environment, whose domain has the suffix of at most 16 characters."""
    service = _service(stand_in, request)
    name, suffix = request.text("UniqueName"), request.text("DomainSuffix")
    if not _ENVIRONMENT_NAME.fullmatch(name) or (suffix and not _SUFFIX.fullmatch(suffix)):
        raise invalid_parameter("UniqueName is required; DomainSuffix has at most 16 characters")
    taken = stand_in.flex_plugins.of("environments", service_sid=service["sid"])
    if any(one["unique_name"] == name or one["domain_suffix"] == suffix for one in taken):
        raise TwilioError(409, 20409, "An environment with this name or domain suffix exists")
    environment = stand_in.flex_plugins.add(
        "environments",
        "ZE",
        account_sid=stand_in.account.sid,
        service_sid=service["sid"],
        build_sid=None,
        unique_name=name,
        domain_suffix=suffix,
        domain_name=f"{service['domain_base']}{'-' if suffix else ''}{suffix}.twil.io",
    )
    return ApiReply(_below(environment, "Environments", "deployments", "variables", "logs"), 201)


@serverless.route("GET", f"{_SERVICE}/Environments")
def environments(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a service's environments."""
    return _list(stand_in, request, "environments", "Environments")


@serverless.route("POST", f"{_SERVICE}/Environments/<environment>/Deployments")
def create_deployment(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Deploy a completed build to an environment."""
    service, store = _service(stand_in, request), stand_in.flex_plugins
    environment = _find(stand_in, request, "environments", request.at["environment"])
    build = store.get("builds", request.text("BuildSid"))
    if build is None or build["service_sid"] != service["sid"] or build["status"] != "completed":
        raise invalid_parameter("BuildSid names no completed build of this service")
    store.change(environment, build_sid=build["sid"])
    deployment = store.add(
        "deployments",
        "ZD",
        account_sid=stand_in.account.sid,
        service_sid=service["sid"],
        environment_sid=environment["sid"],
        build_sid=build["sid"],
    )
    return ApiReply(_below(deployment, f"Environments/{environment['sid']}/Deployments"), 201)


@serverless.route("POST", f"{_SERVICE}/Assets")
def create_asset(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create an asset, which has no content before a version is uploaded."""
    service, name = _service(stand_in, request), request.text("FriendlyName")
    if not 1 <= len(name) <= 255:
        raise invalid_parameter("FriendlyName is required, of at most 255 characters")
    asset = stand_in.flex_plugins.add(
        "assets", "ZH", account_sid=stand_in.account.sid, service_sid=service["sid"], friendly_name=name
    )
    return ApiReply(_below(asset, "Assets", "asset_versions"), 201)


@serverless.route("GET", f"{_SERVICE}/Assets")
def assets(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a service's assets."""
    return _list(stand_in, request, "assets", "Assets")


@serverless.route("GET", f"{_SERVICE}/Assets/<asset>/Versions")
def asset_versions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the versions of an asset."""
    asset = _find(stand_in, request, "assets", request.at["asset"])
    found = stand_in.flex_plugins.of("asset_versions", asset_sid=asset["sid"])
    return meta_page(request, "asset_versions", [_version(one) for one in found])


@upload.route("POST", f"{_SERVICE}/Assets/<asset>/Versions")
def create_asset_version(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Take a file as multipart/form-data: Path, Visibility and Content, of at most 25 MB.

    https://www.twilio.com/docs/serverless/api/resource/asset-version#upload-an-asset-version
    """
    asset = _find(stand_in, request, "assets", request.at["asset"])
    path, visibility = request.text("Path"), request.choice("Visibility", ("public", "protected", "private"))
    content = request.files.get("Content")
    if not _PATH.fullmatch(path) or not visibility or content is None or len(content) > _LARGEST_ASSET:
        raise invalid_parameter("Path, Visibility and Content, of at most 25 MB, are required")
    version = stand_in.flex_plugins.add(
        "asset_versions",
        "ZN",
        account_sid=stand_in.account.sid,
        service_sid=asset["service_sid"],
        asset_sid=asset["sid"],
        path=path,
        visibility=visibility,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return ApiReply(_version(version), 201)


@serverless.route("POST", f"{_SERVICE}/Builds")
def create_build(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Begin a build of asset versions, no two of which have the same path."""
    service = _service(stand_in, request)
    versions = [stand_in.flex_plugins.get("asset_versions", sid) for sid in request.texts("AssetVersions")]
    if not all(one is not None and one["service_sid"] == service["sid"] for one in versions):
        raise invalid_parameter("AssetVersions names a version that this service does not have")
    paths = [one["path"] for one in versions if one is not None]
    if not paths or len(set(paths)) < len(paths):
        raise invalid_parameter("A build needs assets, each with a path of its own")
    build = stand_in.flex_plugins.add(
        "builds",
        "ZB",
        account_sid=stand_in.account.sid,
        service_sid=service["sid"],
        status="building",
        asset_versions=[_version(one) for one in versions if one is not None],
        function_versions=[],
        dependencies=[],
        runtime=request.choice("Runtime", _RUNTIMES) or _RUNTIMES[0],
    )
    return ApiReply(_below(build, "Builds", "build_status"), 201)


@serverless.route("GET", f"{_SERVICE}/Builds")
def builds(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a service's builds, newest first."""
    return _list(stand_in, request, "builds", "Builds")


@serverless.route("GET", f"{_SERVICE}/Builds/<build>")
def build(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a build."""
    return ApiReply(_below(_find(stand_in, request, "builds", request.at["build"]), "Builds", "build_status"))


@serverless.route("GET", f"{_SERVICE}/Builds/<build>/Status")
def build_status(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a build's status; it is completed when it is asked for the second time."""
    found = _find(stand_in, request, "builds", request.at["build"])
    status = found["status"]
    if status == "building":
        stand_in.flex_plugins.change(found, status="completed")
    names = ("sid", "account_sid", "service_sid")
    url = f"https://{serverless.host}{_SERVICES}/{found['service_sid']}/Builds/{found['sid']}/Status"
    return ApiReply({**{name: found[name] for name in names}, "status": status, "url": url})


def _service(stand_in: TwilioStandIn, request: ApiRequest) -> Resource:
    wanted = request.at["service"]
    for one in stand_in.flex_plugins.of("services"):
        if wanted in {one["sid"], one["unique_name"]}:
            return one
    raise not_found(request.path)


def _find(stand_in: TwilioStandIn, request: ApiRequest, kind: str, sid: str) -> Resource:
    found = stand_in.flex_plugins.get(kind, sid)
    if found is None or found["service_sid"] != _service(stand_in, request)["sid"]:
        raise not_found(request.path)
    return found


def _list(stand_in: TwilioStandIn, request: ApiRequest, kind: str, path: str) -> ApiReply:
    found = stand_in.flex_plugins.of(kind, service_sid=_service(stand_in, request)["sid"])
    return meta_page(request, kind, [_below(one, path) for one in reversed(found)])


def _version(one: Resource) -> dict[str, Any]:
    shown = _below(one, f"Assets/{one['asset_sid']}/Versions")
    return {name: value for name, value in shown.items() if name not in {"sha256", "date_updated", "links"}}


def _below(one: Resource, path: str, *links: str) -> dict[str, Any]:
    return _shown(one, f"{_SERVICES}/{one['service_sid']}/{path}", *links)


def _shown(one: Resource, path: str, *links: str) -> dict[str, Any]:
    url = f"https://{serverless.host}{path}/{one['sid']}"
    return {**one, "url": url, "links": {name: f"{url}/{name.title().replace('_', '')}" for name in links}}
