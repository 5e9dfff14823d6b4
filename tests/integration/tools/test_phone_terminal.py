"""The phone in the terminal and the demo, against the real application."""

import os
import subprocess
import threading
from collections.abc import Iterable, Iterator

import pytest

from local.http_messages import LocalError
from local.platform import Platform
from local.template.parameters import SURVEY_NUMBER
from tests.command import COMMAND, SECONDS
from tests.support import Caller, eventually
from tools.phone.client import PhoneClient
from tools.phone.terminal import PhoneTerminal

PHONE = "+12025559001"


class Person:
    """Somebody who types lines and reads what the phone shows."""

    def __init__(self, platform: Platform, phone: str = PHONE) -> None:
        self.shown: list[str] = []
        self.terminal = PhoneTerminal(PhoneClient(platform.base_url), phone, self.shown.append)

    def types(self, *lines: str) -> str:
        self.terminal.run(lines)
        return self.text

    @property
    def text(self) -> str:
        return "\n".join(self.shown)


@pytest.fixture
def person(platform: Platform) -> Person:
    return Person(platform)


def in_order(text: str, parts: Iterable[str]) -> bool:
    position = 0
    for part in parts:
        position = text.find(part, position)
        if position < 0:
            return False
    return True


def test_a_text_conversation_is_shown_in_the_terminal(person: Person) -> None:
    text = person.types("text Hello", "anything else is a text too", f"text {SURVEY_NUMBER} and so is this")
    assert in_order(
        text,
        ["you  text     Hello", "app  text", "you  text     anything else", "you  text     and so is this"],
    )


def test_a_call_is_shown_in_the_terminal(platform: Platform) -> None:
    text = Person(platform, "+12025559002").types("call", "press 9", "", "say 4", "quit", "never reached")
    expected = [
        "· ringing",
        "· connected",
        "app  says",
        "… a key or words",
        "you  press    9",
        "es-MX",
        "(silence)",
        "you  say      4  [confidence 0.9]",
        "· the call has ended: you hung up",
    ]
    assert in_order(text, expected), text


def test_help_and_numbers_are_listed_and_mistakes_explained(person: Person) -> None:
    text = person.types("help", "numbers", "hangup", "call +12025550999", "say", "")
    assert "Anything else outside a call" in text
    assert f"{SURVEY_NUMBER}  Surveys" in text
    assert "There is no call." in text
    assert "! The account has no number +12025550999" in text


def test_a_call_from_the_application_rings_the_phone(platform: Platform, caller: Caller) -> None:
    person = Person(platform, "+12025559003")

    def lines() -> Iterator[str]:
        answer = caller.key_post("/voice/initiate-call", {"To": "+12025559003"})
        assert answer.status == 201
        assert eventually(lambda: f"{SURVEY_NUMBER} is calling" in person.text)
        yield "answer"
        assert eventually(lambda: "… a key or words" in person.text)
        yield "hangup"

    person.terminal.run(lines())
    assert in_order(person.text, ["· ringing", "is calling", "· connected", "app  says", "you hung up"])


def test_an_unprompted_text_is_shown(platform: Platform, caller: Caller) -> None:
    person = Person(platform, "+12025559004")

    def lines() -> Iterator[str]:
        assert caller.key_post("/sms/initiate-sms", {"To": "+12025559004"}).status == 201
        assert eventually(lambda: "app  text" in person.text)
        yield "quit"

    person.terminal.run(lines())


def test_the_terminal_can_switch_to_another_phone(platform: Platform) -> None:
    person = Person(platform, "+12025559005")
    text = person.types("call", "as +12025559006", "hangup")
    assert in_order(
        text, ["· connected", "you hung up", "This phone is now +12025559006.", "There is no call."]
    )


def test_the_phone_ends_when_the_platform_has_stopped() -> None:
    class Gone(PhoneClient):
        def __init__(self) -> None:
            super().__init__("http://127.0.0.1:1")
            self.gone = False

        def request(self, method: str, path: str, content: object = None) -> object:
            if self.gone:
                return super().request(method, path, content)
            return {"/phone/numbers": [{"address": SURVEY_NUMBER}]}.get(path, {"events": [], "last": 0})

    client, shown = Gone(), []
    terminal = PhoneTerminal(client, PHONE, shown.append)

    def lines() -> Iterator[str]:
        client.gone = True
        yield "hello"
        yield "never reached"

    terminal.run(lines())
    assert shown[-1] == "  ! The platform does not answer any more."


def test_an_error_of_the_platform_is_shown_and_the_phone_continues(platform: Platform) -> None:
    class Refusing(PhoneClient):
        refuses = False

        def look(self, sid: str) -> dict:
            if self.refuses and threading.current_thread() is threading.main_thread():
                self.refuses = False
                raise LocalError(504, "The application takes too long")
            return super().look(sid)

    client, shown = Refusing(platform.base_url), []
    terminal = PhoneTerminal(client, "+12025559007", shown.append)

    def lines() -> Iterator[str]:
        yield "call"
        client.refuses = True
        yield "press 9"
        yield "hangup"

    terminal.run(lines())
    assert in_order("\n".join(shown), ["! The application takes too long", "you hung up"])


def test_invalid_utf8_is_sent_as_replacement_characters(platform: Platform) -> None:
    port = platform.base_url.rpartition(":")[2]
    run = subprocess.run(
        [*COMMAND, "phone"],
        input=b"\xff\xfe\n",
        env={**os.environ, "PORT": port, "PHONE": "+12025559008"},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    shown = run.stdout.decode()
    assert (run.returncode, run.stderr) == (0, b"")
    assert in_order(shown, ["you  text     ��", "app  text"]), shown
    assert "!" not in shown


def test_the_phone_reads_commands_from_a_pipe(platform: Platform) -> None:
    port = platform.base_url.rpartition(":")[2]
    run = subprocess.run(
        [*COMMAND, "phone"],
        input="text Hello\n",
        env={**os.environ, "PORT": port, "PHONE": "+12025559007", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "app  text" in run.stdout


@pytest.mark.parametrize("setting", [{"PHONE": "ada"}, {"PORT": "http"}])
def test_an_invalid_setting_is_refused_by_name(setting: dict[str, str]) -> None:
    run = subprocess.run(
        [*COMMAND, "phone"],
        env={**os.environ, **setting},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 1
    assert next(iter(setting)) in run.stderr


@pytest.mark.slow
def test_the_demo_shows_every_conversation_and_both_survey_results() -> None:
    run = subprocess.run(
        [*COMMAND, "demo"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    expected = [
        "by SMS",
        "you  text",
        "app  text",
        "by phone",
        "you  press    9",
        "[es-MX",
        '"surveyMedium": "sms"',
    ]
    expected += ['"surveyMedium": "voice"', '"languageSet": "es-MX"']
    expected += ["Ann calls", "Monday to Friday", "sip:berlin", "nobody at this address"]
    assert in_order(run.stdout, [*expected, "Published as ZD", "moving house", "client:mobile", "sevens"])
    assert run.stderr == ""
