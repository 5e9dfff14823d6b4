"""``switchboard console``: pages in the browser that show and run a stack."""

import contextlib
import logging
import os
import socket
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from local.http_messages import LocalError
from tools.configure.settings import FILE_NAME
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack
from tools.terminal import fail

if TYPE_CHECKING:
    from console.context import Console

app = typer.Typer(add_completion=False)

_NICENESS: Final = 10
"""Of the console that `switchboard run` starts."""


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
    attached: Annotated[
        int,
        typer.Option(hidden=True, min=0, help="The listener's descriptor, from `switchboard run`."),
    ] = 0,
) -> None:
    """Open the console: see what a stack holds and does, and look after it, in the browser.

    It runs on this machine with your own AWS credentials, and opens only by the address that it prints.
    """
    token = _attach() if attached else ""
    try:
        from console.server import serve
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed: make console installs it")
    from console.context import Console
    from tools.stack.environment import features_of

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack) as found:
        shown = Console(found, file)
    with socket.socket(fileno=attached) if attached else _listen(listen) as listener, features_of(found):
        serve(shown, listener, partial(_announce, shown), token)
        _tell_platform(shown, "")


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=64)
    except OSError:
        fail(f"port {port} is taken; choose another, or 0 for any free one: --listen")


def _attach() -> str:
    """Leave the processor to the platform first, end when standard input ends, and return the token in it."""
    os.nice(_NICENESS)
    token = os.read(0, 1000).decode().strip()

    def end() -> None:
        while os.read(0, 1000):
            pass
        os._exit(0)

    threading.Thread(target=end, daemon=True).start()
    return token


def _announce(console: "Console", address: str) -> None:
    print(f"The console of {console.stack.name}: {address}", flush=True)
    _tell_platform(console, address)


def _tell_platform(console: "Console", address: str) -> None:
    """Let the platform lead to the console, or no more."""
    if console.platform:
        with contextlib.suppress(LocalError, OSError):  # the printed address serves as well
            console.platform.request("PUT", "/console", {"address": address})
