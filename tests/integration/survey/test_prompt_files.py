"""Prompt files as operators have always written them: what is said, and in which language calls listen."""

import pytest

from local.platform import Platform
from tests.data.surveys import CONFIG, ENGLISH, MINIMAL_CONFIG, SPANISH
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import upload
from tests.support import eventually

QUESTIONS = "questionServiceRate=Rate us\nquestionComment=Any comment\n"
LINES = [
    ("welcome=Which is your #1 choice?", "Which is your #1 choice?"),
    ("welcome = Half # of it  ", "Half # of it"),
    ('welcome="In #quotes"', "In #quotes"),
    ("welcome='In #quotes'", "In #quotes"),
    ('welcome="One" and "two"', 'One" and "two'),
    ('welcome="One" # two', '"One" # two'),
    ("welcome='Tis nice", "'Tis nice"),
    ("welcome=Don't stop", "Don't stop"),
    ("welcome=$5 for ${you} a=b", "$5 for ${you} a=b"),
    ('welcome="First\\nsecond"', "First\nsecond"),
    ("welcome='First\\nsecond'", "First\\nsecond"),
    ("# welcome=No\nwelcome=Yes", "Yes"),
    ("welcome=Old\nwelcome=New", "New"),
    ("export welcome=No\nwelcome=Yes\nodd line", "Yes"),
    ("welcome=Two  spaces\r\n", "Two  spaces"),
]
"""A line of a prompt file, and what is said."""
LANGUAGES = [
    ("es", "language=es-MX\n", "es-MX"),
    ("arb", "", "ar-SA"),
    ("ar-XA", "", "ar-SA"),
    ("cmn-CN", "", "cmn-Hans-CN"),
    ("cmn-TW", "", "cmn-Hant-TW"),
    ("zh-CN", "", "cmn-Hans-CN"),
    ("zh-HK", "", "yue-Hant-HK"),
    ("yue-HK", "", "yue-Hant-HK"),
    ("de-AT", "", "de-DE"),
    ("en-GB-WLS", "", "en-GB"),
    ("fr-BE", "", "fr-FR"),
    ("pa-IN", "", "pa-guru-IN"),
    ("cy-GB", "", None),
    ("cy-GB", "speechLanguage=en-GB\n", "en-GB"),
    ("en-US", "speechLanguage=en-IN\n", "en-IN"),
]
"""A prompt file's language, its own settings, and the language that a call listens in."""


@pytest.fixture(scope="module")
def uploaded(platform: Platform) -> None:
    """Upload a survey for each of these, all before the first test: an upload makes functions start anew."""
    for number, (line, _) in enumerate(LINES):
        upload(platform, f"line-{number}", MINIMAL_CONFIG, en_US=f"\ufeff{line}\n{QUESTIONS}")
    for number, (language, own, _) in enumerate(LANGUAGES):
        upload(platform, f"language-{number}", MINIMAL_CONFIG, **{language: own + QUESTIONS})


@pytest.mark.usefixtures("uploaded")
@pytest.mark.parametrize(("number", "line", "said"), [(number, *line) for number, line in enumerate(LINES)])
def test_a_line_of_a_prompt_file_is_read_to_its_end(
    person: People, number: int, line: str, said: str
) -> None:
    someone = person(f"line-{number}")
    assert someone.texts("hi") == said
    assert someone.calls().says[0].split() == said.split()


@pytest.mark.usefixtures("uploaded")
@pytest.mark.parametrize(
    ("number", "language", "listens"),
    [(number, language, listens) for number, (language, _, listens) in enumerate(LANGUAGES)],
)
def test_a_call_listens_in_a_language_that_gather_knows(
    person: People, number: int, language: str, listens: str | None
) -> None:
    someone = person(f"language-{number}")
    placed = someone.caller.key_post(
        "/voice/initiate-call",
        {"To": someone.number, "surveyId": someone.survey, "defaultLanguage": language},
    )
    assert placed.status == 201
    phone = f"/phone/calls/{placed.json()['callSid']}"
    # The stand-in ends a call whose Gather Twilio would refuse.
    listening = eventually(lambda: someone.caller.local("GET", phone)["listening"])
    assert listening["input"] == ("dtmf speech" if listens else "dtmf")
    assert listening["language"] == (listens or "en-US")
    someone.caller.local("POST", f"{phone}/press", {"digits": "4"})
    if listens:
        someone.caller.local("POST", f"{phone}/say", {"text": "好", "confidence": 0.8})
    else:
        someone.caller.local("POST", f"{phone}/press", {"digits": "1"})
    assert someone.result("COMPLETED")["questions"][0]["answer"] == "4"


def test_the_offer_of_another_language_is_heard_in_the_form_that_gather_knows(person: People) -> None:
    someone = person("offer")
    english = ENGLISH.replace("es-MX", "es")
    upload(someone.platform, "offer", CONFIG, en_US=english, es=SPANISH)
    heard = someone.calls()
    assert heard.gather is not None
    assert heard.gather["language"] == "es-MX"
    heard = someone.speaks(heard, "español")
    assert heard.gather is not None
    assert heard.gather["language"] == "es-MX"


def test_a_survey_in_turkish_takes_capitals_by_text_and_by_voice(platform: Platform, person: People) -> None:
    turkish = (
        "welcome=Merhaba\nwelcomeContinue=başla\nquestionRate=Puan?\nquestionAgain=Tekrar?\n"
        "questionAgainChoices=yes=evet,no=hay\u0131r\nquestionWhy=Neden?\n"
    )
    upload(platform, "turkish", CONFIG, tr_TR=turkish)
    someone = person("turkish")
    answer = someone.caller.key_post(
        "/sms/initiate-sms", {"To": someone.number, "surveyId": "turkish", "defaultLanguage": "tr-TR"}
    )
    assert answer.status == 201
    assert someone.texts("BAŞLA") == "Puan?"
    assert someone.texts("“5\u200b”") == "Tekrar?"
    assert someone.texts("HAYIR") == "Neden?"
    session = someone.session()
    assert session is not None
    assert [answer["text"] for answer in session["answers"]] == ["5", "no"]
    caller = person("turkish")
    heard = caller.goes_to("/voice/survey?surveyId=turkish&defaultLanguage=tr-TR")
    caller.speaks(caller.presses(heard, "5"), "Hay\u0131r.")
    session = caller.session()
    assert session is not None
    assert [answer["text"] for answer in session["answers"]] == ["5", "no"]
