"""``switchboard phone``: a phone in the terminal, for a running platform or one of its own."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tools.terminal import fail, replace_unprintable

app = typer.Typer(add_completion=False)


@app.command()
def phone(
    *,
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Port of the running platform.")
    ] = 3000,
    number: Annotated[
        str, typer.Option(envvar="PHONE", help="This phone's number: + and 7 to 15 digits.")
    ] = "+12025550142",
    data: Annotated[
        Path | None,
        typer.Option(envvar="DATA", help="State directory of a platform that is started for this phone."),
    ] = None,
) -> None:
    """Text or call the app from the terminal; without a running platform it starts one."""
    from local.twilio.sids import is_e164
    from tools.phone.client import PhoneClient
    from tools.phone.screen import Screen
    from tools.phone.terminal import PhoneTerminal

    if not is_e164(number):
        raise typer.BadParameter(f"{number} is no number: + and 7 to 15 digits", param_hint="PHONE, --number")
    replace_unprintable()
    with contextlib.suppress(KeyboardInterrupt), _platform(port, data) as base_url:
        screen = Screen()
        PhoneTerminal(PhoneClient(base_url), number, screen.show).run(screen.lines())


@contextlib.contextmanager
def _platform(port: int, data: Path | None) -> Iterator[str]:
    """Yield the base URL of the platform that runs already, else of one that lives as long as this phone."""
    from tools.phone.client import PhoneClient

    base_url = f"http://127.0.0.1:{port}"
    if PhoneClient(base_url).is_ready():
        yield base_url
        return
    from local.log_lines import Terminal
    from local.platform import Platform
    from local.state import UnreadableStateError

    print(
        f"Nothing runs on port {port}: starting the platform for this phone (`switchboard run` keeps one).",
        flush=True,
    )
    platform = Platform(0, data, terminal=Terminal(quiet=True))
    try:
        platform.start()
        yield platform.base_url
    except UnreadableStateError as error:
        fail(str(error))
    finally:
        platform.stop()
