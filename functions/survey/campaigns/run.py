"""A run of the campaigns: contact recipients who are due, check the outcomes of others.

Campaigns take turns, a batch each, so that none keeps the others waiting. A batch and the campaign's progress
are stored in one transaction. A run that is killed leaves recipients claimed; the next run asks Twilio first
whether they were contacted.
"""

import contextlib
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Final

from survey.campaigns.contact import NOTHING, Step, opens_at, process_due, take_row
from survey.campaigns.pace import AT_ONCE, Pace
from survey.domain.campaign.campaign import Campaign, CountName
from survey.domain.campaign.recipient import Recipient
from survey.storage import campaign_recipients, campaigns
from survey.storage.campaign_recipients import LeaseLost, Queue
from survey.storage.campaign_rows import ListGone, read_rows
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.log import count, logger
from switchboard.timestamps import now_ms
from switchboard.twilio import rest_client

MOST_ROWS: Final = 50
"""Rows in a batch, of which some are only stored for their hours; a transaction takes 100 items."""

LONGEST_WAIT: Final = 5.0
"""Seconds that a run waits for the next minute of a campaign; the next run does what is left."""

LOOK_SECONDS: Final = 10.0
"""Seconds after which a run queries again for recipients who are due."""

MOST_DUE: Final = 100
"""Recipients that one query finds, for the batches to come."""

BEHIND_SECONDS: Final = 1.0
MOST_IN_VAIN: Final = 3
"""Wait for an index that is behind the table, and how many batches in a row may find nothing due."""

_QUEUES: Final[tuple[Queue, ...]] = ("outcomes", "contacts")

_LEAST_SECONDS: Final = 12.0
"""Seconds that must be left for another batch."""


class RunFailed(Exception):
    """Some campaigns failed; the log lines before have the reasons."""

    def __init__(self) -> None:
        super().__init__("a campaign failed: see the log lines before")


@dataclass
class _Batch:
    """The next batch of a campaign: tasks to run concurrently, rows of the list, rows that were deleted."""

    work: list[Callable[[], Step]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    rows: int = 0
    deleted: int = 0


class CampaignRun:
    """One campaign's share of a run.

    Parameters
    ----------
    survey_id, campaign_id : str
    owner : str
        Names the run in the campaign's lease.
    """

    def __init__(self, survey_id: str, campaign_id: str, owner: str) -> None:
        self._survey_id, self._campaign_id, self._owner = survey_id, campaign_id, owner
        self._rows: Iterator[Recipient | None] | None = None
        self._next_row = 0
        self._found: dict[Queue, deque[str]] = {}
        self._empty_until: dict[Queue, float] = {}
        self._in_vain = 0
        self._pace: Pace | None = None
        self._campaign: Campaign | None = None
        self.contacted = 0

    def step(self, workers: ThreadPoolExecutor) -> float | None:
        """Process the next batch; return the seconds to wait for another, None if this run is done."""
        now = now_ms()
        campaign = campaigns.lease(self._survey_id, self._campaign_id, self._owner, now)
        if campaign is None:
            return None  # Paused, canceled, or another run has it.
        self._campaign = campaign = campaign.refilled(now)
        self._pace = self._pace or Pace(campaign.per_minute)
        if campaign.is_finished:
            self._finish(campaign, now)
            return None
        if not campaign.tokens:
            wait = (campaign.next_minute_at - now) / 1000
            return wait if wait <= LONGEST_WAIT else None
        if not (most := self._pace.allowed(campaign.tokens)):
            return self._pace.wait(campaign.tokens)
        batch = self._batch(campaign, most, now)
        if not batch.work and not batch.rows:
            return None
        return self._carry_out(campaign, batch, workers)

    def release(self) -> None:
        """End the lease, for the next run."""
        if self._campaign is None:
            return
        try:
            campaigns.release(self._campaign, self._owner)
        except aws.AwsError:
            logger.warning("A campaign's lease ends by itself", exc_info=True)

    def note(self, problem: str) -> None:
        """Store why the campaign failed in this run."""
        if self._campaign is None:
            return
        told = replace(self._campaign, problem=problem)
        with contextlib.suppress(LeaseLost, WriteConflict, aws.AwsError):
            campaign_recipients.store(told, self._owner, (), now_ms(), told.cursor)

    def _batch(self, campaign: Campaign, most: int, now: int) -> _Batch:
        """Return the next batch: outcomes, which need no contact, then waiting recipients, then new rows."""
        batch = _Batch()
        for queue in _QUEUES:
            for number in self._due(campaign, queue, now, most - len(batch.work)):
                if number not in batch.numbers:
                    batch.numbers.add(number)
                    batch.work.append(lambda number=number: process_due(campaign, number))  # type: ignore[misc]
        try:
            self._take_rows(campaign, batch, most - len(batch.work), now)
        except ListGone:
            self._rows = None
            if not batch.work:
                raise
        return batch

    def _due(self, campaign: Campaign, queue: Queue, now: int, most: int) -> list[str]:
        """Return recipients who are due, from the last query's result; query again when that is used up."""
        found = self._found.setdefault(queue, deque())
        if len(found) < most and time.monotonic() >= self._empty_until.get(queue, 0.0):
            asked = campaign_recipients.due(campaign, queue, now, MOST_DUE)
            found.extend(number for number in asked if number not in found)
            if len(asked) < MOST_DUE:
                self._empty_until[queue] = time.monotonic() + LOOK_SECONDS
        return [found.popleft() for _ in range(min(most, len(found)))]

    def _take_rows(self, campaign: Campaign, batch: _Batch, most: int, now: int) -> None:
        """Add new rows: at most so many that may be contacted now, and others, which are only stored."""
        while most > 0 and batch.rows < MOST_ROWS and campaign.cursor + batch.rows < campaign.rows:
            row = self._row(campaign, campaign.cursor + batch.rows)
            batch.rows += 1
            if row is None:
                batch.deleted += 1
            elif row.number not in batch.numbers:
                batch.work.append(lambda row=row: take_row(campaign, row))  # type: ignore[misc]
                most -= opens_at(campaign, row, now) <= now

    def _row(self, campaign: Campaign, place: int) -> Recipient | None:
        """Return a row of the list, None for one that was deleted."""
        if self._rows is None or self._next_row != place:
            self._rows, self._next_row = read_rows(campaign, place), place
        self._next_row += 1
        return next(self._rows)

    def _carry_out(self, campaign: Campaign, batch: _Batch, workers: ThreadPoolExecutor) -> float | None:
        # Each has its own copy of the run's deadline.
        started = [workers.submit(copy_context().run, work) for work in batch.work]
        steps = [one.result() for one in started]
        used = sum(step.uses_token for step in steps)
        problems = [step.problem for step in steps if step.problem]
        after = replace(
            campaign,
            cursor=campaign.cursor + batch.rows,
            tokens=max(0, campaign.tokens - used),
            problem=problems[0] if problems else "",
        )
        changes = [step.change for step in steps if step.change is not None]
        deleted: dict[CountName, int] = {"skipped": batch.deleted} if batch.deleted else {}
        campaign_recipients.store(after, self._owner, changes, now_ms(), campaign.cursor, counts=deleted)
        if self._pace is not None:
            self._pace.use(used)
        contacted = sum(step.contacted for step in steps)
        self.contacted += contacted
        if problems and not contacted:
            extra = {"campaign_id": campaign.campaign_id, "problem": problems[0]}
            logger.warning("A campaign waits for the next run", extra=extra)
            return None
        if not batch.rows and all(step is NOTHING for step in steps):
            # The index is behind the table.
            self._in_vain += 1
            return BEHIND_SECONDS if self._in_vain < MOST_IN_VAIN else None
        self._in_vain = 0
        return 0.0

    def _finish(self, campaign: Campaign, now: int) -> None:
        try:
            campaigns.finish(campaign, self._owner, now)
        except WriteConflict:
            return  # Paused or canceled at this moment.
        count("CampaignFinished", medium=campaign.medium)
        logger.info("A campaign is finished", extra={"campaign_id": campaign.campaign_id})


class Run:
    """A run of all campaigns.

    Parameters
    ----------
    seconds : float
        How long it may take.
    """

    def __init__(self, seconds: float) -> None:
        self._last_batch_at = time.monotonic() + seconds - _LEAST_SECONDS
        self._has_failed = False

    def go(self) -> int:
        """Process all running campaigns, and return how many people were contacted.

        Raises
        ------
        RunFailed
            A campaign failed; the others were processed.
        """
        owner = uuid.uuid4().hex
        runs = [CampaignRun(survey_id, campaign_id, owner) for survey_id, campaign_id in campaigns.running()]
        if not runs:
            return 0
        rest_client.connect()
        with ThreadPoolExecutor(AT_ONCE) as workers:
            next_at = dict.fromkeys(runs, 0.0)
            while next_at and not self._is_over:
                for run in [run for run, at in next_at.items() if at <= time.monotonic()]:
                    wait = self._step(run, workers) if not self._is_over else None
                    if wait is None:
                        del next_at[run]
                    else:
                        next_at[run] = time.monotonic() + wait
                if next_at:
                    time.sleep(max(0.0, min(next_at.values()) - time.monotonic()))
        for run in runs:
            run.release()
        contacted = sum(run.contacted for run in runs)
        if contacted:
            count("CampaignContacts", contacted)
        if self._has_failed:
            raise RunFailed
        return contacted

    @property
    def _is_over(self) -> bool:
        return time.monotonic() >= self._last_batch_at

    def _step(self, run: CampaignRun, workers: ThreadPoolExecutor) -> float | None:
        """Process a campaign's next batch; a failure ends this campaign's share of the run only."""
        try:
            return run.step(workers)
        except LeaseLost:
            logger.info("Another run has the campaign")
        except ListGone as problem:
            self._has_failed = True
            logger.exception("A campaign's list cannot be read")
            run.note(str(problem))
        except Exception:  # noqa: BLE001  # the other campaigns continue, and the run fails in the end
            self._has_failed = True
            logger.exception("A campaign failed")
        return None
