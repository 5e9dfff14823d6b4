"""Install a pinned requirements file with pip, and show how far it is.

``make`` asks for it before anything is installed, so it needs the standard library only. pip alone is silent
for minutes with ``--quiet``, and prints hundreds of lines without.
"""

import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO

_PIP: Final = (
    *("pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes"),
    *("--progress-bar", "off", "--no-input", "--requirement"),
)
_PACKAGE: Final = re.compile(
    r"(?:Collecting|Requirement already satisfied:|Ignoring|Processing)\s+(?:\S*/)?"
    r"([A-Za-z0-9._]+(?:-[A-Za-z]+)*)"
)
_SECONDS: Final = {True: 1, False: 10}
"""How often something is shown: on a terminal, and elsewhere, such as in the log of CI."""


def install(file: Path, output: TextIO) -> int:
    """Install a file's packages into the Python that runs; return pip's exit code."""
    total = sum(1 for line in file.read_text(encoding="utf-8").splitlines() if "==" in line)
    output.write(f"Installing {total} packages of {file} into {sys.prefix}, this once:\n")
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *_PIP, str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        printed = pip.stdout or ()
        lines = [*show_progress(_with_pauses(printed, _SECONDS[output.isatty()]), total, output)]
    if pip.returncode:
        output.write("".join(lines[-20:]))
    else:
        output.write(f"  installed in {time.monotonic() - started:.0f} s\n")
    return pip.returncode


def _with_pauses(lines: Iterable[str], seconds: float) -> Iterator[str]:
    """Yield lines as they come, and the empty string whenever none has come for so long."""
    found: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in lines:
            found.put(line)
        found.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = found.get(timeout=seconds)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        yield line


def show_progress(lines: Iterable[str], total: int, output: TextIO) -> Iterator[str]:
    """Yield the lines that pip prints, and show how far it is: on one line of a terminal, else on several.

    Parameters
    ----------
    lines
        What pip prints; an empty string where it has printed nothing for some time.
    total
        How many packages there are.
    """
    is_terminal = output.isatty()
    started = shown = time.monotonic()
    count, doing = 0, "asking for the packages"
    for line in lines:
        if line:
            yield line
        if match := _PACKAGE.match(line):
            count += 1
            doing = f"{count} of {total}: {match[1]}"
        elif line.startswith("Installing collected packages"):
            doing, shown = "unpacking them", started
        now = time.monotonic()
        if is_terminal:
            output.write(f"\r\x1b[K  {doing} ({now - started:.0f} s)")
            output.flush()
        elif now - shown >= _SECONDS[is_terminal]:
            output.write(f"  {doing} ({now - started:.0f} s)\n")
            output.flush()
            shown = now
    if is_terminal:
        output.write("\r\x1b[K")


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1]), sys.stdout))
