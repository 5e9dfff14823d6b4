"""Files for the operator: a survey's results, and what became of a campaign's recipients."""

import atexit
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from console.context import Console
from console.data.surveys.choice import Choice
from survey.domain.results.query import ResultQuery
from survey.storage import campaigns
from survey.storage.campaign_rows import ListGone
from switchboard.errors import Conflict, NotFound
from tools.survey_campaigns.recipients import write_recipients
from tools.survey_results.export import ExportError, Format, export

FORMATS: Final[dict[Format, str]] = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet"}


def formats() -> dict[Format, str]:
    """Return the formats that can be written here; Parquet needs a package that may not be installed."""
    return {name: words for name, words in FORMATS.items() if name != "parquet" or find_spec("pyarrow")}


def export_results(console: Console, choice: Choice, kind: Format) -> tuple[Path, int]:
    """Write results into a file, and return it and their number; the caller deletes it.

    Raises
    ------
    Conflict
        They cannot be written here; the message says why.
    """
    earliest, latest = choice.period(console.stack.now())
    file = _new_file(kind)
    try:
        return file, export(ResultQuery(choice.survey_id, earliest, latest), kind, file)
    except ExportError as error:
        file.unlink(missing_ok=True)
        raise Conflict(str(error)) from None
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def export_recipients(survey_id: str, campaign_id: str) -> Path:
    """Write what became of each recipient of a campaign as CSV; the caller deletes the file.

    Raises
    ------
    NotFound
        There is no such campaign, or its list is gone.
    """
    found = campaigns.load(survey_id, campaign_id)
    if found is None:
        raise NotFound("There is no campaign of this id.")
    file = _new_file("csv")
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            write_recipients(found, out)
    except ListGone as problem:
        file.unlink(missing_ok=True)
        raise NotFound(str(problem)) from None
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file


def file_name(choice: Choice, kind: Format, console: Console) -> str:
    """Return the name under which the browser keeps results."""
    first, last = choice.days(console.stack.now())
    span = "all" if choice.span == "all" else f"{first}-to-{last}"
    return f"{choice.survey_id}-results-{span}.{kind}"


@cache
def _folder() -> str:
    """Return a folder that only this user reads, and that is deleted with the process."""
    made = tempfile.mkdtemp(prefix="switchboard-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _new_file(ending: str) -> Path:
    with tempfile.NamedTemporaryFile(dir=_folder(), suffix=f".{ending}", delete=False) as made:
        return Path(made.name)
