"""Lists and campaigns, as ``switchboard survey send`` and ``campaigns`` print them."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tools.stack.table import print_table

if TYPE_CHECKING:
    from tools.survey_campaigns.client import CampaignClient

_COUNTS: Final = ("started", "completed", "optedOut", "unfinished", "unreached", "failed", "skipped")
_SHOWN: Final = 20
_POLL_SECONDS: Final = 3.0


def print_list(found: Mapping[str, Any]) -> None:
    """Print what a dry run, and Lookup, find of a list."""
    for one in found["rejected"][:_SHOWN]:
        print(f"line {one['line']}: {' '.join(str(one['to']).split())}: {one['message']}")
    hidden = found["rejectedCount"] - min(_SHOWN, len(found["rejected"]))
    if hidden:
        print(f"… and {hidden:,} more: --dry-run --json shows them")
    for warning in found["warnings"]:
        print(f"warning: {warning}")
    print(f"{found['accepted']:,} people are asked, {found['rejectedCount']:,} are not.")
    if lookup := found.get("lookup"):
        print(
            f"Twilio Lookup was asked about {lookup['asked']:,} numbers: {lookup['landlines']:,} are "
            f"landlines, {lookup['unknown']:,} are of an unknown type and are kept."
        )
    if found["unchecked"]:
        print(f"Whether {found['unchecked']:,} of them have answered is looked at when it is their turn.")


def print_campaigns(found: Sequence[Mapping[str, Any]]) -> None:
    """Print campaigns as a table."""
    columns = ("campaign", "created", "medium", "status", "recipients", "waiting", *_COUNTS)
    print_table(columns, [_row(one) for one in found])


def _row(one: Mapping[str, Any]) -> list[str]:
    names = ("campaignId", "createdAt", "medium", "status", "recipients", "waiting", *_COUNTS)
    return [str(one[name])[:19] if name == "createdAt" else str(one[name]) for name in names]


def follow(client: "CampaignClient", campaign_id: str) -> None:
    """Show on a terminal how a campaign goes, until nobody waits or the operator has seen enough."""
    from rich.console import Console

    try:
        with Console(stderr=True).status("") as status:
            while (found := client.get(campaign_id))["status"] == "running" and found["waiting"]:
                status.update(_progress(found))
                time.sleep(_POLL_SECONDS)
        print(f"{found['status']}: {_progress(found)}")
        if found["status"] == "running":
            print(f"All have been asked: `switchboard survey campaigns {campaign_id}` shows who answers.")
    except KeyboardInterrupt:
        print(f"It continues: `switchboard survey campaigns {campaign_id}` shows it, and can pause it.")


def _progress(found: Mapping[str, Any]) -> str:
    counts = [f"{found[name]:,} {name}" for name in ("waiting", *_COUNTS) if found[name]]
    return ", ".join([*counts, *([str(found["problem"])] if found["problem"] else [])])
