"""What a Flex plugin is deployed with in the stand-in: Serverless assets, builds, and the Plugins API."""

import base64
import json
from typing import Any

from local.http_messages import HttpResponse
from local.template.parameters import ACCOUNT_SID, AUTH_TOKEN
from tests.integration.twilio.app import World

FLEX, SERVERLESS, UPLOAD = "flex-api.twilio.com", "serverless.twilio.com", "serverless-upload.twilio.com"
SERVICES, PLUGINS = "/v1/Services", "/v1/PluginService"


def made(world: World, host: str, path: str, **form: Any) -> dict[str, Any]:
    status, answer = world.api("POST", path, form, host=host)
    assert status == 201, answer
    found: dict[str, Any] = answer
    return found


def upload(world: World, path: str, fields: dict[str, str], content: bytes) -> HttpResponse:
    """Send a file as multipart/form-data, as requests does."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
        for name, value in fields.items()
    ]
    parts.append('--x\r\nContent-Disposition: form-data; name="Content"; filename="bundle.js"\r\n\r\n')
    body = "\r\n".join(parts).encode() + content + b"\r\n--x--\r\n"
    basic = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    headers = (("Authorization", f"Basic {basic}"), ("Content-Type", "multipart/form-data; boundary=x"))
    return world.send("POST", f"/_local/twilio/api/{UPLOAD}{path}", body, "", headers)


def test_a_bundle_is_uploaded_built_and_deployed(world: World) -> None:
    service = made(world, SERVERLESS, SERVICES, UniqueName="default", FriendlyName="Plugins")["sid"]
    below = f"{SERVICES}/{service}"
    environment = made(world, SERVERLESS, f"{below}/Environments", UniqueName="plugin", DomainSuffix="p")
    asset = made(world, SERVERLESS, f"{below}/Assets", FriendlyName="bundle.js")["sid"]
    versions = f"{below}/Assets/{asset}/Versions"
    answer = upload(world, versions, {"Path": "/p/bundle.js", "Visibility": "protected"}, b"alert(1)")
    assert (answer.status, answer.json()["path"]) == (201, "/p/bundle.js")
    assert upload(world, versions, {"Path": "no slash", "Visibility": "protected"}, b"").status == 400
    old = {"AssetVersions": answer.json()["sid"], "Runtime": "node18"}
    assert world.api("POST", f"{below}/Builds", old, host=SERVERLESS)[0] == 400
    build = made(world, SERVERLESS, f"{below}/Builds", AssetVersions=answer.json()["sid"])
    assert build["runtime"] == "node22"
    deployments = f"{below}/Environments/{environment['sid']}/Deployments"
    assert world.api("POST", deployments, {"BuildSid": build["sid"]}, host=SERVERLESS)[0] == 400
    status = f"{below}/Builds/{build['sid']}/Status"
    seen = [world.api("GET", status, host=SERVERLESS)[1]["status"] for _ in range(2)]
    assert seen == ["building", "completed"]
    made(world, SERVERLESS, deployments, BuildSid=build["sid"])
    _, listed = world.api("GET", f"{below}/Environments", host=SERVERLESS)
    assert [one["build_sid"] for one in listed["environments"]] == [build["sid"]]
    fields = {"UniqueName": "default", "FriendlyName": "Again"}
    assert world.api("POST", SERVICES, fields, host=SERVERLESS)[0] == 409
    fields = {"UniqueName": "other", "DomainSuffix": "longer-than-16-characters"}
    assert world.api("POST", f"{below}/Environments", fields, host=SERVERLESS)[0] == 400


def test_the_latest_release_names_the_active_configuration(world: World) -> None:
    plugin = made(world, FLEX, f"{PLUGINS}/Plugins", UniqueName="plugin")["sid"]
    url = "https://default-1000-p.twil.io/p/bundle.js"
    version = made(world, FLEX, f"{PLUGINS}/Plugins/plugin/Versions", Version="1.0.0", PluginUrl=url)["sid"]
    again = {"Version": "1.0.0", "PluginUrl": url}
    assert world.api("POST", f"{PLUGINS}/Plugins/{plugin}/Versions", again, host=FLEX)[0] == 409
    item = json.dumps({"plugin_version": version, "phase": 3})
    first = made(world, FLEX, f"{PLUGINS}/Configurations", Name="One", Plugins=item)["sid"]
    empty = made(world, FLEX, f"{PLUGINS}/Configurations", Name="None")["sid"]
    assert world.api("GET", f"{PLUGINS}/Releases/Active", host=FLEX)[0] == 404
    for configuration in (first, empty, first):
        release = made(world, FLEX, f"{PLUGINS}/Releases", ConfigurationId=configuration)
        assert world.api("GET", f"{PLUGINS}/Releases/Active", host=FLEX)[1] == release
        assert world.api("GET", f"{PLUGINS}/Releases/{release['sid']}", host=FLEX)[1] == release
    _, listed = world.api("GET", f"{PLUGINS}/Releases", host=FLEX)
    assert [one["configuration_sid"] for one in listed["releases"]] == [first, empty, first]
    _, plugins = world.api("GET", f"{PLUGINS}/Configurations/{first}/Plugins", host=FLEX)
    assert [(one["unique_name"], one["version"]) for one in plugins["plugins"]] == [("plugin", "1.0.0")]
    wrong = {"Name": "Twice", "Plugins": [item, item]}
    assert world.api("POST", f"{PLUGINS}/Configurations", wrong, host=FLEX)[0] == 400
    assert world.api("POST", f"{PLUGINS}/Releases", {"ConfigurationId": "FJ1"}, host=FLEX)[0] == 400
    fresh = World()
    fresh.stand_in.restore(json.loads(json.dumps(world.stand_in.snapshot())))
    assert fresh.api("GET", f"{PLUGINS}/Releases", host=FLEX)[1]["releases"] == listed["releases"]
