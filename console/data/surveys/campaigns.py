"""Campaigns: list and control them, and create one after a dry run, as `switchboard survey send` does."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from console.context import Console
from switchboard.errors import Conflict
from tools.survey_campaigns.client import CampaignClient
from tools.survey_campaigns.landlines import find_landlines

MEDIA: Final = {"sms": "Text message", "voice": "Call", "whatsapp": "WhatsApp"}

COUNTS: Final = {
    "completed": "completed",
    "asked": "asked, not finished",
    "optedOut": "opted out",
    "unfinished": "unfinished",
    "unreached": "not reached",
    "failed": "failed",
    "skipped": "skipped",
    "waiting": "waiting",
}
"""What became of recipients, each counted once; their sum is the number of recipients."""


def answer_name(survey_id: str) -> str:
    """Return the name of a survey's campaigns among `Answers`."""
    return f"survey campaigns {survey_id}"


def load_campaigns(console: Console, survey_id: str) -> Sequence[Mapping[str, Any]]:
    """Return the survey's latest campaigns as the routes answer them, newest first."""
    return CampaignClient(console.stack, survey_id).list()


def act(console: Console, survey_id: str, campaign_id: str, action: str) -> str:
    """Pause, resume or cancel a campaign, and return its status then."""
    return str(CampaignClient(console.stack, survey_id).act(campaign_id, action)["status"])


@dataclass(frozen=True)
class _Tried:
    """What was tried out: the list without landlines, the request, and the key under which it is sent."""

    content: bytes
    request: Mapping[str, Any]
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass
class CampaignDraft:
    """A campaign that is being prepared; kept while its form is closed.

    Attributes
    ----------
    survey_id, file_name : str
    content : bytes
        The list, as it was chosen.
    request : dict[str, Any]
        The request's fields beside the list.
    lookup : bool
        Whether landlines are left out.
    checked : Mapping[str, Any] or None
        What the dry run of exactly this draft has found.
    """

    survey_id: str
    file_name: str = ""
    content: bytes = b""
    lookup: bool = False
    request: dict[str, Any] = field(
        default_factory=lambda: {
            "medium": "sms",
            "perMinute": 60,
            "window": "09:00-20:00",
            "retries": 2,
            "remindAfterMinutes": 240,
            "again": False,
            "defaultLanguage": "",
        }
    )
    checked: Mapping[str, Any] | None = None
    _tried: "_Tried | None" = None

    def try_out(self, console: Console) -> Mapping[str, Any]:
        """Return what a dry run, and Lookup where it is wanted, find about the list.

        It is kept in ``checked`` only if nothing of the draft was changed meanwhile.
        """
        client = CampaignClient(console.stack, self.survey_id)
        before = (self.content, self.lookup, dict(self.request))
        content, lookup, request = before
        wanted = {name: value for name, value in request.items() if value != ""}
        with client.uploaded(content) as file:
            found: Mapping[str, Any] = client.create({**wanted, "file": file, "dryRun": True})
        if lookup and request["medium"] == "sms":
            landlines = find_landlines(client.twilio, content, found, _tell_nobody)
            content = landlines.content
            with client.uploaded(content) as file:
                found = client.create({**wanted, "file": file, "dryRun": True})
            found = landlines.added_to(found)
        if before == (self.content, self.lookup, self.request):
            self.checked, self._tried = found, _Tried(content, wanted)
        return found

    def send(self, console: Console) -> Mapping[str, Any]:
        """Create the campaign that was tried out; sent again, it is the same campaign."""
        tried = self._tried
        if self.checked is None or tried is None:
            raise Conflict("The campaign was changed: try it out again.")
        client = CampaignClient(console.stack, self.survey_id)
        with client.uploaded(tried.content, tried.key) as file:
            return client.create({**tried.request, "file": file}, tried.key)


def _tell_nobody(_numbers: int) -> None:
    """Leave out how far Lookup is."""
