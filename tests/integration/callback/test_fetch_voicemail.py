"""fetch-voicemail: a recording in an agent's browser, which holds no credentials of Twilio's."""

import base64
import urllib.request
from collections.abc import Iterator

import pytest

from callback.voicemail_audio import MOST_BYTES
from local.http_messages import HttpResponse
from local.twilio.voice.recordings import Recording
from tests.integration.callback.desk import FLEX, Desk, new_sid

ROUTE = f"{FLEX}/fetch-voicemail"


def recorded(desk: Desk, seconds: int = 3) -> Recording:
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", seconds, desk.platform.clock.now())
    desk.platform.stand_in.recordings.add(recording)
    return recording


def get(desk: Desk, sid: str, **headers: str) -> HttpResponse:
    token = {"X-Flex-Token": desk.platform.flex_tokens["agent"], "Origin": "https://flex.twilio.com"}
    return desk.caller.send("GET", f"{ROUTE}?recordingSid={sid}", headers=token | headers)


@pytest.fixture
def bucket(desk: Desk) -> Iterator[str]:
    """The bucket of voicemails, emptied afterwards."""
    name = desk.platform.resource_name("VoicemailBucket")
    yield name
    client = desk.platform.aws.client("s3")
    for item in client.list_objects_v2(Bucket=name).get("Contents", []):
        client.delete_object(Bucket=name, Key=item["Key"])


def test_the_audio_is_the_one_at_twilio(desk: Desk) -> None:
    recording = recorded(desk)
    answer = get(desk, recording.sid)
    assert (answer.status, answer.header("content-type")) == (200, "audio/mpeg")
    assert answer.body == recording.audio()
    assert answer.header("cache-control") == "no-store"
    assert answer.header("accept-ranges") == "bytes"
    assert answer.header("access-control-allow-origin") == "https://flex.twilio.com"
    posted = desk.flex("fetch-voicemail", recordingSid=recording.sid)
    assert (posted.status, posted.body) == (200, recording.audio())


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [("bytes=0-99", 206, 0, 99), ("bytes=100-", 206, 100, None), ("bytes=-50", 206, -50, None)],
)
def test_a_range_of_the_audio_can_be_requested(
    desk: Desk, asked: str, status: int, first: int, last: int | None
) -> None:
    recording = recorded(desk)
    audio = recording.audio()
    answer = get(desk, recording.sid, Range=asked)
    wanted = audio[first : None if last is None else last + 1]
    start = first if first >= 0 else len(audio) + first
    assert (answer.status, answer.body) == (status, wanted)
    assert answer.header("content-range") == f"bytes {start}-{start + len(wanted) - 1}/{len(audio)}"


def test_a_range_behind_the_end_is_refused_and_a_malformed_one_is_ignored(desk: Desk) -> None:
    recording = recorded(desk)
    size = len(recording.audio())
    assert get(desk, recording.sid, Range=f"bytes={size + 5}-").status == 416
    for nonsense in ("bytes=1-2,5-6", "lines=1-2", "bytes=x"):
        answer = get(desk, recording.sid, Range=nonsense)
        assert (answer.status, len(answer.body)) == (200, size)


def test_a_recording_that_was_deleted_is_not_found(desk: Desk) -> None:
    answer = get(desk, new_sid("RE"))
    assert (answer.status, answer.json()["success"]) == (404, False)


@pytest.mark.parametrize("sid", ["", "RE12", "CA" + "0" * 32, "../Calls"])
def test_fetching_a_voicemail_needs_the_sid_of_a_recording(desk: Desk, sid: str) -> None:
    answer = get(desk, sid)
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "recordingSid")


def test_a_long_recording_is_redirected_to_the_bucket_and_a_range_of_it_is_not(
    desk: Desk, bucket: str
) -> None:
    recording = recorded(desk, seconds=MOST_BYTES // (104 * 38) + 60)
    audio = recording.audio()
    assert len(audio) > MOST_BYTES
    for _ in range(2):
        answer = get(desk, recording.sid)
        assert (answer.status, answer.body) == (302, b"")
        url = answer.header("location") or ""
        assert bucket in url
        assert "Signature=" in url
        with urllib.request.urlopen(url) as found:
            assert found.read() == audio
    keys = desk.platform.aws.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert [item["Key"] for item in keys] == [f"links/{recording.sid}.mp3"]
    answer = get(desk, recording.sid, Range="bytes=0-999")
    assert (answer.status, answer.body) == (206, audio[:1000])


def test_an_archived_recording_is_redirected_to_the_bucket(desk: Desk, bucket: str) -> None:
    sid = new_sid("RE")
    desk.platform.aws.client("s3").put_object(Bucket=bucket, Key=f"voicemails/{sid}.mp3", Body=b"archived")
    answer = get(desk, sid)
    assert answer.status == 302
    with urllib.request.urlopen(answer.header("location") or "") as found:
        assert found.read() == b"archived"


@pytest.mark.parametrize("status", [429, 503])
def test_a_recording_is_fetched_again_after_a_failure_until_it_is_an_error(desk: Desk, status: int) -> None:
    recording = recorded(desk)
    desk.fail(r"GET \S+/Recordings/RE", status, times=2)
    assert get(desk, recording.sid).body == recording.audio()
    desk.fail(r"GET \S+/Recordings/RE", status, times=100)
    answer = get(desk, recording.sid)
    assert (answer.status, answer.json()["success"]) == (status, False)


def test_the_body_goes_through_lambda_as_base64(desk: Desk) -> None:
    recording = recorded(desk)
    event = {
        "version": "2.0",
        "routeKey": "GET /callback/flex/fetch-voicemail",
        "rawPath": ROUTE,
        "rawQueryString": f"recordingSid={recording.sid}",
        "headers": {"x-flex-token": desk.platform.flex_tokens["agent"]},
        "requestContext": {"domainName": "switchboard.test", "http": {"method": "GET", "path": ROUTE}},
        "isBase64Encoded": False,
    }
    outcome = desk.platform.functions.invoke("CallbackFetchVoicemail", event, "test", "base64")
    assert outcome.result["isBase64Encoded"] is True
    assert base64.b64decode(outcome.result["body"]) == recording.audio()
