"""The page Callbacks in a real browser: a callback and a voicemail that callers have left, and the player."""

import json
import time
from collections.abc import Iterator

import pytest

from local.platform import Platform
from local.twilio.voice.recordings import Recording
from tests.browser.hostile import HOSTILE
from tests.browser.watched_page import WatchedPage
from tests.integration.callback.desk import Desk, new_sid
from tests.integration.callback.queue import QueuedCaller
from tests.support import Caller

MANY = 3000


@pytest.fixture
def desk(platform: Platform, caller: Caller) -> Iterator[Desk]:
    """The team, without the tasks of other tests."""
    clear_tasks(platform)
    yield Desk(platform, caller)
    clear_tasks(platform)


def clear_tasks(platform: Platform) -> None:
    router = platform.stand_in.taskrouter
    for task in router.tasks():
        router.delete(task)
    assert platform.wait_until_idle(60)


def test_a_callback_and_a_voicemail_are_shown_and_the_voicemail_is_played(
    page: WatchedPage, desk: Desk, platform: Platform
) -> None:
    waiting = QueuedCaller(desk)
    waiting.press("*").press("1").press("1")
    recording_sid = new_sid("RE")
    fields = {"RecordingSid": recording_sid, "RecordingUrl": desk.recording_url(recording_sid)}
    desk.created(numberToCall="anonymous", TranscriptionText="I will try again tomorrow.", **fields)
    platform.advance(2400)
    speaking = QueuedCaller(desk, desk.new_number())
    speaking.press("*").press("2").say("My order has not come yet. Please call me back after five.").hang_up()
    assert platform.wait_until_idle(60)
    platform.advance(300)
    number = desk.new_number()
    for message in ("It is about my invoice.", "The number of the invoice is 4711."):
        desk.created(numberToCall=number, message=message, attempts="2", priority="3")
        platform.advance(120)
    page.open("/callbacks")
    page.page.get_by_role("heading", name=waiting.number).wait_for()
    page.page.get_by_text("My order has not come yet").wait_for()
    page.check("callbacks")
    page.page.set_viewport_size({"width": 1400, "height": 900})
    page.page.get_by_role("button", name=f"Play {speaking.number}").click()
    page.page.wait_for_function("document.querySelector('audio')?.readyState >= 2")
    assert page.page.evaluate("document.querySelector('audio').duration") > 0.5
    page.check("callbacks-player")
    page.page.get_by_role("button", name="Close").click()
    page.page.get_by_role("button", name=f"History {waiting.number}").click()
    page.page.get_by_text("Task created").wait_for()
    page.check("callbacks-history")
    page.page.keyboard.press("Escape")
    page.page.get_by_label("Number, words or task SID").fill("invoice")
    page.page.get_by_text("1 of 4", exact=True).wait_for()


class NoAudio(Recording):
    """A recording whose audio is none."""

    def audio(self) -> bytes:
        return 100 * b"no audio "


def test_a_recording_that_no_browser_can_play_is_said_to_be_so(page: WatchedPage, desk: Desk) -> None:
    recording = NoAudio(new_sid("RE"), new_sid("CA"), "", 3, desk.platform.clock.now())
    desk.platform.stand_in.recordings.add(recording)
    desk.created(RecordingSid=recording.sid, RecordingUrl=desk.recording_url(recording.sid))
    page.open("/callbacks")
    page.page.get_by_role("button", name=f"Play {desk.number}").focus()
    page.page.keyboard.press("Enter")
    page.page.get_by_text("The browser cannot play the recording.").wait_for()
    page.page.keyboard.press("Escape")
    page.page.wait_for_function("document.activeElement.ariaLabel?.startsWith('Play')")


def test_without_callbacks_the_page_says_how_to_make_one(page: WatchedPage, desk: Desk) -> None:
    page.open("/callbacks")
    page.page.get_by_text("Nobody waits to be called back").wait_for()
    page.check("callbacks-empty")


def test_hostile_callbacks_run_no_script_and_break_nothing(page: WatchedPage, desk: Desk) -> None:
    data = {
        "numberToCall": HOSTILE,
        "RecordingUrl": "https://elsewhere.example/Recordings/" + HOSTILE,
        "TranscriptionText": HOSTILE,
        "nextOpening": HOSTILE,
        "requests": [{"message": HOSTILE, "flow_execution_sid": HOSTILE, "numberToCallFrom": HOSTILE}],
    }
    add(desk, {"taskType": "voicemail", "message": HOSTILE, "callBackData": data})
    page.open("/callbacks")
    page.page.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.page.get_by_role("button", name="History").click()
    page.page.get_by_text("Task created").wait_for()
    page.check("hostile-callbacks")


def test_thousands_of_callbacks_are_shown_fast(page: WatchedPage, desk: Desk) -> None:
    for number in range(MANY):
        add(desk, {"taskType": "callback", "callBackData": {"numberToCall": f"+1415300{number:04}"}})
    page.open("/callbacks")
    page.page.wait_for_timeout(11_000)  # until the answer is too old to be shown again
    began = time.monotonic()
    page.open("/callbacks")
    page.page.get_by_text(f"place 1 of {MANY:,}").wait_for()
    print(f"{MANY:,} callbacks after {time.monotonic() - began:.2f} s")


def add(desk: Desk, attributes: dict[str, object]) -> None:
    """Add a task as another application would."""
    router = desk.platform.stand_in.taskrouter
    workflow = next(iter(router.workspace.workflows))
    router.create(workflow, json.dumps(attributes), priority=0, timeout=86400, channel="voice")
