"""The settings of callbacks, each read from the environment variable of its name in capitals."""

from switchboard.errors import SwitchboardError
from switchboard.settings import Settings, from_environment


class TaskSettings(Settings):
    """Settings of tasks.

    Attributes
    ----------
    workspace_sid : str
        TaskRouter's workspace, WS….
    callback_workflow_sid : str
        The workflow of a request that names none, WW….
    callback_max_attempts : int
        How often a callback may be put back into the queue; 0 for any number of times.
    """

    workspace_sid: str = ""
    callback_workflow_sid: str = ""
    callback_max_attempts: int = 10


def workspace_sid() -> str:
    """Return the SID of TaskRouter's workspace."""
    sid = from_environment(TaskSettings).workspace_sid
    if not sid:
        raise SwitchboardError(500, "The setting WorkspaceSid is missing.")
    return sid


class RequestSettings(Settings):
    """Settings of requests.

    Attributes
    ----------
    callbacks_table : str
        Name of the table.
    callbacks_per_day : int
        New callbacks for one number, or asked for by one caller, in a day (UTC); 0 for any number.
    voicemails_per_day : int
        Voicemails of one number in a day (UTC) beyond which operators are alarmed; 0 for never.
    """

    callbacks_table: str
    callbacks_per_day: int = 20
    voicemails_per_day: int = 200


class ConfigSettings(Settings):
    """The bucket of hours and messages, how many seconds they are cached, and the default language."""

    config_bucket: str
    config_cache_seconds: int = 60
    callback_language: str = "en-US"


class RecordingSettings(Settings):
    """Settings of recordings.

    Attributes
    ----------
    recordings_bucket : str
    recording_link_seconds : int
    keep_recordings : bool
        Whether a voicemail is moved to the bucket, and deleted at Twilio, once its task is completed.
    """

    recordings_bucket: str
    recording_link_seconds: int = 300
    keep_recordings: bool = False
