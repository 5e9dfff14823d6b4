"""What became of each recipient of a campaign, as CSV, however many there are."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

from survey.domain.campaign.campaign import Campaign
from survey.domain.campaign.recipient import Recipient
from survey.storage.campaign_recipients import AT_ONCE, load_many
from survey.storage.campaign_rows import read_rows
from switchboard.timestamps import format_iso

COLUMNS = ("line", "number", "status", "reason", "calledAgain", "reminded", "dueAt")


def write_recipients(campaign: Campaign, out: TextIO) -> None:
    """Write a row for each recipient, in the order of the list.

    Raises
    ------
    survey.storage.campaign_rows.ListGone
        The list is not in the bucket any more.
    """
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    listed = (row for row in read_rows(campaign, 0) if row is not None)
    for part in iter(lambda: list(islice(listed, AT_ONCE)), []):
        writer.writerows(_rows(campaign, part))


def _rows(campaign: Campaign, listed: Sequence[Recipient]) -> Iterator[Sequence[object]]:
    stored = load_many(campaign, [one.number for one in listed])
    for row in listed:
        one = stored.get(row.number, row)
        status = "waiting" if one.status == "claimed" else one.status
        due = format_iso(one.due_at) if one.due_at and status == "waiting" else ""
        yield one.line, one.number, status, one.reason, one.retries, one.reminders, due
