"""Options of the commands that look after a stack: which one it is."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.terminal import fail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.stack.stack import Stack

StackName = Annotated[str, typer.Option("--stack", help="Name of the stack; else switchboard-PROFILE.")]
Profile = Annotated[
    str, typer.Option(envvar="PROFILE", help="The profile that was deployed: dev, prod, or any other.")
]
Region = Annotated[str, typer.Option(help="AWS region; else the one that was deployed to.")]
Local = Annotated[bool, typer.Option("--local", help="The platform that `make run` has started here.")]
Port = Annotated[
    int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the platform, with --local.")
]
Folder = Annotated[
    Path,
    typer.Option(envvar="DEPLOY_FOLDER", hidden=True, help="Folder of what is kept between deployments."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
ShowNumbers = Annotated[
    bool, typer.Option("--show-numbers", help="Print phone numbers and texts as they are, not masked.")
]

DEFAULT_FOLDER = Path(__file__).parents[2] / ".deploy"


@contextmanager
def chosen_stack(
    profile: str, region: str, folder: Path, *, local: bool, port: int, name: str = ""
) -> "Iterator[Stack]":
    """Open the stack that a command names.

    What AWS or Twilio refuse meanwhile, and what is wrong with a file, ends the command with a sentence.
    """
    from tools.stack.opening import open_local, open_stack
    from tools.stack.refusal import REFUSALS, explain

    try:
        yield open_local(port) if local else open_stack(profile, region, folder, name=name)
    except REFUSALS as error:
        fail(explain(error))
