"""The routes of callbacks and voicemails."""

from dataclasses import replace
from typing import Final, Literal

from callback.domain import menu
from callback.requests.create_callback import CallbackRequest
from callback.requests.fetch_voicemail import VoicemailRequest
from callback.requests.requeue import RequeueRequest
from callback.requests.wait_experience import WaitingCall, WaitUrl
from tools.openapi.operation import (
    FORM,
    Feature,
    Operation,
    ReplyModel,
    Response,
    json_response,
    redirect_response,
    twiml_response,
)
from tools.openapi.responses import Error


class CallbackTask(ReplyModel):
    """The task of a callback or a voicemail."""

    success: Literal[True]
    task_sid: str


class KeptCallback(ReplyModel):
    """A request that is kept, and becomes one task."""

    success: Literal[True]
    task_sid: None


class JsonAudio(ReplyModel):
    """The audio of a voicemail.

    Attributes
    ----------
    type : str
        The media type, such as `audio/mpeg`.
    recording : str
        The audio in base64.
    """

    success: Literal[True]
    type: str
    recording: str


_KEPT: Final = json_response(
    "TaskRouter does not say whether there is a task; there will be one.", KeptCallback
)

_FAILURES: Final = {
    404: json_response("The task does not exist.", Error),
    409: json_response("The task has had its last attempt, or has changed meanwhile.", Error),
    429: json_response("The number had all its callbacks for today, or TaskRouter takes no more now.", Error),
    503: json_response("TaskRouter or AWS does not answer. The same request may succeed later.", Error),
}
_AUDIO: Final = {"audio/mpeg": None}

_CREATE: Final = Operation(
    summary="Create a callback or a voicemail as a task",
    description=(
        "A request with a recording is a voicemail, and is not refused for its number. A second request for "
        "the same number and workflow, while the first waits, is answered with the same task, which gets its "
        "message; so is a webhook that Twilio repeats."
    ),
    fields=CallbackRequest,
    responses={200: json_response("The task.", CallbackTask), 202: _KEPT, **_FAILURES},
)
_FETCH: Final = Operation(
    summary="Fetch the audio of a voicemail",
    fields=VoicemailRequest,
    headers={"Range": "The part of the audio that is wanted, such as `bytes=0-65535`."},
    responses={
        200: Response("The audio.", _AUDIO),
        206: Response("The part that was asked for.", _AUDIO, {"Content-Range": "Which part it is."}),
        302: redirect_response("A long recording: a link to it in the bucket, which expires."),
        404: json_response("The recording does not exist any more.", Error),
        416: json_response("The recording has no such part.", Error),
        502: json_response("The recording is too long, or Twilio refuses.", Error),
        503: _FAILURES[503],
    },
)
_FETCH_JSON: Final = Operation(
    summary="Fetch the audio of a voicemail in JSON",
    fields=VoicemailRequest,
    responses={
        200: json_response("The audio.", JsonAudio),
        302: redirect_response("A long recording: a link to the same JSON in the bucket, which expires."),
        404: json_response("The recording does not exist any more.", Error),
        502: json_response("The recording is too long, or Twilio refuses.", Error),
        503: _FAILURES[503],
    },
)
_REQUEUE: Final = Operation(
    summary="Put a callback back into the queue",
    description="The next attempt has the same attributes, workflow and priority.",
    fields=RequeueRequest,
    responses={200: json_response("The task of the next attempt.", CallbackTask), 202: _KEPT, **_FAILURES},
)
_WAIT: Final = Operation(
    summary="Say what a waiting caller hears",
    description="The `waitUrl` of a queue. The TwiML names the steps below, to which the caller's keys lead.",
    fields=WaitingCall,
    query=WaitUrl,
    media_types=(FORM,),
    responses={200: twiml_response("What the caller hears next, and which keys are taken.")},
)

_STEP: Final = replace(
    _WAIT,
    summary="Take a waiting caller's key, recording or transcription",
    description="URLs that our own TwiML names.",
    path={"step": Literal[*sorted(menu.STEPS)]},
    responses={
        **_WAIT.responses,
        204: Response("The transcription was taken."),
        404: json_response("There is no such step.", Error),
    },
)
_TEMPLATE: Final = "/features/callback-and-voicemail"
"""The paths of flex-project-template."""

FEATURE: Final = Feature(
    tag="Callbacks and voicemails",
    description="Callbacks and voicemails as TaskRouter tasks, and the wait experience that offers them.",
    page="callback.md",
    operations={
        **{
            f"{method} {folder}{route}": operation
            for folder in ("/callback", _TEMPLATE)
            for method in ("POST", "GET")
            for route, operation in {
                "/studio/create-callback": _CREATE,
                "/flex/create-callback": _CREATE,
                "/flex/requeue-callback": _REQUEUE,
                "/studio/wait-experience": _WAIT,
            }.items()
        },
        "POST /callback/flex/fetch-voicemail": _FETCH,
        "GET /callback/flex/fetch-voicemail": _FETCH,
        f"POST {_TEMPLATE}/flex/fetch-voicemail": _FETCH_JSON,
        "POST /callback/studio/wait-experience/{step}": _STEP,
        "GET /callback/studio/wait-experience/{step}": _STEP,
    },
)
