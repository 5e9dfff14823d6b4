"""The settings of the survey's functions, each read from the environment variable of its name in capitals."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionSettings:
    """Where sessions lie and how long (in seconds) one waits for a reply."""

    survey_sessions_table: str
    session_seconds: int = 86400

    @property
    def lifetime(self) -> int:
        """Milliseconds that a session waits for a reply."""
        return self.session_seconds * 1000


@dataclass(frozen=True)
class DefinitionSettings:
    """Where surveys are defined, the language to begin in, and for how many seconds files stay in memory."""

    config_bucket: str
    default_language: str = "en-US"
    config_cache_seconds: int = 60


@dataclass(frozen=True)
class ResultSettings:
    """Where result files go."""

    config_bucket: str


@dataclass(frozen=True)
class InboundSettings:
    """Whether a message from a number without a session starts a survey."""

    start_on_inbound: bool = True


@dataclass(frozen=True)
class CallSettings:
    """The number that calls come from, and how answering machines are detected (empty: not at all)."""

    caller_id: str = ""
    machine_detection: str = ""


@dataclass(frozen=True)
class MessageSettings:
    """Who sends text messages: a Messaging Service (MG…) or a number (+…)."""

    messaging_sender: str = ""


@dataclass(frozen=True)
class SummarySettings:
    """Whether respondents are texted a summary once they have completed a survey."""

    summary_text: bool = False
