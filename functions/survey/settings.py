"""Settings of the survey's functions: ``config_bucket`` is the environment variable CONFIG_BUCKET."""

from typing import Literal

from switchboard.settings import Settings


class SessionSettings(Settings):
    """The table of sessions, and the seconds that a session waits for a reply."""

    survey_sessions_table: str
    session_seconds: int = 86400

    @property
    def lifetime(self) -> int:
        """Milliseconds that a session waits for a reply."""
        return self.session_seconds * 1000


class CampaignSettings(Settings):
    """The table of campaigns, and the bucket of their lists."""

    survey_campaigns_table: str
    config_bucket: str


class DefinitionSettings(Settings):
    """The bucket of the surveys' files, the default language, and the seconds that files are cached."""

    config_bucket: str
    default_language: str = "en-US"
    config_cache_seconds: int = 60


class ResultSettings(Settings):
    """The bucket of result files, and what is done when one is written.

    Attributes
    ----------
    publish_older_event : bool
        Whether the older application's event is published, too.
    archive_results : bool
        Whether each result is also written to the archive that Athena reads.
    """

    config_bucket: str
    publish_older_event: bool = False
    archive_results: bool = False


class ResultIndexSettings(Settings):
    """The table of results, and the bucket of those that are too large for an item."""

    survey_results_table: str
    config_bucket: str


class InboundSettings(Settings):
    """Which text messages get a reply.

    Attributes
    ----------
    start_on_inbound : bool
        Whether a message from a number without a session starts a survey.
    replies_per_day : int
        Replies to one number in a day that ask no new question: the welcome, HELP, after completion.
    new_senders_per_day : int
        Numbers without a session that get a reply from one of our numbers in a day.
    """

    start_on_inbound: bool = True
    replies_per_day: int = 20
    new_senders_per_day: int = 10_000


class CallSettings(Settings):
    """The caller ID of calls, and the mode of answering machine detection (empty: none)."""

    caller_id: str = ""
    machine_detection: str = ""


class MessageSettings(Settings):
    """The senders of messages.

    Attributes
    ----------
    messaging_sender : str
        Of text messages: a Messaging Service (MG…) or a number (+…).
    whatsapp_sender : str
        Of surveys that we begin in WhatsApp; empty: the same.
    """

    messaging_sender: str = ""
    whatsapp_sender: str = ""

    def sender(self, medium: Literal["sms", "whatsapp"]) -> str:
        """Return the sender as Twilio takes it; empty if there is none."""
        if medium == "sms":
            return self.messaging_sender
        sender = self.whatsapp_sender or self.messaging_sender
        return f"whatsapp:{sender}" if sender.startswith("+") else sender


class SummarySettings(Settings):
    """Whether respondents get a text message with a summary once they have completed a survey."""

    summary_text: bool = False
