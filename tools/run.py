"""``make run``: starts the platform, says what to try, and runs until Ctrl-C or SIGTERM."""

import errno
import gc
import logging
import os
import select
import signal
import sys
import time

_DEFAULT_PORT = 3000


def main() -> int:
    """Run the platform.

    Environment variables: ``PORT`` (3000), ``DATA`` (a directory that keeps the state between runs).

    Returns
    -------
    int
        The exit code: 0 after a clean end, 1 where it could not start, 2 for a setting that makes no sense.
    """
    started = time.monotonic()
    ending = _signals()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # what people text must not silence a terminal without UTF-8
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    given = os.environ.get("PORT") or str(_DEFAULT_PORT)
    if not given.isdecimal() or int(given) > 65535:
        return _fail(f"PORT={given} is no port number", 2)
    gc.disable()  # what is made on the way up stays
    from local.platform import Platform
    from local.state import UnreadableStateError

    try:
        platform = Platform(int(given), os.environ.get("DATA") or None)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return _fail(f"port {given} is taken; choose another: PORT=3001 make run", 1)
    try:
        platform.start()
        gc.freeze()
        gc.enable()
        if not select.select([ending], [], [], 0)[0]:
            print(_banner(platform.base_url, platform.api_key, time.monotonic() - started), flush=True)
        os.read(ending, 1)
        print("\nstopping", flush=True)
    except UnreadableStateError as error:
        return _fail(str(error), 1)
    finally:
        platform.stop()
    return 0


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


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _banner(url: str, api_key: str, seconds: float) -> str:
    from local.template.parameters import SIP_DOMAIN, STUDIO_NUMBER

    return f"""
Switchboard is ready ({seconds:.1f} s): {url}

Take the survey in another terminal
  make phone                     text the app or call it, press digits, speak
  make demo                      watch one by SMS in English and one by phone in Spanish

Call the rest of the application, in make phone
  call {STUDIO_NUMBER}              a Studio flow; its path through the flow is recorded
  call sip:4321@{SIP_DOMAIN}    an address that the SIP router knows, or its default route

Start a survey as another system would
  curl -X POST {url}/sms/initiate-sms -H 'Authorization: Bearer {api_key}' -d To=+12025550142
  curl -X POST {url}/voice/initiate-call -H 'Authorization: Bearer {api_key}' -d To=+12025550142

Look inside
  {url}/_local/health            keys, tokens, addresses
  {url}/_local/invocations       what ran, how long, how many calls it made
  {url}/_local/twilio/requests   what Twilio was asked
  curl -X POST {url}/_local/clock -d '{{"advanceSeconds": 86400}}'    let a day pass

Edit config-files/ or the code: the next request uses it. Ctrl-C ends it.
"""


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything has ended in order; taking the interpreter apart would only keep the developer waiting.
    os._exit(code)
