"""Drafts of survey files: which errors keep one from being saved, and what is heard before it is saved."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.data.survey_files.bucket import StoredFile
from console.data.survey_files.creation import new_language, sample_files, sample_surveys
from console.data.survey_files.drafts import FileDraft, SurveyDraft
from console.data.survey_files.preview import GOODBYE, WELCOME, moments, preview, read_definition
from console.data.survey_files.saving import check_before_saving
from console.data.survey_files.ways import find_ways
from survey.domain.definition import DefinitionError
from switchboard.errors import BadRequest
from tests.data.surveys import CONFIG, ENGLISH, NOW, SPANISH

QUESTIONS = "survey-config.json"
EN, ES = "voice-prompts/survey-en-US.env", "voice-prompts/survey-es-MX.env"
FILES = {QUESTIONS: CONFIG, EN: ENGLISH.encode(), ES: SPANISH.encode()}
KEYS = [line.partition("=")[0] for line in ENGLISH.splitlines()]
FOLLOW_UP = sample_files("follow-up")


def stored(key: str, content: bytes) -> StoredFile:
    return StoredFile(key, content, f'"{hash(content)}"', "v", datetime(2026, 1, 1, tzinfo=UTC), "")


def draft(files: Mapping[str, bytes] = FILES, kept: Mapping[str, FileDraft] | None = None) -> SurveyDraft:
    return SurveyDraft("default", {key: stored(key, content) for key, content in files.items()}, kept or {})


def edit(survey: SurveyDraft, key: str, old: str, new: str) -> None:
    survey.put(key, survey.drafts[key].text.replace(old, new))


def errors(survey: SurveyDraft, *keys: str) -> list[str]:
    found = check_before_saving(survey, keys or survey.changed).errors
    return [f"{one.file}: {one.key}: {one.message}" for one in found]


def test_a_question_without_texts_is_not_saved_before_its_texts() -> None:
    survey = draft()
    edit(survey, QUESTIONS, "questionWhy", "questionHow")
    missing = "questionHow: the text of this question is missing"
    assert errors(survey) == [f"{EN}: {missing}", f"{ES}: {missing}"]
    for key in (EN, ES):
        edit(survey, key, "questionWhy=", "questionHow=")
    assert errors(survey) == []
    assert len(errors(survey, QUESTIONS)) == 2
    assert survey.changed == [ES, EN, QUESTIONS]


def test_warnings_do_not_keep_a_file_from_being_saved() -> None:
    survey = draft()
    edit(survey, EN, "questionWhy=", "questionWhi=typo\nquestionWhy=")
    assert errors(survey) == []
    assert [one.key for one in check_before_saving(survey, [EN]).warnings] == ["questionWhi"]


def test_files_that_were_faulty_before_are_mended_one_after_another() -> None:
    broken = {key: content.replace(b"questionWhy=", b"questionWhi=") for key, content in FILES.items()}
    survey = draft(broken)
    edit(survey, EN, "questionWhi=", "questionWhy=")
    assert errors(survey) == []
    edit(survey, ES, "welcome=", "welcome=\N{BELL}")
    assert errors(survey) != []


def test_drafts_of_a_page_that_was_closed_are_opened_again() -> None:
    survey = draft()
    edit(survey, EN, "Why?", "Why not?")
    kept = {key: survey.drafts[key] for key in survey.changed}
    assert draft(kept=kept).changed == [EN]
    theirs = draft({**FILES, EN: ENGLISH.replace("Goodbye.", "Bye.").encode()}, kept)
    assert theirs.outdated == [EN]
    merged, conflicts = theirs.drafts[EN].merged_with(theirs.saved[EN])
    assert "Why not?" in merged.text
    assert "Bye." in merged.text
    assert conflicts == 0
    assert SurveyDraft("other", {}, kept).drafts == {}


def test_a_file_that_was_deleted_meanwhile_is_saved_as_a_new_one() -> None:
    survey = draft()
    edit(survey, ES, "Última", "Postrera")
    kept = {ES: survey.drafts[ES]}
    left = draft({key: content for key, content in FILES.items() if key != ES}, kept)
    assert left.outdated == [ES]
    left.drafts[ES], _ = left.drafts[ES].merged_with(None)
    assert (left.outdated, left.changed) == ([], [ES])


def test_a_file_that_is_not_utf_8_is_left_alone() -> None:
    survey = draft({**FILES, ES: SPANISH.encode("latin-1")})
    assert not survey.drafts[ES].is_readable
    assert survey.changed == []
    assert survey.contents()[ES] == SPANISH.encode("latin-1")


def test_a_new_language_says_its_own_code_and_keeps_everything_else() -> None:
    survey = draft()
    made = new_language(survey, "fr-CA", ES)
    assert made.key == "voice-prompts/survey-fr-CA.env"
    assert made.text == SPANISH.replace("language=es-MX\nvoice", "language=fr-CA\nvoice")
    for language in ("en-us", "x", "../../etc", ""):
        with pytest.raises(BadRequest, match="language: "):
            new_language(survey, language, ES)


# ── Preview ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_heard_in_its_place_with_language_and_voice() -> None:
    survey = read_definition("default", FILES, "es-MX")
    found = preview(survey, "question questionWhy", "", NOW)
    assert [(line.text, line.language, line.voice) for line in found.lines] == [
        ("Última:", "es-MX", "Polly.Mia"),
        ("¿Por qué?", "es-MX", "Polly.Mia"),
    ]
    assert '<Say language="es-MX" voice="Polly.Mia">¿Por qué?</Say>' in found.twiml
    assert found.message == "Última: ¿Por qué?"
    assert (found.units, found.parts) == (17, 1)  # Ú is not in GSM-7


def test_a_question_that_is_asked_again_says_why() -> None:
    survey = read_definition("default", FILES, "en-US")
    again = preview(survey, "question questionRate", "wrong", NOW)
    silent = preview(survey, "question questionRate", "silence", NOW)
    assert again.lines[-1] == silent.lines[-1]
    assert again.lines[0].text != silent.lines[0].text
    assert again.message.endswith("How was it?")


def test_each_goodbye_of_a_branch_is_heard() -> None:
    survey = read_definition("follow-up", FOLLOW_UP, "en-US")
    said = {moment: preview(survey, moment, "", NOW).message for moment in moments(survey)}
    assert "We wish you all the best" in said["goodbye goodbyeElsewhere"]
    assert said[GOODBYE] == "Thank you, there. Goodbye!"
    assert said[WELCOME].startswith("Hello there")


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=2000), max_size=5))
@settings(max_examples=50, deadline=None)
def test_every_moment_of_a_survey_that_can_be_asked_can_be_shown(texts: dict[str, str]) -> None:
    lines = "\n".join(f"{key}={text}" for key, text in texts.items())
    try:
        survey = read_definition("default", {**FILES, EN: (ENGLISH + lines).encode()}, "en-US")
    except DefinitionError:
        return
    for moment in (*moments(survey), "question gone", "nonsense"):
        for occasion in ("", "wrong", "silence"):
            assert preview(survey, moment, occasion, NOW).twiml.startswith("<Response>")


# ── Ways ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("survey_id", sample_surveys())
def test_ways_beside_each_other_have_lanes_of_their_own(survey_id: str) -> None:
    files = sample_files(survey_id)
    config = next(key for key in files if key.endswith(".json"))
    ways = find_ways(read_definition(survey_id, files, "en-US"), files[config])
    beside = [way for way in ways.ways if way.lane]
    for way in beside:
        low, high = sorted((way.source, way.target))
        for other in beside:
            if other is not way and other.lane == way.lane:
                assert max(other.source, other.target) < low or min(other.source, other.target) > high
    assert len({(way.source, way.slot) for way in beside}) == len(beside)
    assert ways.branches == bool(beside)


def test_ways_are_said_in_words_at_their_lines() -> None:
    config = "surveys/follow-up/survey-config.json"
    ways = find_ways(read_definition("follow-up", FOLLOW_UP, "en-US"), FOLLOW_UP[config])
    assert ways.stops[0].ways == ["questionAttended = no → questionReason", "otherwise → questionRating"]
    assert [stop.line for stop in ways.stops][:3] == [4, 9, 10]
