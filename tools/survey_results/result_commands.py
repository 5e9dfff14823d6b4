"""``switchboard survey results``, ``summary``, ``index-results`` and ``delete``."""

import contextlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from tools.terminal import fail, progress, replace_unprintable, running_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey.domain.results.query import ResultQuery
    from tools.stack.stack import Stack
    from tools.survey_results.deletion import Stored
    from tools.survey_results.index_results import Indexer

Survey = Annotated[
    str, typer.Option("--survey", envvar="SURVEY", help="The surveyId; without one, the one at the root.")
]
Since = Annotated[
    str,
    typer.Option(
        help="Sessions that started from then on: 2026-03-01, 2026-03-01T09:00Z (UTC), or 7d, 12h ago."
    ),
]
Until = Annotated[
    str, typer.Option(help="Sessions that started until then; the same forms, a date counts whole.")
]
_STATUS = re.compile(r"[A-Z_]+")


def results(
    *,
    survey: Survey = "default",
    since: Since = "",
    until: Until = "",
    status: Annotated[str, typer.Option(help="Only results with this surveyStatus, such as COMPLETED.")] = "",
    as_csv: Annotated[
        bool, typer.Option("--csv", help="A table: one row a respondent, one column a question. The default.")
    ] = False,
    as_lines: Annotated[
        bool, typer.Option("--jsonl", "--json", help="Result files, as JSON, one a line.")
    ] = False,
    as_parquet: Annotated[
        bool, typer.Option("--parquet", help="The table as Parquet; needs pyarrow.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="The file to write; else standard output.")] = None,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Write the results of a survey, the latest first, however many there are."""
    from tools.survey_results.export import ExportError, Format, export

    asked: list[Format] = []
    for name, is_asked in (("csv", as_csv), ("jsonl", as_lines), ("parquet", as_parquet)):
        if is_asked:
            asked.append(name)  # type: ignore[arg-type]  # the names of the formats
    if len(asked) > 1:
        raise typer.BadParameter("only one of --csv, --jsonl and --parquet can be written")
    with _results(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        query = _query(stack.now(), survey, since, until, status)
        try:
            if out is None:
                export(query, asked[0] if asked else "csv", None)
                return
            with running_count("results") as seen:
                number = export(query, asked[0] if asked else "csv", out, seen)
        except ExportError as error:
            fail(str(error))
        except BrokenPipeError:
            # The reader, such as head, has enough. Python would complain when it flushes.
            sys.stdout = None
            raise typer.Exit(0) from None
        except OSError as error:
            fail(f"--out cannot be written: {error}")
    print(f"{number:,} results: {out}")


def summary(
    *,
    survey: Survey = "default",
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Show who started, completed and left where, and what was answered in what time."""
    from survey.result_summary import summarize
    from tools.survey_results.summary_page import summary_lines

    replace_unprintable()
    with _results(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        query = _query(stack.now(), survey, since, until)
        with progress("counting"):
            found = summarize(query.survey_id, query.earliest, query.latest)
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for line in summary_lines(found):
        print(line)


def index_results(
    *,
    survey: Annotated[str, typer.Option(help="The surveyId; without one, all surveys.")] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Write entries; without it, only say what would be written.")
    ] = False,
    after: Annotated[str, typer.Option(help="Go on behind this file's key; with --survey.")] = "",
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Bring result files into the index that were there before it, whichever application wrote them.

    Reads the bucket once, and removes entries whose files are gone. May be run again and again, and while
    surveys are taken.
    """
    from tools.survey_results.index_results import Indexer, survey_ids

    if after and not survey:
        raise typer.BadParameter("--after needs --survey")
    with _results(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        bucket, s3 = stack.physical("ConfigBucket"), stack.client("s3")
        indexer = Indexer(s3, bucket, _report, stack.now, writes=write)
        surveys = [_survey_id(survey)] if survey else list(survey_ids(s3, bucket))
        try:
            with running_count("files") as seen:
                for survey_id in surveys:
                    for counts in indexer.run(survey_id, after):
                        seen(counts.files)
            with running_count("entries") as seen:
                for survey_id in surveys:
                    for number in indexer.remove_stale(survey_id):
                        seen(number)
        except KeyboardInterrupt:
            _print_counts(indexer, written=write)
            fail(f"Stopped. Run the command again to continue, with --after {indexer.counts.last_key}")
    _print_counts(indexer, written=write)
    if indexer.counts.odd:
        raise typer.Exit(1)


def delete(
    number: Annotated[str, typer.Argument(help="The person's number, such as +12025550142, or a CallSid.")],
    *,
    survey: Annotated[str, typer.Option(help="In one survey only, by its surveyId.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Delete what surveys have stored about a person, for good, in every version.

    That is sessions, result files, the index, the archive, and rows of campaigns. An opt-out stays, so that
    they are not written to again.
    """
    from tools.survey_results.deletion import Respondent

    respondent = _respondent(number)
    with _results(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        survey_id = _survey_id(survey) if survey else ""
        bucket = stack.physical("ConfigBucket")
        person = Respondent(stack.client("s3"), bucket, respondent, survey_id, stack.now)
        found = person.find()
        if found.is_empty:
            print("Nothing is stored about this person.")
            return
        print(_described(found))
        if not yes and not (sys.stdin.isatty() and typer.confirm("Delete it?")):
            fail("Nothing is deleted: say --yes")
        left = person.delete()
    if not left.is_empty:
        fail("Something was written meanwhile, as the person answers just now. Run the command again.")
    print("Deleted.")
    if found.opted_out:
        print("Their opt-out is kept, so that they are not written to again.")


@contextlib.contextmanager
def _results(
    profile: str, region: str, folder: Path, *, local: bool, port: int, name: str
) -> "Iterator[Stack]":
    from tools.survey_results.stack_results import results_of

    with (
        chosen_stack(profile, region, folder, local=local, port=port, name=name) as stack,
        results_of(stack),
    ):
        yield stack


def _query(now: int, survey: str, since: str, until: str, status: str = "") -> "ResultQuery":
    from survey.domain.results.entry import LATEST_MS
    from survey.domain.results.query import ResultQuery
    from tools.survey_results.period import parse_moment

    bounds = {}
    for option, text, default in (("--since", since, 0), ("--until", until, LATEST_MS)):
        try:
            ends = option == "--until"
            bounds[option] = parse_moment(text, now, ends=ends) if text else default
        except ValueError as error:
            raise typer.BadParameter(f"{option} {error}") from None
    if bounds["--since"] > bounds["--until"]:
        raise typer.BadParameter("--since must not be after --until")
    if status and not _STATUS.fullmatch(status):
        raise typer.BadParameter("--status must be a surveyStatus, such as COMPLETED")
    return ResultQuery(_survey_id(survey), bounds["--since"], bounds["--until"], status or None)


def _survey_id(text: str) -> str:
    from survey.domain.definition import is_survey_id

    if not is_survey_id(text):
        raise typer.BadParameter("--survey must be letters, digits, _ and -, at most 64")
    return text


def _respondent(number: str) -> str:
    from tools.survey_results.respondent import parse_respondent

    try:
        return parse_respondent(number)
    except ValueError as error:
        raise typer.BadParameter(f"NUMBER {error}") from None


def _report(key: str, problem: str) -> None:
    sys.stderr.write(f"{key}: is left alone, for {problem}\n")


def _print_counts(indexer: "Indexer", *, written: bool) -> None:
    counts = indexer.counts
    done = "are indexed" if written else "would be indexed with --write"
    print(f"{counts.indexed:,} files {done}.")
    print(f"{counts.present:,} were in the index already.")
    if counts.odd:
        print(f"{counts.odd:,} files are no results and are left alone.")
    if counts.removed:
        verb = "are removed" if written else "would be removed with --write"
        print(f"{counts.removed:,} entries whose files are gone {verb}.")


def _campaign_of(key: str) -> tuple[str, str]:
    """Return survey and id of the campaign whose list a file belongs to."""
    _, survey_id, campaign_id, *_ = key.split("/")
    return survey_id, campaign_id


def _described(found: "Stored") -> str:
    surveys = sorted({*found.sessions, *found.entries})
    return (
        f"Stored about this person: sessions: {len(found.sessions)}, entries of the index: "
        f"{len(found.entries)}, versions of files: {len(found.versions)}, "
        f"campaigns: {len({*found.campaigns, *map(_campaign_of, found.lists)})}"
        + (f"; surveys: {', '.join(surveys)}." if surveys else ".")
    )
