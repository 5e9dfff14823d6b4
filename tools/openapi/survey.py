"""The routes of surveys."""

from dataclasses import replace
from typing import Final, Literal

from survey.requests.call import CallWebhook, RecordingUrl, StatusUrl, TurnUrl
from survey.requests.inbound_message import InboundMessage
from survey.requests.start_survey import StartSurvey
from tools.openapi.operation import (
    FORM,
    Feature,
    Operation,
    ReplyModel,
    Response,
    json_response,
    twiml_response,
)
from tools.openapi.responses import LIMITED, Error


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
