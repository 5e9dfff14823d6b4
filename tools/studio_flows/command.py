"""``switchboard studio``: look at flow definitions."""

from pathlib import Path
from typing import Annotated

import typer

from tools.terminal import fail

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def studio() -> None:
    """Look at Studio flows."""


@app.command()
def graph(
    file: Annotated[Path, typer.Argument(help="A flow definition, such as config-files/studio/menu.json.")],
) -> None:
    """Print a flow as a Mermaid flowchart."""
    from local.twilio.studio.definition import check
    from local.twilio.studio.flow_files import FlowFileError, read
    from tools.studio_flows.graph import mermaid

    try:
        definition = read(file)
    except FlowFileError as error:
        fail(str(error))
    if problems := list(check(definition)):
        fail("\n".join(f"{file}: {one.path} {one.message}" for one in problems))
    typer.echo(mermaid(definition))
