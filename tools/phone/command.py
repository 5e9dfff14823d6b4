"""``make phone``: a phone in the terminal, for a running ``make run`` or one of its own."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local.twilio.sids import is_e164
from tools.phone.client import PhoneClient
from tools.phone.screen import Screen
from tools.phone.terminal import PhoneTerminal

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_PHONE = "+12025550142"


def main() -> int:
    """Run the phone.

    Environment variables: ``PORT`` of the platform (3000), ``PHONE``, this phone's number (+12025550142).

    Returns
    -------
    int
        The exit code: 0 after quit or the end of the input, 1 for a DATA that cannot be used, 2 for another
        setting that makes no sense.
    """
    phone, port = os.environ.get("PHONE") or DEFAULT_PHONE, os.environ.get("PORT") or "3000"
    if not is_e164(phone):
        print(f"PHONE={phone} is no number: + and 7 to 15 digits", file=sys.stderr)
        return 2
    if not port.isdecimal() or int(port) > 65535:
        print(f"PORT={port} is no port number", file=sys.stderr)
        return 2
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal or a pipe without UTF-8 must not end the call
    with contextlib.suppress(KeyboardInterrupt), _platform(int(port)) as base_url:
        screen = Screen()
        PhoneTerminal(PhoneClient(base_url), phone, screen.show).run(screen.lines())
    return 0


@contextlib.contextmanager
def _platform(port: int) -> Iterator[str]:
    """Yield the base URL of the platform that runs already, else of one that lives as long as this phone."""
    base_url = f"http://127.0.0.1:{port}"
    if PhoneClient(base_url).is_ready():
        yield base_url
        return
    from local.log_lines import Terminal
    from local.platform import Platform
    from local.state import UnreadableStateError

    print(
        f"Nothing runs on port {port}: starting the platform for this phone (`make run` keeps one).",
        flush=True,
    )
    data = os.environ.get("DATA")
    platform = Platform(0, Path(data) if data else None, terminal=Terminal(quiet=True))
    try:
        platform.start()
        yield platform.base_url
    except UnreadableStateError as error:
        sys.exit(str(error))
    finally:
        platform.stop()


if __name__ == "__main__":
    sys.exit(main())
