"""The process that execution environments are forked from: it has imported the slow packages once.

``local.lambda_runtime.environment`` starts it with a socket as its argument. The bytes FORK and
FORK_BARE come with two file descriptors, the new environment's control connection and its output;
APPLICATION comes with a file that names handlers. When the socket closes, all environments end, too.

Nothing of the application is imported here. A process that is forked for it imports what those handlers
import, and forks environments, but for bare ones, as soon as it is ready. After an edit it gives a request
back, which is then carried out here, and another process takes its place. So an environment always runs the
code that is on disk.
"""

import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

FORK: Final = b"+"
FORK_BARE: Final = b"-"
APPLICATION: Final = b"a"
_READY: Final = b"r"

_PACKAGES = (
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.idempotency.persistence.dynamodb",
    "aws_lambda_powertools.utilities.parameters",
    "aws_lambda_powertools.utilities.parser.models",
    "boto3.dynamodb.types",
    "botocore.httpsession",
    "botocore.signers",
    "phonenumbers",
    "pydantic.alias_generators",
    "requests",
    "time_machine",
    "twilio.request_validator",
    "twilio.rest",
    "twilio.twiml.messaging_response",
    "twilio.twiml.voice_response",
    "local.lambda_runtime.worker",
)


def main() -> None:
    """Import the slow packages, then fork an environment for every request on the socket."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    gc.disable()  # nothing that is imported becomes garbage
    # As the functions' own switchboard.aws does: botocore reads it while it is imported.
    os.environ["AWS_NEW_RETRIES_2026"] = "true"
    # time-machine would import it for its plugin, at a third of what everything here costs.
    blocked: dict[str, Any] = {"pytest": None}
    sys.modules.update(blocked)
    for name in _PACKAGES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    del sys.modules["pytest"]
    _parse_service_models()
    gc.freeze()
    gc.enable()
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # children are not waited for: their connection tells their end
    _ForkServer(channel).serve()


class _ForkServer:
    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._from_preloaded, self._to_base = socket.socketpair()
        self._preloaded: socket.socket | None = None
        self._is_ready = False
        self._application: Any = None

    def serve(self) -> NoReturn:
        """Carry out requests until the platform has gone."""
        while True:
            for readable in select.select([self._channel, self._from_preloaded], [], [])[0]:
                request, descriptors, _, _ = socket.recv_fds(readable, 1, 2)
                if not request:  # the platform has gone: so do this process and all that it has forked
                    os.killpg(0, signal.SIGKILL)
                if request == _READY:
                    self._is_ready = True
                elif request == APPLICATION:
                    with os.fdopen(descriptors.pop(), encoding="utf-8") as file:
                        self._application = json.load(file)
                elif (
                    readable is self._from_preloaded
                    or request == FORK_BARE
                    or not self._is_ready
                    or not self._hand_over(descriptors)
                ):
                    self._fork_environment(descriptors)
                # Before another process is forked, which would keep them open: an environment's end would
                # not be noticed.
                for descriptor in descriptors:
                    os.close(descriptor)
                if request == APPLICATION or (readable is self._from_preloaded and request == FORK):
                    self._start_preloaded()

    def _hand_over(self, descriptors: list[int]) -> bool:
        try:
            socket.send_fds(self._preloaded, [FORK], descriptors)  # type: ignore[arg-type]
        except OSError:  # it has crashed
            self._is_ready = False
            return False
        return True

    def _fork_environment(self, descriptors: list[int]) -> None:
        if os.fork() == 0:
            self._close()
            _run_environment(descriptors)

    def _start_preloaded(self) -> None:
        """Fork a process that imports what handlers import, in the place of the one that there is."""
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            self._close(but=self._to_base)
            _serve_preloaded(theirs, self._to_base, self._application)
        theirs.close()
        if self._preloaded is not None:
            self._preloaded.close()
        self._preloaded, self._is_ready = ours, False

    def _close(self, but: socket.socket | None = None) -> None:
        """Close this process's sockets, in one that was forked from it."""
        for one in (self._channel, self._from_preloaded, self._to_base, self._preloaded):
            if one is not None and one is not but:
                one.close()


def _serve_preloaded(channel: socket.socket, to_base: socket.socket, application: Any) -> NoReturn:
    from local.lambda_runtime.preload import Preloaded

    preloaded = Preloaded(application["paths"])
    for function in application["functions"]:
        preloaded.add(function["handler"], function["environment"])
    gc.freeze()
    to_base.send(_READY)
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, 1, 2)
        if not request:
            os._exit(0)
        if not preloaded.is_current():
            socket.send_fds(to_base, [FORK], descriptors)
        elif os.fork() == 0:
            channel.close()
            to_base.close()
            _run_environment(descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _run_environment(descriptors: list[int]) -> NoReturn:
    from local.lambda_runtime import worker

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    worker.run(*descriptors)


def _parse_service_models() -> None:
    """Parse botocore's JSON files about the services once, as the dependencies layer holds them."""
    import boto3
    from botocore import loaders

    layer = runpy.run_path("layers/dependencies/service_models.py")
    files: Any = loaders.JSONFileLoader
    load = functools.partial(files.load_file, files())

    @functools.cache
    def parse(path: str) -> Any:
        content, service, name = load(path), *Path(path).parts[-3::2]
        if content and name == "service-2" and service in layer["OPERATIONS"]:
            return layer["trimmed"](service, content)
        return layer["trimmed_endpoints"](content) if content and name == "endpoints" else content

    files.load_file = lambda _, path: parse(path)
    folders: Any = loaders.Loader
    folders.list_available_services = lambda *_: sorted(layer["OPERATIONS"])
    session: Any = boto3.Session(region_name="us-east-1")
    for service in layer["OPERATIONS"]:
        session.client(service)


if __name__ == "__main__":
    main()
