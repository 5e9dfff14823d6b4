"""The console's process: listens on 127.0.0.1, prints its address, and ends on Ctrl-C and SIGTERM."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn

from console.app import build
from console.context import Console

_GRACE_SECONDS: Final = 2


def serve(
    console: Console, listener: socket.socket, announce: Callable[[str], None], token: str = ""
) -> None:
    """Serve the console until SIGINT or SIGTERM.

    Parameters
    ----------
    console
    listener
        Bound to 127.0.0.1.
    announce
        Is told the address, with its token, once it answers.
    token
        Part of the address; "" makes one.
    """
    port = listener.getsockname()[1]
    _, guard = build(console, port, token)
    config = uvicorn.Config(
        guard,
        ws="wsproto",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config, lambda: announce(f"http://127.0.0.1:{port}/?token={guard.token}"))
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        console.answers.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on the first signal, and exit as if nothing had happened: uvicorn would raise it again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield
