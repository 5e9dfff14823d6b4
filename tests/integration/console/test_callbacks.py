"""The page Callbacks: who waits, in which place, what they have said, and the player of their voicemails."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from console.context import Console
from console.data.callbacks.recording import PATH
from console.pages import ages
from local.platform import Platform
from local.twilio.voice.recordings import Recording
from tests.integration.callback.desk import Desk, new_sid
from tests.integration.console.conftest import Visit
from tests.support import Caller

PATIENCE = 1000
HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}` " + "A" * 1600


@pytest.fixture
def desk(platform: Platform, caller: Caller) -> Iterator[Desk]:
    """The team, without the tasks of other tests."""
    clear_tasks(platform)
    yield Desk(platform, caller)
    for path in ("/twilio/faults", "/aws/faults"):
        caller.local("DELETE", path)
    clear_tasks(platform)


def clear_tasks(platform: Platform) -> None:
    router = platform.stand_in.taskrouter
    for task in router.tasks():
        router.delete(task)
    assert platform.wait_until_idle(30)


def voicemail(desk: Desk, transcript: str = "Please call me about my order.", **fields: str) -> Recording:
    """Leave a voicemail with its transcription."""
    recording = Recording(new_sid("RE"), new_sid("CA"), transcript, 3, desk.platform.clock.now())
    desk.platform.stand_in.recordings.add(recording)
    url = desk.recording_url(recording.sid)
    desk.created(
        RecordingSid=recording.sid,
        RecordingUrl=url,
        TranscriptionSid=recording.transcription_sid,
        TranscriptionText=transcript,
        **fields,
    )
    return recording


async def opened(user: User, words: str) -> None:
    await user.open("/callbacks")
    await user.should_see(words, retries=PATIENCE)


def select(user: User, label: str) -> Any:
    return next(one for one in user.find(ui.select).elements if one.props.get("label") == label)


def test_without_callbacks_the_page_says_how_to_make_one(visit: Visit, desk: Desk) -> None:
    async def act(user: User) -> None:
        await opened(user, "Nobody waits to be called back")

    visit(act)


def test_a_callback_shows_its_place_its_attempts_and_its_message(visit: Visit, desk: Desk) -> None:
    desk.created(numberToCall=desk.new_number())
    desk.created(attempts="2", message="After five, please.")

    async def act(user: User) -> None:
        await opened(user, desk.number)
        await user.should_see("place 2 of 2 in")
        await user.should_see("put back 2 of 10 times")
        await user.should_see("“After five, please.”")

    visit(act)


def test_a_higher_priority_comes_first_in_the_queue(visit: Visit, desk: Desk) -> None:
    desk.created(numberToCall=desk.new_number())
    desk.created(priority="5")

    async def act(user: User) -> None:
        await opened(user, "priority 5")
        select(user, "Kind").set_value("callback")
        await user.should_see("2 of 2")
        select(user, "Queue").set_value(desk.platform.stand_in.taskrouter.workspace.queue_name)
        await user.should_see("place 1 of 2 in")

    visit(act)


def test_the_list_is_filtered_by_kind_and_words(visit: Visit, desk: Desk) -> None:
    asked = desk.new_number()
    desk.created(numberToCall=asked)
    voicemail(desk)

    async def act(user: User) -> None:
        await opened(user, asked)
        await user.should_see("Please call me about my order.")
        select(user, "Kind").set_value("voicemail")
        await user.should_see("1 of 2")
        await user.should_not_see(asked)
        select(user, "Kind").set_value("")
        (words,) = user.find(ui.input).elements
        words.value = asked[-6:]
        await user.should_see("1 of 2")
        await user.should_not_see("Please call me about my order.")
        words.value = "nothing like this"
        await user.should_see("None is like this")

    visit(act)


def test_a_voicemail_is_played_from_the_consoles_own_address(visit: Visit, desk: Desk) -> None:
    recording = voicemail(desk)

    async def act(user: User) -> None:
        await opened(user, desk.number)
        user.find("Play").click()
        await user.should_see(f"Voicemail of {desk.number}")
        await user.should_see(kind=ui.audio, retries=PATIENCE)
        (player,) = user.find(ui.audio).elements
        assert player.source == PATH + recording.sid
        answer = await user.http_client.get(player.source)
        assert (answer.status_code, answer.content) == (200, recording.audio())
        assert answer.headers["content-type"] == "audio/mpeg"
        assert answer.headers["cache-control"] == "no-store"

    visit(act)


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=99999999-", 416, 0, 0),
        ("lines=1-2", 200, 0, None),
        ("bytes=-", 200, 0, None),
    ],
)
def test_the_player_may_ask_for_a_part(
    visit: Visit, desk: Desk, asked: str, status: int, start: int, end: int | None
) -> None:
    recording = voicemail(desk)

    async def act(user: User) -> None:
        answer = await user.http_client.get(PATH + recording.sid, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (status, recording.audio()[start:end])

    visit(act)


def test_a_recording_is_not_given_to_strangers(visit: Visit, desk: Desk) -> None:
    recording = voicemail(desk)

    async def act(user: User) -> None:
        user.http_client.cookies.clear()
        assert (await user.http_client.get(PATH + recording.sid)).status_code == 403

    visit(act)


@pytest.mark.parametrize("sid", ["RE12", "CA" + 32 * "0", "..%2Fhealth"])
def test_what_is_no_recordings_sid_is_not_fetched(visit: Visit, desk: Desk, sid: str) -> None:
    async def act(user: User) -> None:
        assert (await user.http_client.get(PATH + sid)).status_code == 404

    visit(act)


def test_a_recording_that_twilio_does_not_give_can_be_tried_again(visit: Visit, desk: Desk) -> None:
    voicemail(desk)
    desk.fail(r"GET \S+/Recordings/RE", 500, times=100)

    async def act(user: User) -> None:
        await opened(user, desk.number)
        user.find("Play").click()
        await user.should_see("Twilio refuses (500)", retries=PATIENCE)
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.audio)]
        desk.caller.local("DELETE", "/twilio/faults")
        user.find("Try again").click()
        await user.should_see(kind=ui.audio, retries=PATIENCE)

    visit(act)


def test_a_recording_that_is_gone_is_said_to_be_gone(visit: Visit, desk: Desk) -> None:
    recording = voicemail(desk)
    desk.platform.stand_in.recordings.delete(recording.sid)

    async def act(user: User) -> None:
        await opened(user, desk.number)
        user.find("Play").click()
        await user.should_see("The recording does not exist any more.", retries=PATIENCE)

    visit(act)


def test_a_deleted_recording_has_no_player_and_no_transcript(visit: Visit, desk: Desk) -> None:
    voicemail(desk, isDeleted="true")

    async def act(user: User) -> None:
        await opened(user, "The recording was deleted.")
        await user.should_not_see("Play")
        await user.should_not_see("Please call me about my order.")

    visit(act)


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "Restricted", "+7378742833"])
def test_a_withheld_number_is_said_to_be_withheld(visit: Visit, desk: Desk, number: str) -> None:
    voicemail(desk, numberToCall=number)

    async def act(user: User) -> None:
        await opened(user, "Number withheld")

    visit(act)


def test_numbers_and_words_are_masked_until_the_eye_is_pressed(
    visit: Visit, desk: Desk, console: Console
) -> None:
    voicemail(desk)
    desk.created(numberToCall=desk.new_number(), message="Ask for Ada, +14155550199.")
    console.show_numbers = False

    async def act(user: User) -> None:
        await opened(user, f"+***{desk.number[-4:]}")
        for secret in (desk.number, "Ask for Ada", "Please call me about my order."):
            await user.should_not_see(secret)
        for latest in sorted(user.find("History").elements, key=lambda one: one.id)[:1]:
            latest.mark("first")
        user.find(marker="first").click()
        await user.should_see("Task created", retries=PATIENCE)
        await user.should_not_see(desk.number)
        await user.should_not_see("Ask for Ada")

    visit(act)


def test_the_history_tells_of_requests_offers_and_the_agent(visit: Visit, desk: Desk) -> None:
    sid = desk.created(message="First.")
    assert desk.created(message="Second.") == sid
    router, task = desk.platform.stand_in.taskrouter, desk.task(sid)
    worker = next(iter(router.workspace.workers.values()))
    worker.available = True
    router.offer()
    (reservation,) = task.reservations
    router.reject(task, reservation)

    async def act(user: User) -> None:
        await opened(user, desk.number)
        user.find("History").click()
        await user.should_see("Rejected by", retries=PATIENCE)
        for words in ("Asked to be called back", "First.", "Second.", "Task created", sid, worker.name):
            await user.should_see(words)
        await user.should_see("TaskRouter confirmed the task")

    visit(act)


def test_an_agents_own_call_is_no_callback(visit: Visit, desk: Desk) -> None:
    sid = desk.created()
    attributes = {**desk.attributes(sid), "direction": "outbound"}
    desk.platform.stand_in.taskrouter.change(desk.task(sid), attributes=json.dumps(attributes))

    async def act(user: User) -> None:
        await opened(user, "Nobody waits to be called back")

    visit(act)


def test_a_callback_that_an_agent_has_is_not_counted_as_waiting(visit: Visit, desk: Desk) -> None:
    sid = desk.created()
    desk.platform.stand_in.taskrouter.set_status(desk.task(sid), "assigned")

    async def act(user: User) -> None:
        await opened(user, "taken from")
        await user.should_not_see("place 1")
        select(user, "State").set_value("waiting")
        await user.should_see("0 of 1")

    visit(act)


def test_a_voicemail_that_taskrouter_does_not_take_waits_to_be_told(visit: Visit, desk: Desk) -> None:
    sid = new_sid("RE")
    desk.fail(r"POST \S+/Tasks", 503, times=1000)
    assert desk.create(RecordingSid=sid, RecordingUrl=desk.recording_url(sid)).status == 202
    desk.caller.local("DELETE", "/twilio/faults")

    async def act(user: User) -> None:
        await opened(user, "in no queue yet")
        user.find("History").click()
        await user.should_see("TaskRouter is told again", retries=PATIENCE)

    visit(act)
    desk.reconcile_due()
    assert len(desk.open_tasks()) == 1


def test_outside_the_hours_the_next_opening_is_told_by_the_teams_clock(visit: Visit, desk: Desk) -> None:
    attributes = {
        "taskType": "callback",
        "callBackData": {
            "numberToCall": desk.number,
            "mainTimeZone": "America/New_York",
            "nextOpening": "2026-11-30T14:00:00.000Z",
        },
    }
    desk.platform.stand_in.taskrouter.create(
        next(iter(desk.platform.stand_in.taskrouter.workspace.workflows)),
        json.dumps(attributes),
        priority=0,
        timeout=86400,
        channel="voice",
    )

    async def act(user: User) -> None:
        await opened(user, "Mon 30 Nov 2026, 09:00 (America/New_York)")

    visit(act)


def test_hostile_tasks_are_texts_and_break_nothing(visit: Visit, desk: Desk) -> None:
    router = desk.platform.stand_in.taskrouter
    workflow = next(iter(router.workspace.workflows))
    broken: list[Any] = [
        {"taskType": "callback"},
        {"taskType": "voicemail", "callBackData": []},
        {"taskType": "callback", "callBackData": {"numberToCall": 7, "attempts": "x", "requests": [1]}},
        {"taskType": ["callback"], "callBackData": {"numberToCall": "+1"}},
        {
            "taskType": "voicemail",
            "message": {"a": 1},
            "callBackData": {
                "numberToCall": HOSTILE,
                "RecordingSid": "../" + HOSTILE,
                "RecordingUrl": "https://elsewhere.example/a.mp3",
                "TranscriptionText": HOSTILE,
                "nextOpening": HOSTILE,
                "mainTimeZone": "../../" + HOSTILE,
                "utcDateTimeReceived": HOSTILE,
                "requests": [{"message": HOSTILE, "utcDateTimeReceived": "0001-01-01T00:00:00Z"}],
            },
        },
    ]
    for attributes in broken:
        router.create(workflow, json.dumps(attributes), priority=0, timeout=86400, channel="voice")

    async def act(user: User) -> None:
        await opened(user, "<script>alert(1)</script>")
        await user.should_see("No number")
        await user.should_not_see("Play")  # no recording of this account is named
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.html | ui.markdown)]
        for number, one in enumerate(user.find("History").elements):
            one.mark(f"history-{number}")
        for number in range(4):
            user.find(marker=f"history-{number}").click()
        await user.should_see("Task created", retries=PATIENCE)

    visit(act)


def test_what_taskrouter_refuses_is_said(visit: Visit, desk: Desk) -> None:
    desk.fail(r"GET \S+/Tasks", 403, times=100)

    async def act(user: User) -> None:
        await opened(user, "Twilio refuses")

    visit(act)


def test_what_aws_refuses_is_said(visit: Visit, desk: Desk, console: Console) -> None:
    class Refusing:
        """Stands for DynamoDB where a policy forbids it."""

        def __getattr__(self, operation: str) -> Any:
            from botocore.exceptions import ClientError

            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, operation)

    console.stack._clients["dynamodb"] = Refusing()

    async def act(user: User) -> None:
        await opened(user, "not yours")

    visit(act)


def test_thousands_of_callbacks_are_paged(visit: Visit, desk: Desk) -> None:
    router = desk.platform.stand_in.taskrouter
    workflow = next(iter(router.workspace.workflows))
    for number in range(1200):
        attributes = {
            "taskType": "callback",
            "callBackData": {"numberToCall": f"+1415300{number:04}", "attempts": 0},
        }
        router.create(workflow, json.dumps(attributes), priority=0, timeout=86400, channel="voice")

    async def act(user: User) -> None:
        await opened(user, "1,200")
        await user.should_see("place 25 of 1,200")
        await user.should_not_see("place 26 of 1,200")
        (pages,) = user.find(ui.pagination).elements
        pages.value = 48
        await user.should_see("place 1,200 of 1,200")

    visit(act)


def test_ages_follow_a_clock_that_is_moved(
    visit: Visit, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = [0]
    monkeypatch.setattr(ages, "_EVERY_SECONDS", 0.2)
    monkeypatch.setattr(console.stack, "now", lambda: int(time.time() * 1000) + ahead[0])
    began = console.stack.now() - 3_600_000

    async def act(user: User) -> None:
        await user.open("/sip-routes")
        with user.client:
            ages.Ages(console, 0).show(lambda now: f"open for {ages.since(began, now)}")
        await user.should_see("open for 1 h")
        ahead[0] = 86_400_000
        await user.should_see("open for 1 d", retries=PATIENCE)

    visit(act)
