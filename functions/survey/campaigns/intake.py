"""Read a campaign's list: each number once, without people who must not be contacted.

The list is read and written in parts, so that a list of 100,000 rows needs the memory of a few hundred rows
and of the numbers seen so far.
"""

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from survey.domain.campaign.campaign import PART_ROWS
from survey.domain.campaign.recipient import Recipient
from survey.domain.campaign.recipient_list import ListError, Rejected, read_csv, read_entries
from survey.domain.definition import SurveyRef
from survey.requests.campaign import CreateCampaign
from survey.requests.placeholders import read_placeholders
from survey.storage import campaign_rows
from survey.storage.definitions import has_prompts
from survey.storage.respondent_states import AT_ONCE, Obstacle, find_obstacles
from switchboard.errors import BadRequest, FieldError
from switchboard.http.auth.rate_limit import country_problem

MOST_ROWS: Final = 100_000
"""Recipients in one campaign."""

MOST_SHOWN: Final = 10_000
"""Rejected lines in an answer, which Lambda limits to 6 MB."""

CHECK_SECONDS: Final = 16.0
"""Time spent on finding recipients who completed the survey, opted out, or are taking it."""

_THREADS: Final = 8

_OBSTACLES: Final[Mapping[Obstacle, str]] = {
    "completed": "to: has completed this survey",
    "optedOut": "to: has opted out by STOP",
    "underWay": "to: is taking this survey",
}


@dataclass
class Intake:
    """The accepted and the rejected entries of a list.

    Attributes
    ----------
    accepted : int
    rejected : list[Rejected]
        By line, at most `MOST_SHOWN`.
    rejected_count : int
        All of them.
    unchecked : int
        Accepted recipients whose survey and opt-out are looked at when their turn comes.
    """

    accepted: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    unchecked: int = 0

    def reject(self, rejected: Rejected) -> None:
        """Count an entry that is not accepted."""
        self.rejected_count += 1
        if len(self.rejected) < MOST_SHOWN:
            self.rejected.append(rejected)


def read_list(
    survey_id: str, wanted: CreateCampaign, now: int, accept: Callable[[Recipient], None]
) -> Intake:
    """Read a list, pass on the accepted recipients, and return how many were accepted and which were not.

    Raises
    ------
    BadRequest
        The file does not exist, is no list, or has too many rows.
    """
    intake = Intake()
    ends_at = time.monotonic() + CHECK_SECONDS
    lines: dict[int, int] = {}
    speaks = functools.cache(
        lambda language: time.monotonic() > ends_at or has_prompts(SurveyRef(survey_id, language))
    )
    with ThreadPoolExecutor(_THREADS) as workers:
        for part in _parts(_entries(wanted)):
            fresh = list(_checked(part, lines, speaks, intake))
            if len(lines) > MOST_ROWS:
                field_name = "file" if wanted.recipients is None else "recipients"
                problem = f"must have at most {MOST_ROWS:,} numbers: make several campaigns of it"
                raise BadRequest.about(FieldError(field=field_name, message=problem))
            obstacles: Mapping[str, Obstacle] = {}
            if time.monotonic() < ends_at:
                obstacles = _obstacles(survey_id, [one.number for one in fresh], now, workers)
            else:
                intake.unchecked += len(fresh)
            for one in fresh:
                obstacle = obstacles.get(one.number)
                if obstacle is None or (wanted.again and obstacle != "optedOut"):
                    intake.accepted += 1
                    accept(one)
                else:
                    intake.reject(Rejected(one.line, one.number, _OBSTACLES[obstacle]))
    intake.rejected.sort(key=lambda one: one.line)
    return intake


def _entries(wanted: CreateCampaign) -> Iterator[Recipient | Rejected]:
    if wanted.recipients is not None:
        return read_entries(wanted.recipients, read_placeholders)
    try:
        content = campaign_rows.read_file(wanted.file or "")
    except campaign_rows.FileTooLarge:
        problem = f"must have at most {campaign_rows.LARGEST_FILE // 1024 // 1024} MiB"
        raise BadRequest.about(FieldError(field="file", message=problem)) from None
    if content is None:
        raise BadRequest.about(FieldError(field="file", message="names no file in the bucket"))
    return read_csv(content, read_placeholders)


def _parts(entries: Iterator[Recipient | Rejected]) -> Iterator[list[Recipient | Rejected]]:
    try:
        yield from iter(lambda: list(islice(entries, PART_ROWS)), [])
    except ListError as problem:
        raise BadRequest.about(FieldError(field="file", message=str(problem))) from None


def _checked(
    part: Sequence[Recipient | Rejected],
    lines: dict[int, int],
    speaks: Callable[[str], bool],
    intake: Intake,
) -> Iterator[Recipient]:
    """Yield recipients who are new on the list, in an allowed country, in a language of the survey."""
    for one in part:
        if isinstance(one, Rejected):
            intake.reject(one)
            continue
        # A number takes less memory than its text.
        key = int(one.number[1:])
        if key in lines:
            problem = f"to: is on line {lines[key]} already"
        elif country := country_problem(one.number):
            problem = f"to: {country}"
        elif one.language and not speaks(one.language):
            problem = "language: names a language that the survey has no prompts in"
        else:
            lines[key] = one.line
            yield one
            continue
        intake.reject(Rejected(one.line, one.number, problem))


def _obstacles(
    survey_id: str, numbers: Sequence[str], now: int, workers: ThreadPoolExecutor
) -> Mapping[str, Obstacle]:
    """Return the numbers that must not be contacted, with the reasons."""
    batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
    # Each has its own copy of the request's deadline.
    started = [workers.submit(copy_context().run, find_obstacles, survey_id, batch, now) for batch in batches]
    return {number: obstacle for one in started for number, obstacle in one.result().items()}
