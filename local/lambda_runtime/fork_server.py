"""The process that execution environments are forked from: it has imported the slow packages once.

``local.lambda_runtime.environment`` starts it with a socket as its argument. The byte FORK comes with two
file descriptors, the new environment's control connection and its output; APPLICATION comes with a file that
names the application's handlers, whose imports are done here between requests to fork. When the socket
closes, the fork server and its environments end.
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
from collections import deque
from pathlib import Path
from typing import Any, Final

FORK: Final = b"+"
APPLICATION: Final = b"a"

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
    from local.lambda_runtime import worker

    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # children are not waited for: their connection tells their end
    from local.lambda_runtime.preload import Preloaded

    preloaded = Preloaded(())
    handlers: deque[tuple[str, dict[str, str]]] = deque()
    while True:
        if handlers and not select.select([channel], [], [], 0)[0]:
            preloaded.add(*handlers.popleft())
            gc.freeze()
            continue
        request, descriptors, _, _ = socket.recv_fds(channel, 1, 2)
        if not request:  # the platform has gone: so do this process and all that it has forked
            os.killpg(0, signal.SIGKILL)
        if request == APPLICATION:
            application = _read_json(descriptors[0])
            preloaded = Preloaded(application["paths"])
            handlers.extend((one["handler"], one["environment"]) for one in application["functions"])
            continue
        if os.fork() == 0:
            channel.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            worker.run(descriptors[0], descriptors[1], preloaded)
        for descriptor in descriptors:
            os.close(descriptor)


def _read_json(descriptor: int) -> Any:
    with os.fdopen(descriptor, encoding="utf-8") as file:
        return json.load(file)


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
