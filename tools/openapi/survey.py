"""The routes of surveys."""

from dataclasses import replace
from typing import Any, Final, Literal

from pydantic import ConfigDict

from survey.requests.call import CallWebhook, RecordingUrl, StatusUrl, TurnUrl
from survey.requests.inbound_message import InboundMessage
from survey.requests.result_query import ListResults, ResultPeriod
from survey.requests.start_survey import StartSurvey
from switchboard.inputs.types import Identifier
from tools.openapi.operation import (
    FORM,
    JSON,
    Feature,
    Operation,
    ReplyModel,
    Response,
    json_response,
    twiml_response,
)
from tools.openapi.responses import LIMITED, Error
from tools.openapi.survey_campaigns import CAMPAIGNS


class StartedCall(ReplyModel):
    """A survey call that was placed."""

    success: Literal[True]
    call_to: str
    call_sid: str


class SentMessage(ReplyModel):
    """The first message of a survey, or a reminder of one that is under way."""

    success: Literal[True]
    sms_to: str
    message_sid: str


class ResultFile(ReplyModel):
    """A result file's content; files of other applications may have fields of their own.

    Attributes
    ----------
    survey_status : str
        `STARTED`, `COMPLETED`, `OPTED_OUT`, `EXPIRED` ….
    """

    model_config = ConfigDict(extra="allow")

    survey_status: str


class ResultPage(ReplyModel):
    """A page of results, the latest first.

    Attributes
    ----------
    cursor : str or None
        Leads to the next page; null: there is none.
    """

    items: tuple[ResultFile, ...]
    cursor: str | None


class Outcomes(ReplyModel):
    """How many started, and what became of them.

    Attributes
    ----------
    opted_out, dropped : int
        Who sent STOP, and who left in another way: hung up, or did not reply any more.
    not_reached : int
        Calls that were not answered, or by a machine.
    under_way : int
        Those whose survey is open.
    """

    started: int
    completed: int
    opted_out: int
    not_reached: int
    under_way: int
    dropped: int


class DayOutcomes(Outcomes):
    """The same for those who started on one day (UTC)."""

    day: str


class AnswerCount(ReplyModel):
    """How many gave an answer; one with several choices counts for each of them."""

    value: Any
    count: int


class QuestionSummary(ReplyModel):
    """The answers to a question.

    Attributes
    ----------
    skipped : int
        Who was asked three times in vain.
    dropped : int
        Who left while it was open.
    median_seconds : float or None
        From the answer before, or the start, to the answer; within 8 percent.
    answers : list
        The most frequent first, at most 100.
    further_answers : int
        Answers that are counted together: longer than 80 characters, or beyond the 100 most frequent.
    """

    question_name: str
    answered: int
    skipped: int
    dropped: int
    median_seconds: float | None
    answers: tuple[AnswerCount, ...]
    further_answers: int


class Summary(Outcomes):
    """Counts of results.

    Attributes
    ----------
    from_, to : str or None
        The period, as it was asked for.
    dropped_before_first_question : int
        Of those who left, how many were asked nothing yet.
    median_seconds : float or None
        From the start to completion, within 8 percent.
    status, language, medium : object
        Number of results by each.
    questions : list
        In the survey's order, behind them those that it no longer has.
    """

    survey_id: str
    from_: str | None
    to: str | None
    dropped_before_first_question: int
    median_seconds: float | None
    status: dict[str, int]
    language: dict[str, int]
    medium: dict[str, int]
    days: tuple[DayOutcomes, ...]
    questions: tuple[QuestionSummary, ...]


_FAILURES: Final = {
    409: json_response(
        "The respondent has completed the survey, is taking it or has opted out; another request starts it "
        "now; or the idempotency key is another request's.",
        Error,
    ),
    429: LIMITED,
    502: json_response(
        "Twilio did not do it, or did not confirm that it did: the message says which.", Error
    ),
}
_AGAIN: Final = (
    "Contacts nobody who has completed the survey or is taking it, unless `again` is true, and nobody who "
    "has opted out."
)
_HEADERS: Final = {
    "Idempotency-Key": "At most 255 characters. The same key, within a day, is the same request.",
}
_NO_SURVEY: Final = json_response("There is neither a result nor a survey of this id.", Error)
_TURN: Final = Operation(
    summary="Take a turn of a survey call",
    description="Answers a call's webhook with what is said next: a question, a goodbye, or an apology.",
    fields=CallWebhook,
    query=TurnUrl,
    media_types=(FORM,),
    responses={200: twiml_response("What is said next, and what is listened for.")},
)

_RECORDING: Final = Operation(
    summary="Take the status of a recorded answer",
    description="Stores it with the answer; the result file of a survey that has ended is written again.",
    fields=CallWebhook,
    query=RecordingUrl,
    media_types=(FORM,),
    responses={204: Response("What became of the recording was stored.")},
)

FEATURE: Final = Feature(
    tag="Surveys",
    description="Surveys by voice and SMS in many languages.",
    page="survey.md",
    operations={
        "POST /voice/initiate-call": Operation(
            summary="Place a survey call",
            description=_AGAIN,
            fields=StartSurvey,
            headers=_HEADERS,
            responses={201: json_response("The call is placed.", StartedCall), **_FAILURES},
        ),
        "POST /sms/initiate-sms": Operation(
            summary="Send the first message of a survey",
            description=f"{_AGAIN} Then one that is under way gets the open question, as a reminder.",
            fields=StartSurvey,
            headers=_HEADERS,
            responses={201: json_response("The message is sent.", SentMessage), **_FAILURES},
        ),
        "POST /sms/webhook": Operation(
            summary="Answer a respondent's text message",
            description=(
                "The reply has the next question, a goodbye or an apology; some messages get none. The "
                "webhook's URL may name the survey and its language: `?surveyId=…&defaultLanguage=…`."
            ),
            fields=InboundMessage,
            media_types=(FORM,),
            responses={
                200: twiml_response("A `<Message>` with the next thing to say, or an empty `<Response/>`.")
            },
        ),
        "POST /voice/survey": _TURN,
        "POST /voice/survey/{step+}": replace(
            _TURN,
            summary="Take the answer to a question of a survey call",
            path={"step": Literal["answer"]},
            responses={**_TURN.responses, 404: json_response("There is no such step.", Error)},
        ),
        "GET /surveys/{surveyId}/results": Operation(
            summary="List the results of a survey",
            description=(
                "The latest first, by the start of the session. `default` is the survey whose files are at "
                "the bucket's root. A page may end before its limit, where an answer would become too large. "
                "As CSV (`Accept: text/csv`) the table has one row a respondent and one column a question, "
                "the same on every page."
            ),
            path={"surveyId": Identifier},
            fields=ListResults,
            responses={
                200: Response(
                    "A page.",
                    {JSON: ResultPage, "text/csv": None},
                    {"Link": 'Of a table: the next page, with `rel="next"`; absent on the last one.'},
                ),
                404: _NO_SURVEY,
            },
        ),
        "GET /surveys/{surveyId}/summary": Operation(
            summary="Count the results of a survey",
            path={"surveyId": Identifier},
            fields=ResultPeriod,
            responses={200: json_response("The counts.", Summary), 404: _NO_SURVEY},
        ),
        **CAMPAIGNS,
        "POST /voice/survey/status": Operation(
            summary="Take the end of a survey call",
            description="Ends a survey that is not finished: no person answered, or the person hung up.",
            fields=CallWebhook,
            query=StatusUrl,
            media_types=(FORM,),
            responses={204: Response("The status was read; only one that ends the call changes something.")},
        ),
        "POST /voice/survey/recording": _RECORDING,
        "POST /voice/survey/transcription": replace(
            _RECORDING, summary="Take the transcription of a recorded answer"
        ),
    },
)
