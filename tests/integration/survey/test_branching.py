"""The follow-up survey of config-files/: branches, richer kinds of questions, a recording."""

from typing import Any

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from local.platform import Platform
from local.template.parameters import SURVEY_NUMBER
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Heard, Respondent, upload
from tests.support import Caller, eventually

FOLDER = PROJECT_ROOT / "config-files" / "surveys" / "follow-up"
RECORDING = "RE" + "5" * 32


@pytest.fixture(autouse=True)
def _follow_up(platform: Platform) -> None:
    prompts = {
        language.replace("-", "_"): (FOLDER / "voice-prompts" / f"survey-{language}.env").read_bytes()
        for language in ("en-US", "es-MX")
    }
    upload(platform, "follow-up", (FOLDER / "survey-config.json").read_bytes(), **prompts)


def _values(result: dict[str, Any]) -> dict[str, Any]:
    return {question["questionName"]: question["value"] for question in result["questions"]}


def _record(someone: Respondent, heard: Heard, **fields: str) -> Heard:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{someone.platform.account_sid}/Recordings/{RECORDING}"
    made = {"RecordingSid": RECORDING, "RecordingUrl": url, "RecordingDuration": "7", "Digits": "#"}
    return someone.goes_to(heard.action, **made | fields)


def _report(someone: Respondent, path: str, **fields: str) -> None:
    _report_of(_session_id(someone), someone, path, **fields)


def _session_id(someone: Respondent) -> str:
    session = someone.session()
    assert session is not None
    return str(session["sessionId"])


def _report_of(session: str, someone: Respondent, path: str, **fields: str) -> None:
    query = f"surveyId=follow-up&session={session}&respondent=%2B{someone.number[1:]}"
    form = {
        "AccountSid": someone.platform.account_sid,
        "CallSid": someone.call_sid,
        "RecordingSid": RECORDING,
    }
    answer = someone.caller.signed_post(f"/voice/survey/{path}?{query}", form | fields)
    assert answer.status == 204, answer.text


def test_a_respondent_who_did_not_come_is_asked_why_and_when_instead(person: People) -> None:
    someone = person("follow-up")
    assert someone.texts("hi").startswith("Hello there, this is our clinic. May we ask")
    assert someone.texts("ok") == "Thank you.\n\nFirst: Did you come to your appointment?"
    assert someone.texts("No") == (
        "Next: Why could you not come?\n1. I was ill\n2. I forgot it\n3. I went elsewhere"
    )
    assert someone.texts("2") == "One last question: When would you like to come again?"
    assert someone.texts("March 5th 2030") == "Thank you, there. Goodbye!"
    assert _values(someone.result("COMPLETED")) == {
        "questionAttended": False,
        "questionReason": "forgot",
        "questionNext": "2030-03-05",
    }


def test_an_answer_ends_the_survey_early_with_a_goodbye_of_its_own(person: People) -> None:
    someone = person("follow-up")
    for body in ("hi", "ok", "no"):
        someone.texts(body)
    assert someone.texts("elsewhere") == "Thank you for telling us. We wish you all the best. Goodbye!"
    assert someone.result("COMPLETED")["questionIndex"] == 2


def test_an_empty_recording_counts_as_silence(person: People) -> None:
    someone = person("follow-up")
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "1"), "2")
    assert heard.record is not None
    question = heard.says[-1]
    heard = _record(someone, heard, RecordingDuration="0")
    assert (heard.says[-1], heard.record is not None) == (question, True)
    assert _record(someone, heard, RecordingDuration="").says[-1] == "How many minutes did you wait?"


def test_a_bad_rating_by_phone_is_followed_by_a_recording_whose_transcription_comes_later(
    person: People,
) -> None:
    someone = person("follow-up")
    heard = someone.presses(someone.presses(someone.calls(), "1"), "1")
    assert heard.says[-1].startswith("Next: How was it") or heard.says[-1].startswith("How was it")
    heard = someone.presses(heard, "2")
    assert heard.record is not None
    assert (heard.record["maxLength"], heard.record["transcribe"]) == ("90", "true")
    heard = _record(someone, heard)
    assert heard.says[-1] == "How many minutes did you wait?"
    heard = someone.speaks(heard, "about twenty minutes")
    heard = someone.speaks(heard, "the fifth of March twenty thirty")
    assert heard.hangs_up
    before = someone.result("COMPLETED")["questions"][2]
    assert (before["value"], before["recordingSid"], before["recordingSeconds"]) == (None, RECORDING, 7)
    assert before["answer"].endswith(RECORDING)

    _report(someone, "recording", RecordingStatus="completed", RecordingDuration="7")
    _report(someone, "transcription", TranscriptionStatus="completed", TranscriptionText="I waited.")
    _report(someone, "transcription", TranscriptionStatus="completed", TranscriptionText="I waited.")

    def transcribed() -> dict[str, Any] | None:
        found = someone.result("COMPLETED")["questions"][2]
        return found if found["value"] else None

    after = eventually(transcribed)
    assert after is not None
    assert (after["answer"], after["value"], after["recordingStatus"]) == (
        "I waited.",
        "I waited.",
        "completed",
    )
    assert _values(someone.result("COMPLETED")) == {
        "questionAttended": True,
        "questionRating": 2,
        "questionStory": "I waited.",
        "questionWaited": 20,
        "questionNext": "2030-03-05",
    }


def test_a_transcription_that_comes_before_the_answer_and_during_the_call_is_kept(person: People) -> None:
    someone = person("follow-up")
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "1"), "1")
    _report(someone, "transcription", TranscriptionStatus="completed", TranscriptionText="Early words")
    heard = _record(someone, heard)
    _report(someone, "recording", RecordingStatus="completed")
    heard = someone.presses(heard, "15")
    assert "When would you like" in heard.says[-1]
    someone.presses(heard, "03052030")
    assert _values(someone.result("COMPLETED"))["questionStory"] == "Early words"


def test_a_transcription_that_is_reported_as_failed_once_its_words_are_there_stays_completed(
    person: People,
) -> None:
    someone = person("follow-up")
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "1"), "1")
    heard = _record(someone, heard)
    _report(someone, "transcription", TranscriptionStatus="completed", TranscriptionText="All the words")
    _report(someone, "transcription", TranscriptionStatus="failed")
    someone.presses(someone.presses(heard, "15"), "03052030")
    story = someone.result("COMPLETED")["questions"][2]
    assert (story["value"], story["transcriptionStatus"]) == ("All the words", "completed")


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 400}, {"delaySeconds": 30}])
def test_a_transcription_that_comes_while_the_table_fails_is_stored_afterwards(
    person: People, fault: dict[str, int]
) -> None:
    someone = person("follow-up")
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "1"), "1")
    heard = _record(someone, heard)
    session = _session_id(someone)
    someone.caller.local("POST", "/aws/faults", {"match": "dynamodb", "times": 1000, **fault})
    _report_of(session, someone, "transcription", TranscriptionStatus="completed", TranscriptionText="Later")
    someone.caller.local("DELETE", "/aws/faults")
    heard = someone.presses(heard, "15")
    someone.presses(heard, "03052030")
    assert eventually(lambda: _values(someone.result("COMPLETED"))["questionStory"]) == "Later"


def test_silence_instead_of_a_recording_is_asked_again_twice_and_skipped(person: People) -> None:
    someone = person("follow-up")
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "1"), "1")
    for _ in range(3):
        assert heard.record is not None
        heard = someone.is_silent(heard)
    assert heard.says[-1] == "How many minutes did you wait?"


def test_a_report_of_a_session_that_is_gone_changes_nothing(person: People, caller: Caller) -> None:
    someone = person("follow-up")
    query = f"surveyId=follow-up&session={'0' * 32}&respondent=%2B{someone.number[1:]}"
    form = {
        "AccountSid": someone.platform.account_sid,
        "CallSid": someone.call_sid,
        "RecordingSid": RECORDING,
    }
    for fields in ({}, {"TranscriptionText": "x" * 3000}, {"RecordingSid": "nonsense"}):
        answer = caller.signed_post(f"/voice/survey/transcription?{query}", {**form, **fields})
        assert answer.status == 204
    assert someone.session() is None


def test_a_survey_that_began_by_phone_continues_in_whatsapp_on_its_branch(person: People) -> None:
    someone = person("follow-up")
    someone.presses(someone.presses(someone.calls(), "1"), "1")
    someone.call_ends()
    someone.result("ABANDONED")
    whatsapp = {"From": f"whatsapp:{someone.number}", "To": "whatsapp:+12025550100"}
    someone.texts("hello", **whatsapp)
    assert "How was it, from one to five?\n1. very bad\n5. very good" in someone.texts("ok", **whatsapp)
    helped = someone.texts("very good", ButtonPayload="5", **whatsapp)
    assert helped.startswith("Next: What was good? You may choose several.\n1. ")
    assert someone.texts("nurses and the doctor", **whatsapp) == "Next: How many minutes did you wait?"
    someone.texts("5 min", **whatsapp)
    someone.texts("5 March 2030", **whatsapp)
    result = someone.result("COMPLETED")
    assert result["surveyMedium"] == "whatsapp"
    assert result["surveyTo"] == someone.number[1:]
    assert _values(result)["questionHelped"] == ["nurses", "doctor"]


def test_fields_of_the_start_fill_placeholders_escaped_in_twiml(person: People, caller: Caller) -> None:
    someone = person("follow-up")
    fields = {"To": someone.number, "surveyId": "follow-up", "name": "Ada & <Bob>", "clinic": "{name} Clinic"}
    assert caller.key_post("/voice/initiate-call", fields, as_json=True).status == 201
    heard = someone.goes_to(
        f"/voice/survey?surveyId=follow-up&session={(someone.session() or {})['sessionId']}",
        CallSid=(someone.session() or {})["callSid"],
        Direction="outbound-api",
        From=SURVEY_NUMBER,
        To=someone.number,
    )
    assert heard.says[0].startswith("Hello Ada & <Bob>, this is {name} Clinic.")
