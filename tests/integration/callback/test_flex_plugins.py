"""The Flex plugins that teams have deployed, against Switchboard: only their domain has changed."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from callback.voicemail_audio import MOST_BYTES
from local.twilio.voice.recordings import Recording
from tests.integration.callback.desk import OURS, Desk, new_sid
from tests.integration.callback.flex_plugins import OlderPlugin, TemplatePlugin

PLUGINS = [TemplatePlugin, OlderPlugin]
FEATURES = "/features/callback-and-voicemail"

AnyPlugin = TemplatePlugin | OlderPlugin


@pytest.fixture(params=PLUGINS)
def plugin(request: pytest.FixtureRequest, desk: Desk) -> AnyPlugin:
    found: AnyPlugin = request.param(desk)
    return found


def recorded(desk: Desk, seconds: int = 3) -> Recording:
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", seconds, desk.platform.clock.now())
    desk.platform.stand_in.recordings.add(recording)
    return recording


def test_a_plugin_plays_a_voicemail_and_shows_its_transcription(plugin: AnyPlugin, desk: Desk) -> None:
    recording = recorded(desk)
    sid = desk.transcribed(recording.sid, "Call me.").json()["taskSid"]
    attributes = plugin.accept(sid)
    assert (attributes["taskType"], attributes["from"]) == ("voicemail", desk.number)
    assert plugin.play(sid) == recording.audio()
    assert plugin.transcript(sid) == "Call me."


def test_a_plugin_requeues_a_voicemail_until_it_is_done(plugin: AnyPlugin, desk: Desk) -> None:
    recording = recorded(desk)
    sid = desk.transcribed(recording.sid, "Call me.").json()["taskSid"]
    for attempts in range(1, 4):
        plugin.accept(sid)
        following = plugin.requeue(sid)
        assert following != sid
        sid = following
        data = desk.attributes(sid)["callBackData"]
        assert (data["attempts"], data["RecordingSid"], data["recordingSid"]) == (
            attempts,
            recording.sid,
            recording.sid,
        )
        assert [task.sid for task in desk.open_tasks()] == [sid]
    assert plugin.transcript(sid) == "Call me."


def test_a_plugin_requeues_one_callback_beside_another_that_waits(plugin: AnyPlugin, desk: Desk) -> None:
    first = desk.created(message="The invoice")
    plugin.accept(first)
    second = desk.created(message="The contract")
    plugin.requeue(first)
    assert [task.sid for task in desk.open_tasks()] == [second]
    assert "The invoice" in desk.attributes(second)["message"]
    assert "The contract" in desk.attributes(second)["message"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"recordingSid": "RE" + "7" * 32, "transcriptText": "Call me."},
        {"RecordingSid": "RE" + "8" * 32, "TranscriptionText": "Call me."},
        {},
    ],
)
def test_a_task_of_the_deployment_before_is_requeued(desk: Desk, attributes: dict[str, Any]) -> None:
    sids = {name: value[:-8] + new_sid("")[:8] for name, value in attributes.items() if name.endswith("Sid")}
    data = {"numberToCall": desk.number, "numberToCallFrom": OURS, "attempts": "1", **attributes, **sids}
    older = {"taskType": "callback", "from": desk.number, "name": desk.number, "callBackData": data}
    workflow = next(iter(desk.platform.stand_in.taskrouter.workspace.workflows))
    task = desk.platform.stand_in.taskrouter.create(workflow, json.dumps(older))
    plugin = TemplatePlugin(desk)
    plugin.accept(task.sid)
    found = desk.attributes(plugin.requeue(task.sid))
    assert found["callBackData"]["attempts"] == 2
    for sid in sids.values():
        assert found["taskType"] == "voicemail"
        assert (found["callBackData"]["RecordingSid"], found["callBackData"]["recordingSid"]) == (sid, sid)
        assert found["callBackData"]["TranscriptionText"] == found["callBackData"]["transcriptText"]


def test_the_templates_paths_take_the_templates_names_by_get_and_post(desk: Desk) -> None:
    recording = recorded(desk)
    form = {**desk.numbers(), "recordingSid": recording.sid, "transcriptText": "Call me."}
    posted = desk.caller.signed_post(f"{FEATURES}/studio/create-callback", form)
    query = f"numberToCall={quote(desk.number)}&numberToCallFrom={quote(OURS)}&recordingSid={recording.sid}"
    fetched = desk.caller.signed_get(f"{FEATURES}/studio/create-callback?{query}")
    assert posted.json() == fetched.json()
    token = {"X-Flex-Token": desk.platform.flex_tokens["agent"]}
    for folder in (f"{FEATURES}/flex", "/callback/flex"):
        again = desk.caller.send("GET", f"{folder}/create-callback?{query}", headers=token)
        assert again.json() == posted.json()
    for folder in (f"{FEATURES}/flex", "/callback/flex"):
        path = f"{folder}/requeue-callback?taskSid={posted.json()['taskSid']}"
        assert desk.caller.send("GET", path, headers=token).status == 200
    assert len(desk.tasks()) == 2


@pytest.mark.parametrize("route", ["create-callback", "requeue-callback", "fetch-voicemail"])
def test_refusals_on_the_templates_paths_are_json_with_a_message(desk: Desk, route: str) -> None:
    refused = desk.caller.send(
        "POST", f"{FEATURES}/flex/{route}", b"{}", {"Content-Type": "application/json"}
    )
    assert refused.status == 403
    assert refused.json()["message"]
    wrong = TemplatePlugin(desk).post(route, {"taskSid": "WT1", "recordingSid": "RE1"})
    assert (wrong.status, wrong.json()["success"]) == (400, False)
    assert wrong.json()["message"]


def test_a_voicemail_in_json_may_be_gone_archived_or_long(desk: Desk) -> None:
    plugin = TemplatePlugin(desk)
    gone = plugin.post("fetch-voicemail", {"recordingSid": new_sid("RE")})
    assert (gone.status, gone.json()["success"]) == (404, False)
    sid, bucket = new_sid("RE"), desk.platform.resource_name("VoicemailBucket")
    client = desk.platform.aws.client("s3")
    client.put_object(Bucket=bucket, Key=f"voicemails/{sid}.mp3", Body=b"archived")
    archived = plugin.post("fetch-voicemail", {"recordingSid": sid}).json()
    assert base64.b64decode(archived["recording"]) == b"archived"
    recording = recorded(desk, seconds=MOST_BYTES // (104 * 38) + 60)
    long = plugin.post("fetch-voicemail", {"recordingSid": recording.sid})
    assert long.status == 302
    key = f"links/{recording.sid}.json"
    assert key in (long.header("location") or "")
    document = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
    assert base64.b64decode(document["recording"]) == recording.audio()
    for each in (key, f"voicemails/{sid}.mp3"):
        client.delete_object(Bucket=bucket, Key=each)
