"""``switchboard survey``: what operators do with surveys beside editing their files."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.survey_campaigns import commands as campaign_commands
from tools.survey_graph import drawing
from tools.survey_results import result_commands
from tools.terminal import fail, running_count

if TYPE_CHECKING:
    from tools.survey_results.import_results import Counts, Found, Importer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def survey() -> None:
    """Send surveys to lists of people, look at results, take over those of an older application."""


app.command("send")(campaign_commands.send)
app.command("campaigns")(campaign_commands.campaigns)
app.command("results")(result_commands.results)
app.command("summary")(result_commands.summary)
app.command("index-results")(result_commands.index_results)
app.command("delete")(result_commands.delete)


@app.command("import-results")
def import_results(
    *,
    bucket: Annotated[str, typer.Option(envvar="BUCKET", help="The stack's output ConfigBucketName.")],
    table: Annotated[str, typer.Option(envvar="TABLE", help="The stack's output SurveySessionsTableName.")],
    source: Annotated[
        str,
        typer.Option(
            "--from",
            envvar="FROM",
            metavar="BUCKET",
            help="The older application's bucket, to copy the files from; without it they lie in --bucket.",
        ),
    ] = "",
    write: Annotated[
        bool,
        typer.Option("--write", help="Write sessions and files; without it, only say what would be written."),
    ] = False,
    survey_id: Annotated[str, typer.Option("--survey", help="Whose survey-results/ are read.")] = "default",
    language: Annotated[
        str, typer.Option(help="For respondents whose own language has no prompt file.")
    ] = "en-US",
    session_seconds: Annotated[
        int, typer.Option(min=60, help="How long unfinished surveys wait from now on, as SessionSeconds.")
    ] = 86_400,
    after: Annotated[str, typer.Option(help="Go on behind this file's key.")] = "",
) -> None:
    """Take over result files that another application wrote, so that nobody is asked twice.

    Respondents who completed the survey are not asked again, others continue at their open question. Those
    who have a session already are left alone, so the command may be run again and again.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from survey.domain.definition import DefinitionError, is_survey_id
    from tools.survey_results.import_results import Importer, load_survey

    if not is_survey_id(survey_id):
        raise typer.BadParameter("--survey must be letters, digits, _ and -, at most 64")
    try:
        s3, dynamodb = _client("s3"), _client("dynamodb")
        loaded = load_survey(s3, bucket, survey_id, language, session_seconds * 1000)
        now = int(time.time() * 1000)
        importer = Importer(s3, dynamodb, source or bucket, bucket, table, loaded, now, write)
    except (BotoCoreError, ClientError, DefinitionError) as error:
        fail(f"The survey cannot be read: {error}")
    try:
        _take_over(importer, survey_id, after)
    except (BotoCoreError, ClientError, KeyboardInterrupt) as error:
        _print(importer.counts, written=write)
        last = importer.counts.last_key
        done = f" --after {last} passes over what is done." if last else ""
        fail(f"Stopped: {str(error) or 'interrupted'}\nRun the command again to continue.{done}")
    _print(importer.counts, written=write)
    if importer.counts.odd:
        raise typer.Exit(1)


def _take_over(importer: "Importer", survey_id: str, after: str) -> None:
    with running_count("files") as seen:
        for counts in importer.run(survey_id, after, _report):
            seen(counts.files)


def _report(found: "Found") -> None:
    sys.stderr.write(f"{found.key}: is left alone, for {found.problem}\n")


def _print(counts: "Counts", *, written: bool) -> None:
    done = "are taken over" if written else "would be taken over with --write"
    print(f"{counts.completed:,} completed and {counts.unfinished:,} unfinished surveys {done}.")
    print(f"{counts.present:,} respondents have a session already.")
    print(f"{counts.own:,} files were written by this application.")
    if counts.odd:
        print(f"{counts.odd:,} files are no results and are left alone.")


def _client(service: str) -> Any:
    import boto3

    return boto3.client(service)  # type: ignore[call-overload]


app.command("graph")(drawing.graph)
