"""``switchboard survey send`` and ``campaigns``: send a survey to a list, and look after what is sent."""

import contextlib
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tools.stack.options import (
    DEFAULT_FOLDER,
    AsJson,
    Folder,
    Local,
    Port,
    Profile,
    Region,
    StackName,
    chosen_stack,
)
from tools.survey_campaigns.display import follow, print_campaigns, print_list
from tools.survey_results.stack_results import results_of
from tools.terminal import fail, progress, replace_unprintable, running_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.survey_campaigns.client import CampaignClient
    from tools.survey_campaigns.landlines import Landlines

LARGEST_FILE: Final = 16 * 1024 * 1024

_LOOKUP_HELP: Final = (
    "Leave out landlines, for SMS. Twilio Lookup charges for each number, in a dry run, too: "
    "https://www.twilio.com/en-us/trusted-activation/pricing/lookup"
)


class Medium(StrEnum):
    """How people are contacted."""

    SMS = "sms"
    VOICE = "voice"
    WHATSAPP = "whatsapp"


class Action(StrEnum):
    """What can be done with a campaign."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


Survey = Annotated[
    str, typer.Option("--survey", envvar="SURVEY", help="The surveyId; without one, the one at the root.")
]


def send(
    file: Annotated[
        Path,
        typer.Argument(help="CSV with the columns number, language, timeZone, and fields for placeholders."),
    ],
    *,
    medium: Annotated[Medium, typer.Option(help="How people are contacted.")],
    survey: Survey = "default",
    language: Annotated[str, typer.Option(help="Language of people whose row names none.")] = "",
    per_minute: Annotated[
        int, typer.Option(min=1, max=3000, help="The most people contacted in a minute.")
    ] = 60,
    window: Annotated[str, typer.Option(help="Hours of each number's own day.")] = "09:00-20:00",
    retries: Annotated[
        int, typer.Option(min=0, max=2, help="How often a call that is not answered is repeated.")
    ] = 2,
    remind: Annotated[
        int,
        typer.Option(
            "--remind-after", min=0, max=10_080, help="Minutes after which a reminder is sent; 0: none."
        ),
    ] = 240,
    again: Annotated[bool, typer.Option("--again", help="Ask those, too, who have answered before.")] = False,
    lookup: Annotated[bool, typer.Option("--lookup", help=_LOOKUP_HELP)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be sent.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")] = False,
    as_json: AsJson = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Send a survey to a list of people: show what a dry run finds, ask, and show how it goes.

    Ctrl-C ends the command, and the campaign continues in AWS.
    """
    if lookup and medium is not Medium.SMS:
        raise typer.BadParameter("--lookup is for --medium sms only")
    content = _read(file)
    replace_unprintable()
    request: dict[str, Any] = {
        "medium": medium.value,
        "perMinute": per_minute,
        "window": window,
        "retries": retries,
        "remindAfterMinutes": remind,
        "again": again,
        **({"defaultLanguage": language} if language else {}),
    }
    with _campaigns(survey, profile, region, folder, local=local, port=port, name=stack_name) as campaigns:
        with contextlib.ExitStack() as files:
            found, checked = _try_out(campaigns, files, request, content, lookup=lookup)
            if not as_json:
                print_list(found)
            if dry_run:
                if as_json:
                    print(json.dumps(found, indent=2, ensure_ascii=False))
                return
            if not found["accepted"]:
                fail("Nobody is left to be asked.")
            question = f"Send the survey to {found['accepted']:,} people?"
            if not yes and not (sys.stdin.isatty() and typer.confirm(question, err=True)):
                fail("Nothing is sent: say --yes")
            with progress("storing the list"):
                made = campaigns.create(request)
                made = checked.added_to(made) if checked else made
        campaign_id = made["campaignId"]
        if campaign_id is None:
            fail("Nobody is left to be asked.")
        if as_json:
            print(json.dumps(made, indent=2, ensure_ascii=False))
            return
        print(f"Campaign {campaign_id} sends to {made['accepted']:,} people.")
        if sys.stderr.isatty():
            follow(campaigns, campaign_id)


def campaigns(
    campaign: Annotated[str, typer.Argument(help="A campaign's id; without one, all are shown.")] = "",
    action: Annotated[Action | None, typer.Argument(help="Without one, the campaign is shown.")] = None,
    *,
    survey: Survey = "default",
    recipients: Annotated[
        bool, typer.Option("--recipients", help="What became of each recipient of the campaign, as CSV.")
    ] = False,
    as_json: AsJson = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Show a survey's campaigns, or one; pause, resume or cancel it."""
    if recipients:
        with (
            chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack,
            results_of(stack),
        ):
            _print_recipients(survey, _campaign_id(campaign))
        return
    with _campaigns(survey, profile, region, folder, local=local, port=port, name=stack_name) as client:
        if not campaign:
            found: Any = client.list()
        elif action:
            found = client.act(_campaign_id(campaign), action.value)
        else:
            found = client.get(_campaign_id(campaign))
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    elif campaign:
        for name, value in found.items():
            if value is not None:
                print(f"{name:<12} {value}")
    elif found:
        print_campaigns(found)
    else:
        print("The survey has no campaigns.")


@contextlib.contextmanager
def _campaigns(
    survey: str, profile: str, region: str, folder: Path, *, local: bool, port: int, name: str
) -> "Iterator[CampaignClient]":
    from survey.domain.definition import is_survey_id
    from tools.stack.stack import StackError
    from tools.survey_campaigns.client import CampaignClient

    if not is_survey_id(survey):
        raise typer.BadParameter("--survey must be letters, digits, _ and -, at most 64")
    with chosen_stack(profile, region, folder, local=local, port=port, name=name) as stack:
        try:
            yield CampaignClient(stack, survey)
        except StackError as error:
            fail(str(error))


def _try_out(
    campaigns: "CampaignClient",
    files: contextlib.ExitStack,
    request: dict[str, Any],
    content: bytes,
    *,
    lookup: bool,
) -> "tuple[Mapping[str, Any], Landlines | None]":
    """Upload the list for as long as ``files`` is open, and return what a dry run and Lookup find.

    The request names the list then, without its landlines if they are looked up.
    """
    request["file"] = files.enter_context(campaigns.uploaded(content))
    with progress("reading the list"):
        found = campaigns.create({**request, "dryRun": True})
    if not lookup:
        return found, None
    from tools.survey_campaigns.landlines import find_landlines

    with running_count("numbers looked up at Twilio") as tell:
        checked = find_landlines(campaigns.twilio, content, found, tell)
    if checked.rejected:
        request["file"] = files.enter_context(campaigns.uploaded(checked.content))
        with progress("reading the list without landlines"):
            found = campaigns.create({**request, "dryRun": True})
    return checked.added_to(found), checked


def _print_recipients(survey: str, campaign_id: str) -> None:
    from survey.storage.campaign_rows import ListGone
    from survey.storage.campaigns import load
    from tools.survey_campaigns.recipients import write_recipients

    found = load(survey, campaign_id)
    if found is None:
        fail("There is no campaign of this id.")
    try:
        write_recipients(found, sys.stdout)
    except ListGone as problem:
        fail(str(problem))
    except BrokenPipeError:
        # The reader, such as head, has enough. Python would complain when it flushes.
        sys.stdout = None
        raise typer.Exit(0) from None


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            fail(f"{file}: has more than {LARGEST_FILE // 1024 // 1024} MiB: make several lists of it")
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")


def _campaign_id(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise typer.BadParameter("CAMPAIGN must be an id that `switchboard survey campaigns` shows")
    return text
