"""The console of the platform that runs here, in a process of its own.

Its address is known before it is there: this process opens the port and makes the token, so that a browser
waits for the console instead of being refused. It starts once the platform is ready, with a lower priority,
and ends with the platform, also where that is killed: its standard input ends then.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import threading
from importlib.util import find_spec

from local.http_messages import LocalError
from tools.phone.client import PhoneClient


def is_installed() -> bool:
    """Whether the console's packages are there."""
    return find_spec("nicegui") is not None


class ConsoleProcess:
    """The console.

    Parameters
    ----------
    port
        Where it answers on 127.0.0.1; 0 for any free port.

    Attributes
    ----------
    address : str
        Its address, token included.

    Raises
    ------
    OSError
        On construction, if the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._token = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/?token={self._token}"

    def start(self, platform_url: str) -> None:
        """Start it for a platform that answers at a URL; say so on standard error if it ends by itself."""
        port = platform_url.rpartition(":")[2]
        listener = str(self._listener.fileno())
        heard, told = os.pipe()  # the other end stays open as long as this process lives
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-m", "tools", "console", "--local", "--port", port, "--attached", listener],
            stdin=heard,
            stdout=subprocess.DEVNULL,
            pass_fds=[self._listener.fileno()],
            process_group=0,  # Ctrl-C reaches the platform only, which then ends the console
        )
        os.close(heard)
        self._listener.close()  # the console's own is open: a browser waits for it, and not if it ends
        with contextlib.suppress(OSError):  # it has ended already
            os.write(told, f"{self._token}\n".encode())
        platform = PhoneClient(platform_url)
        _lead_to(platform, self.address)
        threading.Thread(target=self._watch, args=(self._process, platform), daemon=True).start()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._ending.set()
        self._listener.close()
        if self._process is not None:
            self._process.kill()  # it has nothing to finish that would outlive the platform
            self._process.wait()

    def _watch(self, process: subprocess.Popen[bytes], platform: PhoneClient) -> None:
        code = process.wait()
        if not self._ending.is_set():
            print(f"The console has ended ({code}); `make console` starts another.", file=sys.stderr)
            _lead_to(platform, "")


def _lead_to(platform: PhoneClient, address: str) -> None:
    """Let the platform lead to the console; ``""`` for no more."""
    with contextlib.suppress(LocalError, OSError):  # the printed address serves as well
        platform.request("PUT", "/console", {"address": address})
