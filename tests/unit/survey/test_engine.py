"""The state machine: any order of replies, silences, repetitions and endings keeps its promises."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.answers import Reply
from survey.domain.definition import Definition
from survey.domain.dialogue import prompt
from survey.domain.engine import MAX_ATTEMPTS, advance, answer_after_hangup, start_session
from survey.domain.session import Session
from survey.turns import MAX_SUPERSEDED_BYTES
from tests.data.surveys import LIFETIME, MINIMAL_CONFIG, MINIMAL_PROMPTS, NOW, definition, entered

SURVEYS = {language: definition(language) for language in ("en-US", "es-MX")}
MINIMAL = definition(config=MINIMAL_CONFIG, prompts=MINIMAL_PROMPTS)


def sms(text: str) -> Reply:
    return Reply(text, "sms")


def answers_of(session: Session) -> list[str]:
    return [answer.text for answer in session.answers]


def test_an_sms_talk_from_welcome_to_goodbye() -> None:
    survey = SURVEYS["en-US"]
    session = entered(survey)
    assert prompt(session, survey, "sms").message == "Welcome.\n\nReply GO, or ES para español."
    session = advance(session, survey, sms("hello?"), NOW)
    assert prompt(session, survey, "sms").message == "Welcome.\n\nReply GO, or ES para español."
    session = advance(session, survey, sms(" gO "), NOW)
    assert prompt(session, survey, "sms").message == "Let us begin.\n\nFirst: How was it?"
    session = advance(session, survey, sms("four"), NOW)
    assert prompt(session, survey, "sms").message == "Next: Again?"
    session = advance(session, survey, sms("Yeah!"), NOW)
    assert prompt(session, survey, "sms").message == "Last: Why?"
    session = advance(session, survey, sms("Because 😀"), NOW)
    assert prompt(session, survey, "sms").message == "Goodbye."
    assert session.status == "COMPLETED"
    assert session.state == "post-survey"
    assert session.ended_at == NOW
    assert answers_of(session) == ["4", "yes", "Because 😀"]
    assert [answer.confidence for answer in session.answers] == ["sms", "sms", "sms"]


@pytest.mark.parametrize("reply", ["es", "ESPAÑOL", "espanol", " Es. "])
def test_an_sms_reply_switches_language_and_begins(reply: str) -> None:
    session = advance(entered(SURVEYS["en-US"]), SURVEYS["en-US"], sms(reply), NOW)
    assert session.language == "es-MX"
    assert prompt(session, SURVEYS["es-MX"], "sms").message == "Empecemos.\n\nPrimera: ¿Qué tal?"


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        (Reply("9", "dtmf"), "es-MX"),
        (Reply("1", "dtmf"), "en-US"),
        (Reply("Español, por favor.", "speech", 0.9), "es-MX"),
        (Reply("espanol", "speech", 0.9), "es-MX"),
        (Reply("nine", "speech", 0.9), "es-MX"),
        (Reply("el nueve", "speech", 0.9), "es-MX"),
        (Reply("English", "speech", 0.9), "en-US"),
        (None, "en-US"),
    ],
)
def test_a_caller_chooses_the_other_language_or_continues(reply: Reply | None, language: str) -> None:
    session = advance(entered(SURVEYS["en-US"], "voice"), SURVEYS["en-US"], reply, NOW)
    assert session.language == language
    assert session.state == "question_wait"
    assert session.question == "questionRate"


def test_a_wrong_answer_is_explained_twice_and_then_skipped() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey), survey, sms("go"), NOW)
    for reply in ("9", "purple"):
        session = advance(session, survey, sms(reply), NOW)
        assert (
            prompt(session, survey, "sms").message
            == "Please answer with a number from 1 to 5.\n\nHow was it?"
        )
    session = advance(session, survey, sms("zero"), NOW)
    assert session.answers[0].skipped
    assert session.answers[0].said == "zero"
    assert prompt(session, survey, "sms").message == "Let us leave that one and go on.\n\nNext: Again?"


def test_silence_repeats_the_question_twice_and_then_skips_it() -> None:
    survey = SURVEYS["es-MX"]
    session = advance(entered(survey, "voice"), survey, None, NOW)
    for _ in range(2):
        session = advance(session, survey, None, NOW)
        assert [line.text for line in prompt(session, survey, "voice").lines] == [
            "Disculpe, no escuché su respuesta.",
            "¿Qué tal?",
        ]
    session = advance(session, survey, None, NOW)
    assert session.answers[0].skipped
    assert session.question == "questionAgain"


def test_skipping_every_question_completes_the_survey() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey, "voice"), survey, None, NOW)
    for _ in range(MAX_ATTEMPTS * len(survey.questions)):
        session = advance(session, survey, None, NOW)
    assert session.status == "COMPLETED"
    assert [line.text for line in prompt(session, survey, "voice").lines] == [
        "Let us leave that one and go on.",
        "Goodbye.",
    ]


def test_the_older_minimal_form_begins_at_once_by_phone() -> None:
    session = entered(MINIMAL, "voice")
    spoken = prompt(session, MINIMAL, "voice")
    assert [line.text for line in spoken.lines] == ["Welcome.", "Rate us"]
    assert spoken.listening is not None
    assert (spoken.listening.digits, spoken.listening.language) == (1, "en-US")


def test_the_older_minimal_form_continues_after_any_text_message() -> None:
    session = advance(entered(MINIMAL), MINIMAL, sms("whatever"), NOW)
    assert prompt(session, MINIMAL, "sms").message == "Rate us"
    session = advance(session, MINIMAL, sms("8 or so"), NOW)
    session = advance(session, MINIMAL, sms("none"), NOW)
    assert answers_of(session) == ["8 or so", "none"]
    assert prompt(session, MINIMAL, "sms").message == "Thank you for your time. Goodbye!"


def test_an_abandoned_call_resumes_at_the_open_question_after_the_welcome() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey, "voice"), survey, None, NOW)
    session = advance(session, survey, Reply("5", "dtmf"), NOW)
    session = session.end("ABANDONED", NOW)
    again = entered(survey, "sms", previous=session, now=NOW + 1000)
    assert again.session_id == session.session_id
    assert again.status == "STARTED"
    assert prompt(again, survey, "sms").message.startswith("Welcome.")
    again = advance(again, survey, sms("go"), NOW + 2000)
    assert prompt(again, survey, "sms").message == "Let us begin.\n\nNext: Again?"
    assert answers_of(again) == ["5"]


@pytest.mark.parametrize("status", ["EXPIRED", "OPTED_OUT", "NO_ANSWER"])
def test_an_ended_survey_without_answers_starts_a_new_session(status: str) -> None:
    survey = SURVEYS["en-US"]
    ended = entered(survey).end(status, NOW)  # type: ignore[arg-type]
    again = entered(survey, previous=ended, now=NOW + 1000)
    assert again.session_id != ended.session_id
    assert again.version == ended.version + 1


def test_an_expired_session_is_not_resumed() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey), survey, sms("go"), NOW)
    session = advance(session, survey, sms("5"), NOW)
    assert session.is_resumable(NOW + LIFETIME - 1)
    assert not session.is_resumable(NOW + LIFETIME)


def test_the_reply_to_a_question_that_was_removed_is_stored() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey), survey, sms("go"), NOW)
    shorter = replace(survey, questions=survey.questions[1:])
    assert prompt(session, shorter, "sms").message
    session = advance(session, shorter, sms("5 stars"), NOW)
    assert session.answers[0].question == "questionRate"
    assert answers_of(session) == ["5 stars"]
    assert session.question == "questionAgain"


def test_a_question_added_at_the_front_is_asked_too() -> None:
    survey = SURVEYS["en-US"]
    shorter = replace(survey, questions=survey.questions[1:])
    session = advance(entered(shorter), shorter, sms("go"), NOW)
    session = advance(session, survey, sms("yes"), NOW)
    assert session.question == "questionRate"


def test_no_question_is_open_while_the_welcome_waits_again() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey), survey, sms("go"), NOW)
    session = entered(survey, "voice", session)
    for _ in range(3):
        session = advance(session, survey, sms("en"), NOW)
    assert (session.state, session.attempts, session.question) == ("welcome_wait", 3, "")


def test_a_key_pressed_at_the_welcome_while_hanging_up_answers_no_question() -> None:
    survey = SURVEYS["en-US"]
    session = advance(entered(survey, "voice"), survey, None, NOW)
    session = advance(session, survey, Reply("5", "dtmf"), NOW).end("ABANDONED", NOW)
    session = entered(survey, "voice", session).end("ABANDONED", NOW)
    after = answer_after_hangup(session, survey, Reply("1", "dtmf"), NOW)
    assert answers_of(after) == ["5"]


# ── Properties ────────────────────────────────────────────────────────────────────────────────────

REPLIES = st.one_of(
    st.builds(
        Reply,
        st.sampled_from(["go", "es", "en", "9", "3", "five", "cinco", "yes", "no", "", "sí"]),
        st.just("sms"),
    ),
    st.builds(Reply, st.text(max_size=30), st.sampled_from(["sms", "speech", "dtmf"])),
    st.builds(Reply, st.text("0123456789*#", max_size=3), st.just("dtmf")),
    st.none(),
)
EVENTS = st.lists(
    st.one_of(
        REPLIES.map(lambda reply: ("reply", reply)),
        st.just(("enter voice", None)),
        st.just(("enter sms", None)),
        st.sampled_from(["ABANDONED", "OPTED_OUT", "EXPIRED", "NO_ANSWER"]).map(
            lambda status: (status, None)
        ),
        st.integers(0, 2).map(lambda left_out: ("config", left_out)),
        st.integers(0, 2 * LIFETIME).map(lambda pause: ("pause", pause)),
    ),
    max_size=40,
)


def _apply(session: Session, event: str, value: object, survey: Definition, now: int) -> Session:
    if event == "reply":
        assert value is None or isinstance(value, Reply)
        return advance(session, survey, value, now)
    if event.startswith("enter"):
        if session.status == "COMPLETED":
            return session
        return entered(survey, "voice" if event.endswith("voice") else "sms", session, now)
    return session.end(event, now)  # type: ignore[arg-type]


@given(EVENTS)
def test_answers_are_kept_and_counted_once_in_any_order_of_events(events: list[tuple[str, object]]) -> None:
    surveys = dict(SURVEYS)
    session, now = entered(SURVEYS["en-US"]), NOW
    for event, value in events:
        if event == "config":
            assert isinstance(value, int)
            surveys = {
                language: replace(survey, questions=survey.questions[:value] + survey.questions[value + 1 :])
                for language, survey in SURVEYS.items()
            }
            continue
        if event == "pause":
            assert isinstance(value, int)
            now += value
            continue
        survey = surveys[session.language]
        before, session = session, _apply(session, event, value, survey, now)

        if session != before:
            assert session.version == before.version + 1
        if session.session_id == before.session_id:
            assert session.answers[: len(before.answers)] == before.answers
            assert before.question_index <= session.question_index <= before.question_index + 1
        if before.status == "COMPLETED":
            assert session == before
        asked = [answer.question for answer in session.answers]
        assert len(asked) == len(set(asked))
        # Before a question is open, they count welcomes.
        assert 0 <= session.attempts < MAX_ATTEMPTS or not session.question
        assert session.state != "welcome_wait" or not session.question
        assert session.question not in asked
        assert (session.ended_at is None) == session.is_open
        said = prompt(session, surveys[session.language], session.medium)
        assert said == prompt(session, surveys[session.language], session.medium)
        assert said.message
        assert len(said.message) <= 1600


@given(st.lists(REPLIES, min_size=20, max_size=20), st.sampled_from(["en-US", "es-MX"]))
def test_a_call_ends_after_a_bounded_number_of_turns(replies: list[Reply | None], language: str) -> None:
    session = entered(SURVEYS[language], "voice")
    for reply in replies:
        session = advance(session, SURVEYS[session.language], reply, NOW)
    assert session.status == "COMPLETED"
    assert session.question_index == len(SURVEYS[language].questions)


@given(st.lists(st.text(max_size=5), max_size=30))
def test_a_session_remembers_only_the_latest_messages(ids: list[str]) -> None:
    session = entered(SURVEYS["en-US"])
    for message_id in ids:
        session = session.with_message(message_id)
    assert len(session.processed_ids) <= 16
    assert not session.has_processed("")
    if ids and ids[-1]:
        assert session.has_processed(ids[-1])


def test_a_repeated_question_name_is_asked_twice() -> None:
    survey = definition(
        config=b'{"questions": [{"questionName": "q", "questionType": "speech"},'
        b'{"questionName": "q", "questionType": "speech"}]}',
        prompts="q=What else?\n",
    )
    session = start_session(
        survey, previous=None, respondent="+15555550123", medium="sms", session_id="0", now=NOW, lifetime=1
    )
    assert prompt(session, survey, "sms").message == "What else?"
    session = advance(session, survey, sms("this"), NOW)
    session = advance(session, survey, sms("that"), NOW)
    assert answers_of(session) == ["this", "that"]
    assert session.status == "COMPLETED"


@pytest.mark.parametrize(("questions", "kept"), [(3, 1000), (37, 1000), (200, 187)])
def test_the_longest_survey_with_the_longest_answers_fits_into_one_item(questions: int, kept: int) -> None:
    names = [f"q{number}".ljust(100, "x") for number in range(questions)]
    config = {"questions": [{"questionName": name, "questionType": "speech"} for name in names]}
    prompts = "".join(f"{name}=?\n" for name in names)
    survey = definition(config=json.dumps(config).encode(), prompts=prompts)
    session = entered(survey, "voice")
    for _ in names:
        session = advance(session, survey, Reply("😀" * 2000, "speech", 0.9), NOW)
    assert session.status == "COMPLETED"
    assert {len(answer.text) for answer in session.answers} == {kept}
    session = replace(session, superseded="x" * MAX_SUPERSEDED_BYTES, processed_ids=("SM" + "0" * 32,) * 16)
    assert len(json.dumps(asdict(session), ensure_ascii=False).encode()) < 400 * 1024
