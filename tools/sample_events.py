"""One sample event per function, for `sam local invoke`: `switchboard sample-events` writes them.

Webhooks are signed with the local platform's made-up auth token, so a function that reads its secrets from
the local platform accepts them as they are.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from local.http_api.routing import Router
from local.lambda_runtime.environment import PROJECT_ROOT
from local.template import parameters
from local.template.application import Application
from local.template.document import Names, Template
from sip_router.domain.seed import SEED_KEY, make_seed
from tools.callback_samples import CALLBACK_SAMPLES
from tools.event_payloads import AT, Keyed, OnBus, OnFlex, OnSchedule, Sample, Webhook, to_event

app = typer.Typer(add_completion=False)

EVENTS = PROJECT_ROOT / "events"
NOT_FOUND = frozenset({"CallbackFetchVoicemail", "CallbackRequeue"})
"""Functions whose sample events name a recording or a task that only an account of one's own has."""

_RESPONDENT = "+12025550142"
_CALL = {
    "AccountSid": parameters.ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
    "CallSid": "CA" + "0" * 30 + "01",
    "CallStatus": "in-progress",
    "Direction": "inbound",
    "From": _RESPONDENT,
    "To": parameters.SURVEY_NUMBER,
}

_SIP_CALL = _CALL | {
    "To": "sip:4000@switchboard.sip.twilio.com",
    "From": "sip:alice@switchboard.sip.twilio.com",
    "SipDomain": "switchboard.sip.twilio.com",
    "SipCallId": "a84b4c76e66710@pc33.example.com",
    "SipSourceIp": "192.0.2.10",
}
_FIRST_BUILD = make_seed(
    json.loads((PROJECT_ROOT / "config-files" / SEED_KEY).read_bytes()), "", ""
).version.build_sid


_SESSION = {
    "surveyId": "default",
    "respondent": _RESPONDENT,
    "sessionId": "0" * 32,
    "surveyMedium": "sms",
    "surveyStatus": "COMPLETED",
}

_LINK = {
    "callSid": "CA" + "0" * 30 + "02",
    "executionSid": "FN" + "0" * 30 + "02",
    "flowSid": "FW" + "0" * 30 + "02",
}
_STUDIO_CALL = _CALL | {"CallSid": _LINK["callSid"], "To": parameters.STUDIO_NUMBER}
_STEP_ENDED: Mapping[str, Any] = {
    "specversion": "1.0",
    "type": "com.twilio.studio.flow.step.ended",
    "source": f"{_LINK['flowSid']}/{_LINK['executionSid']}",
    "id": "EZ" + "0" * 30 + "01",
    "dataschema": "https://events-schemas.twilio.com/Studio.FlowStepEvent/2",
    "datacontenttype": "application/json",
    "time": f"{AT:%Y-%m-%dT%H:%M:%S.000Z}",
    "data": {
        "step_sid": "FT" + "0" * 30 + "01",
        "parent_step_sid": None,
        "execution_sid": _LINK["executionSid"],
        "flow_sid": _LINK["flowSid"],
        "account_sid": parameters.ACCOUNT_SID,
        "name": "incomingCall",
        "transitioned_from": "Trigger",
        "transitioned_to": "greeting",
        "date_created": f"{AT:%Y-%m-%dT%H:%M:%S.000Z}",
    },
}

_TASK_COMPLETED: Mapping[str, Any] = {
    "specversion": "1.0",
    "type": "com.twilio.taskrouter.task.completed",
    "source": f"/v1/Workspaces/{parameters.WORKSPACE_SID}",
    "id": "EZ" + "0" * 30 + "02",
    "dataschema": "https://events-schemas.twilio.com/TaskRouter.WDSEvent/4",
    "datacontenttype": "application/json",
    "time": f"{AT:%Y-%m-%dT%H:%M:%S.000Z}",
    "data": {
        "account_sid": parameters.ACCOUNT_SID,
        "payload": {
            "eventtype": "task.completed",
            "timestamp": f"{AT:%Y-%m-%dT%H:%M:%S.000Z}",
            "task_sid": "WT" + "0" * 30 + "01",
            "task_attributes": json.dumps({"conversationSid": "CH" + "0" * 30 + "01"}),
        },
    },
}

_REPLY: Mapping[str, Any] = {
    "specversion": "1.0",
    "type": "com.twilio.conversations.message.added",
    "source": "IS" + "0" * 30 + "01",
    "id": "EZ" + "0" * 30 + "03",
    "dataschema": "https://events-schemas.twilio.com/Conversations.MessageAdded/2",
    "datacontenttype": "application/json",
    "time": f"{AT:%Y-%m-%dT%H:%M:%S.000Z}",
    "data": {
        "AccountSid": parameters.ACCOUNT_SID,
        "Author": "+12025550145",
        "ParticipantSid": "MB" + "0" * 30 + "01",
        "ConversationSid": "CH" + "0" * 30 + "01",
        "MessageSid": "IM" + "0" * 30 + "01",
        "Index": 3,
        "MessageBody": "Can I come at five?",
        "DateCreated": f"{AT:%Y-%m-%dT%H:%M:%S.000Z}",
    },
}

SAMPLES: Mapping[str, Sample] = {
    "SurveyInitiateCall": Keyed("/voice/initiate-call", {"To": _RESPONDENT}),
    # Not the number that is called above: while a phone rings for a survey, it cannot be started by message.
    "SurveyInitiateSms": Keyed("/sms/initiate-sms", {"To": "+12025550143", "defaultLanguage": "es-MX"}),
    "SurveySmsWebhook": Webhook(
        "/sms/webhook",
        {
            "AccountSid": parameters.ACCOUNT_SID,
            "Body": "hello",
            "From": _RESPONDENT,
            "MessageSid": "SM" + "0" * 30 + "01",
            "NumMedia": "0",
            "To": parameters.SURVEY_NUMBER,
        },
    ),
    "SurveyVoiceWebhook": Webhook("/voice/survey", _CALL),
    "SurveyCallStatus": Webhook("/voice/survey/status", _CALL | {"CallStatus": "completed"}),
    "SurveyRecordingCallback": Webhook(
        f"/voice/survey/transcription?surveyId=default&session={'0' * 32}&respondent=%2B{_RESPONDENT[1:]}",
        _CALL
        | {
            "RecordingSid": "RE" + "0" * 30 + "01",
            "TranscriptionSid": "TR" + "0" * 30 + "01",
            "TranscriptionStatus": "completed",
            "TranscriptionText": "The doctor took time for me.",
        },
    ),
    "SurveyNoteRecording": OnBus(
        "switchboard.survey",
        "survey.recording",
        {
            "surveyId": "default",
            "respondent": _RESPONDENT,
            "sessionId": "0" * 32,
            "recordingSid": "RE" + "0" * 30 + "01",
            "recordingUrl": "",
            "recordingSeconds": 0,
            "recordingStatus": "",
            "transcriptionText": "The doctor took time for me.",
            "transcriptionStatus": "completed",
        },
    ),
    "SurveyWriteResult": OnBus("switchboard.survey", "survey.ended", _SESSION),
    "SurveyForgetResult": OnBus(
        "aws.s3",
        "Object Deleted",
        {
            "version": "0",
            "bucket": {"name": "switchboard-config"},
            "object": {"key": f"survey-results/{_RESPONDENT[1:]}.json"},
            "reason": "DeleteObject",
            "deletion-type": "Delete Marker Created",
        },
    ),
    "SurveyListResults": Keyed("/surveys/default/results", {"limit": "10"}, method="GET"),
    "SurveySummarizeResults": Keyed("/surveys/default/summary", {"from": f"{AT:%Y-%m-%d}"}, method="GET"),
    "SurveySendSummary": OnBus("switchboard.survey", "survey.completed", _SESSION),
    "SurveyExpireSessions": OnSchedule(),
    "SurveyCreateCampaign": Keyed(
        "/surveys/default/campaigns",
        content={
            "medium": "sms",
            "recipients": [{"to": _RESPONDENT, "language": "es-MX", "name": "Ada"}, {"to": "+12025550143"}],
            "dryRun": True,
        },
    ),
    "SurveyControlCampaigns": Keyed("/surveys/default/campaigns", {"limit": "10"}, method="GET"),
    "SurveySendCampaigns": OnSchedule(),
    "SurveyFollowCampaigns": OnBus("switchboard.survey", "survey.ended", _SESSION),
    "SipInbound": Webhook("/inbound-sip-router", _SIP_CALL),
    "SipStatusCallback": Webhook(
        "/status-callback", _SIP_CALL | {"CallStatus": "completed", "CallDuration": "42"}
    ),
    "SipAdminRead": OnFlex("/admin/test", {"address": "sip:4000@switchboard.sip.twilio.com"}, role="agent"),
    "SipAdminWrite": OnFlex("/admin/update-status", {"buildSid": _FIRST_BUILD}),
    **CALLBACK_SAMPLES,
    "EventStreamReceive": Webhook("/eventstream", content=[_STEP_ENDED]),
    "EventStreamUnpack": OnBus("switchboard.event_stream.pack", "events.packed", {"events": [_STEP_ENDED]}),
    "OutboundInitiateSmsTask": Keyed(
        "/flex-initiate-outbound-sms-task",
        {
            "fromNumber": parameters.FLEX_NUMBER,
            "toName": "Ada",
            "toNumber": "+12025550144",
            "initialNotificationMessage": "Hello Ada, this is Riverside Clinic.",
        },
    ),
    "OutboundInitiateSms": Keyed(
        "/flex-initiate-outbound-sms",
        {
            "fromNumber": parameters.FLEX_NUMBER,
            "toName": "Grace",
            "toNumber": "+12025550145",
            "messageBody": "Your appointment is tomorrow at 9. Reply C to cancel.",
        },
    ),
    "OutboundRouteReplies": OnBus("switchboard.event_stream", _REPLY["type"], _REPLY),
    "OutboundFinishRequests": OnSchedule(),
    "ChannelCleanupTrackEvents": OnBus("switchboard.event_stream", _TASK_COMPLETED["type"], _TASK_COMPLETED),
    "ChannelCleanupReleaseChannels": OnSchedule(),
    "IvrPathLinkExecution": Webhook("/widget-store-studio-data", _LINK),
    "IvrPathCallStatus": Webhook(
        "/pn-call-status-callback", _STUDIO_CALL | {"CallStatus": "completed", "CallDuration": "42"}
    ),
    "IvrPathStudioEvents": OnBus("switchboard.event_stream", _STEP_ENDED["type"], _STEP_ENDED),
    "IvrPathRecordPath": [
        {
            "version": "0",
            "id": "00000000-0000-4000-8000-000000000001",
            "source": "switchboard.ivr_path",
            "detail-type": "call.ended",
            "time": f"{AT:%Y-%m-%dT%H:%M:%SZ}",
            "detail": {"callSid": _LINK["callSid"], "callStatus": "completed", "callDuration": 42},
        }
    ],
    "IvrPathGetPath": Keyed(f"/ivr-paths/{_LINK['callSid']}", method="GET"),
    "IvrPathListPaths": Keyed("/ivr-paths", {"flowSid": _LINK["flowSid"], "limit": "10"}, method="GET"),
}
"""What to send to each function, by its logical id in template.yaml."""


def sample_events() -> dict[str, Any]:
    """Return one event per function that has a sample, by logical id."""
    application = Application(Template(PROJECT_ROOT / "template.yaml", Names()))
    router = Router(application.routes)
    return {name: to_event(sample, router, application.functions[name]) for name, sample in SAMPLES.items()}


def as_file(event: Any) -> str:
    """Return an event as its file under events/ holds it."""
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


@app.command("sample-events")
def write_sample_events(
    directory: Annotated[
        Path, typer.Argument(help="Where the files are written.", show_default="events/")
    ] = EVENTS,
) -> None:
    """Write one sample event per function, for `sam local invoke`."""
    directory.mkdir(exist_ok=True)
    for name, event in sample_events().items():
        (directory / f"{name}.json").write_text(as_file(event), encoding="utf-8")
