"""``switchboard run``: starts the platform, says what to try, and runs until Ctrl-C or SIGTERM."""

import errno
import gc
import logging
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tools.terminal import replace_unprintable

if TYPE_CHECKING:
    from local.platform import Platform
    from tools.run.console_process import ConsoleProcess

app = typer.Typer(add_completion=False)

DEFAULT_PORT: Final = 3000


@app.command()
def run(
    *,
    port: Annotated[
        int,
        typer.Option(envvar="PORT", min=0, max=65535, help="Port of the HTTP API; 0: any free port."),
    ] = 3000,
    data: Annotated[
        Path | None, typer.Option(envvar="DATA", help="Directory that keeps the state between runs.")
    ] = None,
    console: Annotated[
        bool, typer.Option(envvar="CONSOLE", help="Start the console, too, where it is installed.")
    ] = True,
    console_port: Annotated[
        int, typer.Option(envvar="CONSOLE_PORT", min=0, max=65535, help="The console's port; 0: any free.")
    ] = 0,
) -> None:
    """Run everything on this machine: the application, AWS and Twilio, without an account."""
    code = _run(port, data, console_port if console else None)
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything has ended in order; taking the interpreter apart would only keep the developer waiting.
    os._exit(code)


def _run(port: int, data: Path | None, console_port: int | None) -> int:
    started = time.monotonic()
    ending = _signals()
    replace_unprintable()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    gc.disable()  # what is created during the start stays
    from local.platform import Platform
    from local.state import UnreadableStateError

    try:
        platform = Platform(port, data)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return _refuse(f"port {port} is taken; choose another: --port or PORT=3001")
    console: ConsoleProcess | None = None
    try:
        platform.start()
        _register_events(platform)
        gc.freeze()
        gc.enable()
        if not select.select([ending], [], [], 0)[0]:
            console, shown = _console(console_port, platform.base_url)
            seconds = time.monotonic() - started
            print(start_message(platform.base_url, platform.api_key, seconds, shown), flush=True)
        os.read(ending, 1)
        print("\nstopping", flush=True)
    except UnreadableStateError as error:
        return _refuse(str(error))
    finally:
        if console:
            console.stop()
        platform.stop()
    return 0


def _register_events(platform: "Platform") -> None:
    """Register POST /eventstream with the stand-in's Event Streams, as ``switchboard setup-events`` does.

    A sink of the state that is kept between runs is left as it is.
    """
    from tools.setup_events.registration import SINK, SUBSCRIPTION, TYPES, sink_configuration

    streams = platform.stand_in.event_streams
    if not streams.sinks:
        destination = f"{platform.public_base_url}/eventstream"
        sink = streams.add_sink(SINK, sink_configuration(destination))
        streams.subscribe(SUBSCRIPTION, sink.sid, TYPES)


def _console(port: int | None, platform_url: str) -> "tuple[ConsoleProcess | None, str]":
    """Start the console, if there is to be one; return it, and the line that tells of it."""
    if port is None:
        return None, ""
    from tools.run.console_process import ConsoleProcess, is_installed

    if not is_installed():
        return None, "No console: it is not installed; make console installs it."
    try:
        console = ConsoleProcess(port)
        console.start(platform_url)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        return None, f"No console: port {port} ({reason}); CONSOLE_PORT=0 takes any free one."
    return console, f"Try it in the browser: {console.address}"


def _signals() -> int:
    """Return a pipe that can be read from once SIGINT or SIGTERM has come.

    An event that a handler sets is not enough: a signal that another thread takes, or that comes just before
    this one begins to wait, would leave it waiting.
    """
    ending, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    return ending


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def start_message(url: str, api_key: str, seconds: float, console: str = "") -> str:
    """Return what to try next on a platform that answers at a URL after so many seconds.

    Parameters
    ----------
    url, api_key, seconds
    console
        The line that tells of the console; "" where none is wanted.
    """
    from local.template.parameters import FLEX_NUMBER, SIP_DOMAIN, STUDIO_FLOW_NUMBERS, STUDIO_NUMBER

    port = url.rpartition(":")[2]
    there = "" if int(port) == DEFAULT_PORT else f" PORT={port}"
    return f"""
{console and console + chr(10)}Switchboard is ready ({seconds:.1f} s): {url}

In another terminal
  {f"make phone{there}":<30} text the app or call it, press digits, speak: the survey
  make demo                      watch every feature at work

Call the rest of the application, in make phone{there}
  call {STUDIO_NUMBER}              a Studio flow; its path through the flow is recorded
  call {FLEX_NUMBER}              a queue; * offers a callback or a voicemail
  call {STUDIO_FLOW_NUMBERS["menu"]}              config-files/studio/menu.json; more flows: docs/studio.md
  call sip:4321@{SIP_DOMAIN}    an address that the SIP router knows, or its default route

Start a survey or a message as another system would
  curl -X POST {url}/sms/initiate-sms -H 'Authorization: Bearer {api_key}' -d To=%2B12025550142
  curl -X POST {url}/voice/initiate-call -H 'Authorization: Bearer {api_key}' -d To=%2B12025550142
  curl -X POST {url}/flex-initiate-outbound-sms -H 'Authorization: Bearer {api_key}' \\
    -d fromNumber=%2B{FLEX_NUMBER[1:]} -d toNumber=%2B12025550142 -d toName=Ada -d messageBody=Hello

Look inside
  {url}/_local/health            keys, tokens, addresses
  {url}/_local/invocations       what ran, how long, how many calls it made
  {url}/_local/twilio/requests   what Twilio was asked
  curl -X POST {url}/_local/clock -d '{{"advanceSeconds": 86400}}'    let a day pass

Edit config-files/ or the code: the next request uses it. Ctrl-C ends it.
"""
