"""The decisions on text messages and on calls' webhooks, played without storage."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain import call_turn, text_message
from survey.domain.answers import Reply
from survey.domain.call_turn import CallTurn
from survey.domain.decision import Context, Decision
from survey.domain.definition import Definition, DefinitionUnavailableError, SurveyRef, UnusableError
from survey.domain.dialogue import Prompt, summary
from survey.domain.result import parse_result_key, result_content, result_key
from survey.domain.session import RespondentState, Session
from survey.domain.text_message import Message
from tests.data.surveys import LIFETIME, NOW, definition

WELCOME = "Welcome.\n\nReply GO, or ES para español."
FIRST = "Let us begin.\n\nFirst: How was it?"
APOLOGY = "We are sorry, our survey is not available right now. Please try again later."
REF = SurveyRef("default", "en-US")
SURVEYS: dict[str, Definition] = {language: definition(language) for language in ("en-US", "es-MX")}
NUMBER, OURS = "+15555550123", "+15555550100"
CALL, OTHER_CALL = "CA" + "1" * 32, "CA" + "2" * 32


class Respondent:
    """A respondent whose session is stored here after each turn."""

    def __init__(self, **settings: int) -> None:
        self.session: Session | None = None
        self.opted_out = False
        self.now = NOW
        self.survey: UnusableError | None = None
        self.decision = Decision()
        self._ids = (f"{number:032x}" for number in itertools.count())
        self._context = Context(NOW, LIFETIME, "", True, 20, 100)
        self._context = replace(self._context, **settings)  # type: ignore[arg-type]

    def text(self, body: str, opt_out_type: str = "", message_id: str = "") -> str:
        """Send a message and return the reply, empty for none."""
        ids = (message_id or f"SM{next(self._ids)}",)
        message = Message(NUMBER, OURS, body, opt_out_type, ids, "", REF)
        state = RespondentState((self.session,) if self.session else (), self.opted_out)
        session = text_message.find_session(state, message, self.now)
        survey = self._find(text_message.survey_to_ask(session, message, self.now))
        return self._store(text_message.decide(state, session, message, survey, self._now()))

    def call(self, reply: Reply | None = None, **turn: str | bool) -> str:
        """Take a turn of a call; without a step the call begins."""
        webhook = replace(CallTurn(CALL, NUMBER, REF, reply=reply), **turn)  # type: ignore[arg-type]
        survey = self._find(call_turn.survey_to_ask(self.session, webhook, self.now))
        return self._store(call_turn.decide(self.session, webhook, survey, self._now()))

    def answer(self, reply: Reply | None, call_sid: str = CALL) -> str:
        """Answer the open step of the call."""
        assert self.session is not None
        turn = {"session_id": self.session.session_id, "step": str(self.session.version)}
        return self.call(reply, call_sid=call_sid, **turn)

    def hang_up(self, call_sid: str = CALL) -> None:
        assert self.session is not None
        ended = call_turn.end_call(self.session, call_sid, self.session.session_id, "ABANDONED", self.now)
        self._store(ended)

    def _find(self, ref: SurveyRef) -> Definition | UnusableError:
        return self.survey or SURVEYS[ref.language]

    def _now(self) -> Context:
        return replace(self._context, now=self.now, session_id=next(self._ids))

    def _store(self, decision: Decision) -> str:
        self.decision = decision
        self.session = decision.session or self.session
        return _words(decision.reply)


def _words(prompt: Prompt | None) -> str:
    return prompt.message if prompt else ""


def digits(text: str) -> Reply:
    return Reply(text, "dtmf")


def test_a_survey_by_text_in_the_other_language() -> None:
    someone = Respondent()
    replies = [someone.text(body) for body in ("hi", "es", "cinco", "sí", "porque sí", "¿hola?")]
    assert replies == [
        WELCOME,
        "Empecemos.\n\nPrimera: ¿Qué tal?",
        "Siguiente: ¿Otra vez?",
        "Última: ¿Por qué?",
        "Hasta luego.",
        "Ya contestó.",
    ]
    assert someone.session is not None
    assert summary(someone.session, SURVEYS["es-MX"].prompts) == (
        "Gracias por contestar nuestra encuesta. Sus respuestas: \n1: 5\n2: yes\n3: porque sí"
    )


def test_a_message_delivered_again_gets_the_current_reply_and_changes_nothing() -> None:
    someone = Respondent()
    someone.text("hi")
    assert someone.text("go", message_id="SM1") == FIRST
    before = someone.session
    assert someone.text("go", message_id="SM1") == FIRST
    assert someone.session is before


def test_help_repeats_the_open_question_and_counts_as_a_reply() -> None:
    someone = Respondent(replies_per_day=2)
    someone.text("hi")
    someone.text("go")
    assert [someone.text("HELP") for _ in range(2)] == [FIRST, ""]
    assert someone.text("5") == "Next: Again?"


def test_a_respondent_who_opted_out_gets_no_reply_and_can_opt_in() -> None:
    someone = Respondent()
    someone.opted_out = True
    assert (someone.text("hi"), someone.decision) == ("", Decision())
    assert (someone.text("UNSTOP"), someone.decision) == ("", Decision(opts_in=True))


def test_a_keyword_that_twilio_answers_is_ignored_unless_the_welcome_asked_for_it() -> None:
    someone = Respondent()
    assert someone.text("start", "START") == ""
    someone.text("hi")
    assert someone.text("info", "HELP") == ""
    assert someone.text("start", "START") == FIRST


def test_a_message_starts_no_survey_if_the_setting_says_so() -> None:
    someone = Respondent(start_on_inbound=False)
    assert someone.text("hi") == ""
    assert someone.session is None


@pytest.mark.parametrize("has_session", [False, True])
def test_an_apology_counts_towards_a_limit(has_session: bool) -> None:
    someone = Respondent()
    if has_session:
        someone.text("hi")
    someone.survey = DefinitionUnavailableError("survey-config.json")
    assert someone.text("go") == APOLOGY
    counters = [limit.counter for limit in someone.decision.limits]
    assert counters == ([] if has_session else [f"apologies#{NUMBER}", f"new-senders#{OURS}"])
    assert someone.decision.counts_reply is has_session
    assert someone.call() == APOLOGY


def test_a_call_in_which_each_webhook_comes_twice() -> None:
    someone = Respondent()
    assert someone.call().endswith("Para español, oprima 9 o diga Español")
    before = someone.session
    assert someone.call().endswith("Para español, oprima 9 o diga Español")
    assert someone.session == before
    for reply in (digits("1"), digits("5"), Reply("yes", "speech", 0.9), Reply("so", "speech", 0.9)):
        assert someone.session is not None
        turn = {"session_id": someone.session.session_id, "step": str(someone.session.version)}
        words = someone.call(reply, **turn)
        before = someone.session
        assert someone.call(reply, **turn) == words
        assert someone.session == before
    assert words == "Goodbye."
    assert someone.call() == "Done already."


def test_a_call_holds_its_survey_until_another_call_begins() -> None:
    someone = Respondent()
    someone.call()
    someone.hang_up(OTHER_CALL)
    assert someone.session is not None
    assert someone.session.is_open
    assert someone.session.is_on_call(NOW)
    someone.call(call_sid=OTHER_CALL)
    someone.hang_up()
    assert someone.session.is_open
    someone.hang_up(OTHER_CALL)
    assert someone.session.status == "ABANDONED"


def test_an_answer_that_arrives_after_the_hangup_counts_once() -> None:
    someone = Respondent()
    someone.call()
    someone.answer(None)
    assert someone.session is not None
    turn = {"session_id": someone.session.session_id, "step": str(someone.session.version)}
    someone.hang_up()
    for _ in range(2):
        assert someone.call(digits("4"), **turn) == "Thank you. Goodbye!"
    assert [answer.text for answer in someone.session.answers] == ["4"]


@pytest.mark.parametrize("call_sid", [CALL, OTHER_CALL])
def test_an_answering_machine_ends_only_the_survey_that_its_call_holds(call_sid: str) -> None:
    someone = Respondent()
    someone.call()
    assert someone.call(is_machine=True, call_sid=call_sid) == ""
    assert someone.session is not None
    assert someone.session.status == ("VOICEMAIL" if call_sid == CALL else "STARTED")


def test_an_answering_machine_that_calls_first_is_recorded() -> None:
    someone = Respondent()
    assert someone.call(is_machine=True) == ""
    assert someone.session is not None
    assert someone.session.status == "VOICEMAIL"


def test_a_placed_call_is_stored_by_its_first_webhook_and_not_asked_after_stop() -> None:
    someone = Respondent()
    someone.call()
    assert someone.session is not None
    placed = someone.session = replace(someone.session, call_sid="")
    assert placed.is_being_started(NOW)
    someone.call(session_id=placed.session_id)
    assert someone.session.call_sid == CALL
    someone.session = someone.session.end("OPTED_OUT", NOW)
    assert someone.call(session_id=placed.session_id) == "Thank you. Goodbye!"


def test_an_answer_to_a_session_that_was_replaced_changes_nothing() -> None:
    someone = Respondent()
    someone.call()
    before = someone.session
    assert someone.call(digits("1"), session_id="0" * 31 + "f", step="1")
    assert someone.session is before


def test_an_expired_session_is_replaced_by_a_new_one_in_the_language_of_the_request() -> None:
    someone = Respondent()
    someone.text("hi")
    someone.text("es")
    before = someone.session
    someone.now += LIFETIME
    assert someone.text("hola") == WELCOME
    assert someone.session is not None
    assert before is not None
    assert someone.session.needs_recording(before)
    assert someone.session.session_id != before.session_id


TURNS = st.lists(
    st.one_of(
        st.sampled_from(["hi", "go", "es", "5", "yes", "HELP", "no idea"]).map(lambda body: ("text", body)),
        st.sampled_from(["", "1", "5", "9"]).map(lambda keys: ("press", keys)),
        st.sampled_from([("call", ""), ("hang up", ""), ("wait", "")]),
    ),
    max_size=25,
)


@given(TURNS)
def test_media_and_calls_in_any_order_keep_every_answer(turns: list[tuple[str, str]]) -> None:
    someone = Respondent()
    for action, words in turns:
        before = someone.session
        if action == "text":
            someone.text(words)
        elif action == "call" or before is None:
            someone.call(call_sid=OTHER_CALL)
        elif action == "press":
            assert someone.answer(digits(words) if words else None, OTHER_CALL)
        elif action == "hang up":
            someone.hang_up(OTHER_CALL)
        else:
            someone.now += LIFETIME // 2
        after = someone.session
        if before is None or after is None or after.session_id != before.session_id:
            continue
        assert after.version >= before.version
        assert after.answers[: len(before.answers)] == before.answers
        assert before.status != "COMPLETED" or after.status == "COMPLETED"
        assert result_content(after)


@pytest.mark.parametrize("respondent", [NUMBER, CALL])
@pytest.mark.parametrize("survey_id", ["default", "visit"])
def test_a_result_files_key_names_the_respondent_and_the_survey(respondent: str, survey_id: str) -> None:
    assert parse_result_key(result_key(respondent, survey_id)) == (respondent, survey_id)
    assert parse_result_key("survey-config.json") is None
