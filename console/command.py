"""``switchboard console``: pages in the browser that show and run a stack."""

import contextlib
import logging
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from local.http_messages import LocalError
from tools.configure.settings import FILE_NAME
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack
from tools.terminal import fail

if TYPE_CHECKING:
    from console.context import Console

app = typer.Typer(add_completion=False)


@app.command()
def console(
    *,
    stack: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    listen: Annotated[
        int,
        typer.Option(
            envvar="CONSOLE_PORT", min=0, max=65535, help="The console's own port; 0: any free one."
        ),
    ] = 0,
    file: Annotated[
        Path, typer.Option("--file", envvar="FILE", help="What should be set up, as in `switchboard status`.")
    ] = Path(FILE_NAME),
) -> None:
    """Open the console: see what a stack holds and does, and look after it, in the browser.

    It runs on this machine with your own AWS credentials, and opens only by the address that it prints.
    """
    try:
        from console.server import serve
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed: make console installs it")
    from console.context import Console
    from tools.stack.environment import features_of

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack) as found:
        shown = Console(found, file)
    try:
        listener = socket.create_server(("127.0.0.1", listen), backlog=64)
    except OSError:
        fail(f"port {listen} is taken; choose another, or 0 for any free one: --listen")
    with listener, features_of(found):
        serve(shown, listener, partial(_announce, shown))
        _tell_platform(shown, "")


def _announce(console: "Console", address: str) -> None:
    print(f"The console of {console.stack.name}: {address}", flush=True)
    _tell_platform(console, address)


def _tell_platform(console: "Console", address: str) -> None:
    """Let the platform lead to the console, or no more."""
    if console.platform:
        with contextlib.suppress(LocalError, OSError):  # the printed address serves as well
            console.platform.request("PUT", "/console", {"address": address})
