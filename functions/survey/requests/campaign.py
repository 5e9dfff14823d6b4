"""The requests about campaigns: create one, and pause, resume or cancel it."""

from typing import Annotated, Any, Final, Self

from pydantic import Field, field_validator, model_validator

from survey.domain.campaign.campaign import CampaignAction, CampaignMedium
from survey.domain.campaign.window import Window
from survey.requests.placeholders import SCHEMA
from switchboard.http.request import Request
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import Pattern, WholeNumber
from switchboard.inputs.model import RequestModel, read
from switchboard.inputs.types import Flag, Identifier, LanguageTag

MOST_RECIPIENTS: Final = 10_000

FileKey = Annotated[
    str,
    Pattern(
        r"(?:[A-Za-z0-9_.() -]+/){0,8}[A-Za-z0-9_.() -]{1,200}\.csv",
        "must be the key of a CSV file in the bucket: letters, digits, _ - . and /, with .csv at the end",
        "The key of a CSV file in the bucket.",
    ),
]
Hours = Annotated[
    str,
    Pattern(
        r"[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]",
        "must be a part of the day, such as 09:00-20:00",
        "A part of the day, in each number's own time.",
    ),
]


_ENTRY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["to"],
    "properties": {
        "to": {
            "type": "string",
            "description": "A phone number in E.164 form; blanks and hyphens are left out.",
        },
        "language": {"type": "string", "description": "Of this recipient, such as `es-MX`."},
        "timeZone": {"type": "string", "description": "Of this recipient, such as `America/New_York`."},
    },
    **SCHEMA,
}
"""An entry as docs/openapi.yaml has it. Each is checked on its own, so that one does not stop the others."""


class CampaignPath(RequestModel):
    """The survey and, where the path has one, the campaign that a path names."""

    survey_id: Identifier
    campaign_id: Identifier | None = None


def read_path(request: Request) -> CampaignPath:
    """Return the survey, and the campaign if there is one, that the path of a request names.

    Raises
    ------
    BadRequest
        A name has characters that names do not have.
    """
    return read(CampaignPath, request.path_parameters)


class CreateCampaign(RequestModel):
    """A request to take a list of people through a survey.

    Attributes
    ----------
    medium : str
        How they are contacted first.
    recipients : list
        Objects with ``to``, optionally ``language`` and ``timeZone``, and fields for placeholders. One that
        cannot be used is rejected and does not stop the others.
    file : str or None
        A CSV file in place of ``recipients``.
    per_minute : int
        The most people contacted in a minute.
    window : str
        The hours in which a number is contacted, in its own time.
    default_language : str or None
        The language of those whose entry names none.
    retries : int
        How often a call that was busy or not answered is repeated, at another hour.
    remind_after_minutes : int
        Who began and stopped is reminded once after so many minutes without a reply; 0 for no reminder.
    again : bool
        Contact those, too, who have completed the survey or are taking it.
    dry_run : bool
        Only tell what would be accepted.
    """

    medium: CampaignMedium
    recipients: (
        Annotated[tuple[Any, ...], Field(max_length=MOST_RECIPIENTS, json_schema_extra={"items": _ENTRY})]
        | None
    ) = None
    file: FileKey | None = None
    per_minute: Annotated[int, WholeNumber(1, 3000)] = 60
    window: Hours = "09:00-20:00"
    default_language: LanguageTag | None = None
    retries: Annotated[int, WholeNumber(0, 2)] = 2
    remind_after_minutes: Annotated[int, WholeNumber(0, 10_080)] = 240
    again: Flag = False
    dry_run: Flag = False

    @field_validator("window")
    @classmethod
    def _check_window(cls, text: str) -> str:
        Window.parse(text)
        return text

    @model_validator(mode="after")
    def _check_list(self) -> Self:
        if (self.recipients is None) == (self.file is None):
            problem = "is missing" if self.file is None else "must not be given along with file"
            raise WrongField("recipients", problem)
        if self.recipients is not None and not self.recipients:
            raise WrongField("recipients", "must not be empty")
        return self


class ControlCampaign(RequestModel):
    """A request to pause a campaign, to resume a paused one, or to cancel it.

    Attributes
    ----------
    action : str
        ``pause`` stops at once; ``cancel`` does, too, and for good.
    """

    action: CampaignAction


class ListCampaigns(RequestModel):
    """A request for a survey's campaigns, newest first."""

    limit: Annotated[int, WholeNumber(1, 100)] = 20
