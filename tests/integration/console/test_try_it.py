"""The page Try it: a person texts and calls the app, and sees what that makes happen."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from local.platform import Platform
from tests.integration.console.conftest import Visit
from tests.support import Caller

PATIENCE = 1000
PHONE = "+12025550142"
HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}` " + "A" * 1500


@pytest.fixture(autouse=True)
def new_phone(platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page's first phone be one that nobody has used yet."""
    from console.data import phone_numbers

    events = caller.local("GET", "/phone/events")["events"]
    used = [int(event["phone"][1:]) for event in events if event.get("phone", "").startswith("+1202555")]
    first = max([12025558000, *used]) + 5
    monkeypatch.setattr(phone_numbers, "_FIRST", first)
    monkeypatch.setitem(globals(), "PHONE", f"+{first}")


async def write(user: User, label: str, words: str, button: str) -> None:
    """Fill a field, found by its label for screen readers, and press a button."""
    fields = [one for one in user.find(ui.input).elements if one.props.get("aria-label") == label]
    fields[0].value = words
    user.find(kind=ui.button, content=button).click()


def test_a_text_is_answered_and_followed_to_the_result_file(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        await user.should_see("Here you see the webhook that Twilio sends")
        await write(user, "Message", "Hello", "Send")
        await user.should_see("Reply GO to begin", retries=PATIENCE)
        for step in ("POST /sms/webhook", "SurveySmsWebhook", "survey.started", "SurveyWriteResult"):
            await user.should_see(step, retries=PATIENCE)
        await user.should_see(f"ConfigBucket: survey-results/{PHONE[1:]}.json", retries=PATIENCE)

    visit(act)


def test_a_call_is_heard_answered_by_keys_and_hung_up(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        user.find(kind=ui.button, content="Call").click()
        await user.should_see("We have three short questions", retries=PATIENCE)
        await user.should_see("en-US, Polly.Joanna-Neural", retries=PATIENCE)
        await user.should_see("The app waits for", retries=PATIENCE)
        user.find(kind=ui.button, content="Stay silent").click()
        await user.should_see("First question", retries=PATIENCE)
        user.find(kind=ui.button, content="4").click()
        await user.should_see("presses 4", retries=PATIENCE)
        user.find(kind=ui.button, content="Hang up").click()
        await user.should_see("the call has ended", retries=PATIENCE)
        await user.should_see(kind=ui.button, content="Call", retries=PATIENCE)

    visit(act)


def test_the_phone_rings_and_is_left_to_itself_when_the_page_is_closed(visit: Visit, caller: Caller) -> None:
    def behaviour() -> Any:
        return caller.local("GET", f"/phone/phones/%2B{PHONE[1:]}")["calls"]

    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        for _ in range(PATIENCE):
            if behaviour() == "ring":
                break
            await user.should_see("Try it")
        assert caller.key_post("/voice/initiate-call", {"To": PHONE}).status == 201
        await user.should_see("The app is calling.", retries=PATIENCE)
        user.find(kind=ui.button, content="Answer").click()
        await user.should_see("We have three short questions", retries=PATIENCE)
        user.client.delete()
        await _until(lambda: behaviour() == "answer")

    visit(act)


def test_two_clicks_are_one_call(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from console.data.phone import ConsolePhone

    calls: list[str] = []
    is_answered = threading.Event()
    monkeypatch.setattr(ConsolePhone, "call", lambda _phone, to: (calls.append(to), is_answered.wait(30)))

    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        user.find(kind=ui.button, content="Call").click().click()
        await _until(lambda: bool(calls))
        user.find(kind=ui.button, content="Call").click()
        is_answered.set()

    visit(act)
    assert len(calls) == 1


def test_a_platform_that_answers_again_is_followed_again(
    visit: Visit, console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, is_gone = console.platform.request, [True]

    def asking(method: str, path: str, content: Any = None) -> Any:
        if path.startswith("/activity") and is_gone:
            raise ConnectionRefusedError("refused")
        return request(method, path, content)

    monkeypatch.setattr(console.platform, "request", asking)

    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see("The platform does not answer", retries=PATIENCE)
        is_gone.clear()
        await user.should_see("Here you see the webhook that Twilio sends", retries=PATIENCE)
        await user.should_not_see("The platform does not answer")

    visit(act)


def test_numbers_are_masked_in_what_happens_where_the_operator_wants_it(visit: Visit, console: Any) -> None:
    console.show_numbers = False

    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        await write(user, "Message", "Hello", "Send")
        await user.should_see(f"SurveySessions: +***{PHONE[-4:]} default", retries=PATIENCE)
        await user.should_not_see(f"SurveySessions: {PHONE}")

    visit(act)


async def _until(condition: Callable[[], bool]) -> None:
    import asyncio

    for _ in range(PATIENCE):
        if condition():
            return
        await asyncio.sleep(0.1)
    pytest.fail("it did not happen")


def test_a_page_that_is_loaded_again_keeps_its_call(visit: Visit) -> None:
    async def act(user: User) -> None:
        first = await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        user.find(kind=ui.button, content="Call").click()
        await user.should_see("The app waits for", retries=PATIENCE)
        await user.open("/try")
        await user.should_see("The app waits for", retries=PATIENCE)
        first.delete()
        user.find(kind=ui.button, content="Stay silent").click()
        await user.should_see("First question", retries=PATIENCE)
        await user.should_see("Hang up")

    visit(act)


def test_hostile_words_are_shown_as_they_are(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        await write(user, "Message", HOSTILE, "Send")
        await user.should_see("<script>alert(1)</script>", retries=PATIENCE)
        await user.should_see("POST /sms/webhook", retries=PATIENCE)
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.html | ui.markdown)]

    visit(act)


def test_what_the_platform_refuses_is_said(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        (to,) = (one for one in user.find(ui.select).elements if one.props["label"].startswith("To"))
        to.value = None
        user.find(kind=ui.button, content="Call").click()
        await user.should_see("missing", retries=PATIENCE)

    visit(act)


def test_another_phone_has_another_number(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        user.find("Another phone").click()
        await user.should_see(f"Phone +{int(PHONE[1:]) + 1}", retries=PATIENCE)

    visit(act)


def test_an_agent_takes_a_callback_calls_the_customer_and_completes(visit: Visit, caller: Caller) -> None:
    created = caller.signed_post(
        "/callback/studio/create-callback",
        {"numberToCall": PHONE, "numberToCallFrom": "+12025550102", "message": HOSTILE},
    )
    assert created.status == 200

    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        await user.should_see(f"Callback ({PHONE})", retries=PATIENCE)
        await user.should_see("Waits for an available agent.", retries=PATIENCE)
        (available,) = (one for one in user.find(ui.switch).elements if one.text == "Available")
        available.value = True
        await user.should_see(kind=ui.button, content="Accept", retries=PATIENCE)
        user.find(kind=ui.button, content="Accept").click()
        await user.should_see(kind=ui.button, content="Call back", retries=PATIENCE)
        user.find(kind=ui.button, content="Call back").click().click()
        await user.should_see("The app is calling.", retries=PATIENCE)
        user.find(kind=ui.button, content="Answer").click()
        await user.should_see("You asked to be called back.", retries=PATIENCE)
        assert sum(one["url"].endswith("/Calls.json") for one in caller.twilio_requests()) == 1
        user.find(kind=ui.button, content="Complete").click()
        await user.should_not_see(f"Callback ({PHONE})", retries=PATIENCE)
        available.value = False
        await _until(lambda: not caller.local("GET", "/taskrouter")["workers"][0]["available"])

    visit(act)


def test_time_passes_and_faults_come_and_go(visit: Visit, caller: Caller) -> None:
    before = caller.local("GET", "/clock")["offsetSeconds"]

    async def act(user: User) -> None:
        await user.open("/try")
        user.find("+ 1 minute").click()
        await user.should_see("1 minute later. Scheduled functions that ran:", retries=PATIENCE)
        user.find(kind=ui.button, content="Fail 5 requests").click()
        await user.should_see("5 requests are still to fail", retries=PATIENCE)
        assert caller.local("GET", "/aws/faults")[0]["match"] == "s3.PutObject"
        user.find(kind=ui.button, content="Let nothing fail").click()
        await user.should_not_see("are still to fail", retries=PATIENCE)

    visit(act)
    assert caller.local("GET", "/clock")["offsetSeconds"] == before + 60


def test_looking_at_tasks_leaves_no_trace_in_the_record_of_requests(visit: Visit, caller: Caller) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see("No task waits.", retries=PATIENCE)

    visit(act)
    assert caller.twilio_requests() == []


def cause_buttons(user: User, words: str) -> list[ui.button]:
    """Return the buttons that lead from lines to the activity, oldest first."""
    found = [one for one in user.find(ui.button).elements if one.props.get("aria-label") == words]
    return sorted(found, key=lambda one: one.id)


def press(user: User, found: ui.button) -> None:
    chosen = user.find(ui.button)
    chosen.elements.clear()
    chosen.elements.add(found)
    chosen.click()


def shown_trees(user: User) -> list[ui.element]:
    return [one for one in user.client.elements.values() if {"tree", "shown"} <= set(one.classes)]


def test_lines_lead_to_what_they_caused(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        await write(user, "Message", "Hello", "Send")
        await user.should_see("SurveyWriteResult", retries=PATIENCE)
        assert shown_trees(user) == []
        press(user, cause_buttons(user, "What it caused")[0])
        await _until(lambda: len(shown_trees(user)) == 1)
        (text,) = shown_trees(user)
        user.find(kind=ui.button, content="Call").click()
        await user.should_see("The app waits for", retries=PATIENCE)
        press(user, cause_buttons(user, "What caused it")[-1])
        await _until(lambda: text not in shown_trees(user))
        assert len(shown_trees(user)) == 1

    visit(act)


def test_a_change_shows_the_item_and_the_object_as_they_are_now(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        await write(user, "Message", "Hello", "Send")
        file = f"ConfigBucket: survey-results/{PHONE[1:]}.json"
        for step, part in ((f"SurveySessions: {PHONE} default", '"surveyId"'), (file, '"surveyTo"')):
            await user.should_see(step, retries=PATIENCE)
            (label, *_) = user.find(step).elements
            details = next(one for one in label.ancestors() if one.tag == "details")
            for listener in details._event_listeners.values():
                if listener.type == "toggle":
                    user.client.handle_event({"id": details.id, "listener_id": listener.id, "args": {}})
            await user.should_see(part, retries=PATIENCE)
            await user.should_see("As it is now")

    visit(act)


def test_a_caller_waits_in_the_queue_and_an_agent_takes_the_call(visit: Visit, caller: Caller) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        user.find("A caller in the queue").click()
        await user.should_see("Please wait while we direct your call", retries=PATIENCE)
        (available,) = (one for one in user.find(ui.switch).elements if one.text == "Available")
        available.value = True
        await user.should_see(kind=ui.button, content="Accept", retries=PATIENCE)
        user.find(kind=ui.button, content="Accept").click()
        await user.should_see("out of the queue: bridged", retries=PATIENCE)
        available.value = False
        await _until(lambda: not caller.local("GET", "/taskrouter")["workers"][0]["available"])

    visit(act)


def test_a_sip_phone_calls_an_address_and_a_phone_is_put_away(visit: Visit, console: Any) -> None:
    async def act(user: User) -> None:
        await user.open("/try")
        await user.should_see(f"Phone {PHONE}", retries=PATIENCE)
        press(
            user,
            next(
                b for b in user.find(ui.button).elements if b.props.get("aria-label") == f"Put away {PHONE}"
            ),
        )
        await user.should_not_see(f"Phone {PHONE}", retries=PATIENCE)
        user.find("A SIP phone").click()
        await user.should_see("Phone sip:ada@office.example.com", retries=PATIENCE)
        await user.should_not_see("Messages")
        user.find(kind=ui.button, content="Call").click()
        await user.should_see("POST /inbound-sip-router", retries=PATIENCE)
        assert console.kept["phones"] == ["sip:ada@office.example.com"]

    visit(act)
