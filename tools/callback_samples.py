"""What to send to the functions of callbacks and voicemails."""

import json
from collections.abc import Mapping

from local.template import parameters
from tools.event_payloads import OnBus, OnFlex, OnSchedule, Sample, Webhook

_AT = "2026-01-15T09:30:00.000Z"
_CALLER = "+12025550146"
_RECORDING_SID = "RE" + "0" * 30 + "01"
_TASK_SID = "WT" + "0" * 30 + "02"
_NUMBERS = {"numberToCall": _CALLER, "numberToCallFrom": parameters.FLEX_NUMBER}
_ATTRIBUTES = {
    "taskType": "voicemail",
    "name": f"Voicemail ({_CALLER})",
    "flow_execution_sid": None,
    "message": None,
    "direction": "inbound",
    "conversations": {"conversation_id": None},
    "callBackData": {
        **_NUMBERS,
        "attempts": 0,
        "mainTimeZone": "UTC",
        "utcDateTimeReceived": _AT,
        "RecordingSid": _RECORDING_SID,
        "RecordingUrl": None,
        "TranscriptionSid": None,
        "TranscriptionText": None,
        "isDeleted": False,
    },
}
_TASK_CANCELED = {
    "specversion": "1.0",
    "type": "com.twilio.taskrouter.task.canceled",
    "source": f"/v1/Workspaces/{parameters.WORKSPACE_SID}",
    "id": "EZ" + "0" * 30 + "03",
    "dataschema": "https://events-schemas.twilio.com/TaskRouter.WDSEvent/4",
    "datacontenttype": "application/json",
    "time": _AT,
    "data": {
        "account_sid": parameters.ACCOUNT_SID,
        "payload": {
            "eventtype": "task.canceled",
            "timestamp": _AT,
            "task_sid": _TASK_SID,
            "task_attributes": json.dumps(_ATTRIBUTES),
            "workflow_sid": parameters.WORKFLOW_SID,
            "workspace_sid": parameters.WORKSPACE_SID,
        },
    },
}

CALLBACK_SAMPLES: Mapping[str, Sample] = {
    "CallbackCreateFromStudio": Webhook(
        "/callback/studio/create-callback", {"AccountSid": parameters.ACCOUNT_SID, **_NUMBERS}
    ),
    "CallbackCreateFromFlex": OnFlex("/callback/flex/create-callback", _NUMBERS, role="agent"),
    "CallbackRequeue": OnFlex("/callback/flex/requeue-callback", {"taskSid": _TASK_SID}, role="agent"),
    "CallbackFetchVoicemail": OnFlex(
        "/callback/flex/fetch-voicemail", {"recordingSid": _RECORDING_SID}, role="agent"
    ),
    "CallbackWaitExperience": Webhook(
        "/callback/studio/wait-experience",
        {
            "AccountSid": parameters.ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "CallSid": "CA" + "0" * 30 + "03",
            "CallStatus": "in-progress",
            "Called": parameters.FLEX_NUMBER,
            "Caller": _CALLER,
            "Direction": "inbound",
            "From": _CALLER,
            "QueueSid": "QU" + "0" * 30 + "01",
            "QueueTime": "0",
            "To": parameters.FLEX_NUMBER,
        },
    ),
    "CallbackTaskEvents": OnBus("switchboard.event_stream", str(_TASK_CANCELED["type"]), _TASK_CANCELED),
    "CallbackReconcileTasks": OnSchedule(),
}
"""By logical id in template.yaml."""
