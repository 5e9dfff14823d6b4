"""Files that people already have, with a line that cannot be read as it stands: the survey is still asked."""

import pytest

from local.platform import Platform
from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import upload

ODD_LINES = {
    "a comment in Windows-1252": b"# se\xf1or\n",
    "a key of no question in Windows-1252": b"note=se\xf1or\n",
    "a control character in a key of no question": b"note=a\x07b\n",
    "a form feed": b"note=a\x0cb\n",
    "a NUL on a line of its own": b"\x00\n",
    "a conflict marker": b"<<<<<<< HEAD\n",
    "a line of shell": b"export note=1\n",
}


@pytest.fixture(scope="module")
def uploaded(platform: Platform) -> None:
    """Upload a survey for each of these, all before the first test: an upload makes functions start anew."""
    for number, line in enumerate(ODD_LINES.values()):
        upload(platform, f"odd-{number}", CONFIG, en_US=line + ENGLISH.encode(), es_MX=SPANISH)


@pytest.mark.usefixtures("uploaded")
@pytest.mark.parametrize("number", range(len(ODD_LINES)), ids=ODD_LINES)
def test_an_odd_line_of_a_prompt_file_does_not_stop_the_survey(person: People, number: int) -> None:
    someone = person(f"odd-{number}")
    assert someone.texts("hi") == "Welcome.\n\nReply GO, or ES para español."
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
    assert person(f"odd-{number}").calls().says[0] == "Welcome."


def test_a_text_in_windows_1252_is_said_as_it_was_meant(person: People, platform: Platform) -> None:
    upload(platform, "windows", CONFIG, en_US=ENGLISH, es_MX=SPANISH.encode("cp1252"))
    someone = person("windows")
    someone.texts("hi")
    assert someone.texts("es") == "Empecemos.\n\nPrimera: ¿Qué tal?"


def test_a_control_character_is_left_out_of_what_is_said(person: People, platform: Platform) -> None:
    english = ENGLISH.replace("welcome=Welcome.", "welcome=Wel\x07come.").replace("How was", "How\x0b was")
    upload(platform, "control", CONFIG, en_US=english, es_MX=SPANISH)
    someone = person("control")
    assert someone.texts("hi").startswith("Welcome.")
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
    assert person("control").calls().says[0] == "Welcome."


def test_a_byte_of_windows_1252_in_the_questions_does_not_stop_the_survey(
    person: People, platform: Platform
) -> None:
    config = CONFIG.replace(b'"questionRate",', b'"questionRate", "note": "se\xf1or",')
    upload(platform, "windows-json", config, en_US=ENGLISH, es_MX=SPANISH)
    someone = person("windows-json")
    someone.texts("hi")
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
