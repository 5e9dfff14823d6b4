"""The settings of the channel clean-up."""

from typing import Literal

from switchboard.settings import Settings


class ChannelSettings(Settings):
    """Where channels are stored, and for how long.

    Attributes
    ----------
    channels_table : str
        Name of the table.
    quiet_seconds : int
        How long a channel must have been quiet before it is released.
    """

    channels_table: str
    quiet_seconds: int = 172_800


class ReleaseSettings(Settings):
    """How channels are released.

    Attributes
    ----------
    release_mode : {"deactivate", "close", "delete"}
        "deactivate" changes attributes only, "close" closes the conversation too, "delete" removes it.
    release_tries : int
        After so many tries a channel is given up and goes to the dead-letter queue.
    channel_dead_letters_url : str
        That queue.
    twilio_requests_per_second : int
        The most requests to Twilio a second; fewer while Twilio answers 429.
    legacy_chat_service_sid : str
        IS… where the account still runs on Programmable Chat: channels of that service are released instead
        of conversations. Empty: conversations.
    workspace_sid : str
        TaskRouter's workspace, for the last look at open tasks; empty: no such look.
    """

    channel_dead_letters_url: str
    release_mode: Literal["deactivate", "close", "delete"] = "close"
    release_tries: int = 5
    twilio_requests_per_second: int = 100
    legacy_chat_service_sid: str = ""
    workspace_sid: str = ""
