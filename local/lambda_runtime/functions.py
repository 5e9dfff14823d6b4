"""Running Lambda functions: each invocation gets an execution environment, and is recorded."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.clock import Clock
from local.lambda_runtime.concurrency import Concurrency, Places, ThrottledError
from local.lambda_runtime.environment import Environment, EnvironmentEndedError, ForkServer
from local.lambda_runtime.environments import Environments
from local.lambda_runtime.invocations import Invocation, InvocationLog
from local.template.application import Application
from local.template.model import Function
from local.timeouts import scale


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended.

    Parameters
    ----------
    kind
        ``success``, ``error``, ``timeout``, ``crash`` or ``throttled``.
    result
        What the handler returned, where it succeeded.
    error
        Lambda's JSON of the failure otherwise: ``errorType``, ``errorMessage`` …
    request_id
        ``context.aws_request_id``.
    """

    kind: str
    request_id: str
    result: Any = None
    error: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the handler returned."""
        return self.kind == "success"


class Functions:
    """The functions of the application, which can be invoked from any thread.

    Parameters
    ----------
    application
        Where the functions are described.
    fork_server
        Where environments are forked.
    variables
        Environment variables that the platform adds to those of the template.
    clock
        The platform's clock; workers follow it.
    log
        Where invocations are recorded.
    on_line
        ``on_line(function, line)`` is called with every line that a function writes.
    concurrency
        How many environments there may be.
    """

    def __init__(
        self,
        application: Application,
        fork_server: ForkServer,
        *,
        variables: Mapping[str, str],
        clock: Clock,
        log: InvocationLog,
        on_line: Callable[[str, str], None],
        concurrency: Concurrency,
    ) -> None:
        self._application = application
        self._fork_server = fork_server
        self._variables = variables
        self._clock = clock
        self._log = log
        self._on_line = on_line
        self._places = Places(concurrency.running)
        self._environments = Environments(self._start_environment, concurrency.kept)
        self._preload()

    def invoke(self, name: str, event: Any, trigger: str, source: str, cause: int = 0) -> Outcome:
        """Invoke a function and wait for its end.

        Parameters
        ----------
        name
            The function's logical id.
        event
            What the handler receives; anything that JSON can carry.
        trigger, source
            What started it, for the record (see ``Invocation``).
        cause
            The number of what started it among the platform's activity.

        Returns
        -------
        Outcome
            Never raises for what happens inside the function.
        """
        function = self._application.functions[name]
        request_id = str(uuid.uuid4())
        at = self._clock.datetime().isoformat(timespec="milliseconds")
        number = self._log.begin(name, trigger, source, request_id, cause)
        reply: Mapping[str, Any] = {}
        cold = True
        try:
            with self._places.hold(is_background=trigger != "http"):
                environment, cold = self._environments.acquire(name)
                try:
                    reply = environment.invoke(request_id, event, self._clock.offset, function.timeout)
                finally:
                    self._environments.release(name, environment, usable=bool(reply))
        except ThrottledError:
            throttled = {"errorType": "TooManyRequestsException", "errorMessage": "Rate Exceeded."}
            outcome = Outcome("throttled", request_id, error=throttled)
        except EnvironmentEndedError as failure:
            outcome = Outcome(failure.outcome, request_id, error=failure.error)
        else:
            if "error" in reply:
                outcome = Outcome("error", request_id, error=reply["error"])
            else:
                outcome = Outcome("success", request_id, result=json.loads(reply["result"]))
        duration = reply.get("durationMs", function.timeout * 1000 if outcome.kind == "timeout" else 0.0)
        record = Invocation(
            function=name,
            trigger=trigger,
            source=source,
            request_id=request_id,
            at=at,
            outcome=outcome.kind,
            cold_start=cold,
            duration_ms=duration,
            cpu_ms=reply.get("cpuMs"),
            aws=tuple(reply.get("awsCalls", ())),
            twilio=tuple(reply.get("twilioCalls", ())),
            error=outcome.error,
        )
        self._log.add(number, record)
        return outcome

    def is_idle(self) -> bool:
        """Whether no invocation is under way."""
        return self._environments.are_idle()

    def recycle(self, names: Collection[str] | None = None) -> None:
        """Replace the environments of some functions, or of all, by new ones with current code and files."""
        self._environments.replace(set(self._application.functions if names is None else names))

    def replace_readers(self, bucket: str, key: str) -> None:
        """Replace the environments that have read an object of S3, which has changed, by new ones."""
        self._environments.replace_readers(bucket, key)

    def stop(self) -> None:
        """Kill every environment, also those that are starting; invocations under way end as crashed."""
        self._places.stop()
        self._environments.stop()
        self._fork_server.stop()

    def variables(self, function: Function) -> dict[str, str]:
        """Return the environment variables of a function: the platform's, and its own from the template."""
        return {**self._variables, **function.environment}

    def as_json(self) -> list[dict[str, Any]]:
        """Return each function's name in the template, and its environment variables."""
        functions = self._application.functions.values()
        return [
            {"function": function.name, "environment": self.variables(function)} for function in functions
        ]

    def environment(self, function: Function) -> dict[str, str]:
        """Return all environment variables of a function: `variables`, and those that Lambda itself sets."""
        stream = f"{self._clock.datetime():%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        return {
            **self.variables(function),
            "_HANDLER": function.handler,
            "AWS_LAMBDA_FUNCTION_NAME": function.physical_name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.physical_name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "LAMBDA_TASK_ROOT": function.paths[0] if function.paths else "",
            "TZ": ":UTC",
        }

    def _preload(self) -> None:
        """Let environments be forked with what most handlers import: those with the same code and layers."""
        functions = self._application.functions.values()
        for paths, _ in Counter(function.paths for function in functions).most_common(1):
            described = [
                {"handler": function.handler, "environment": self.variables(function)}
                for function in functions
                if function.paths == paths
            ]
            self._fork_server.preload(paths, described)

    def _start_environment(self, name: str) -> Environment:
        return Environment(
            self._fork_server,
            self._specification(self._application.functions[name]),
            lambda line: self._on_line(name, line),
        )

    def _specification(self, function: Function) -> Mapping[str, Any]:
        return {
            "handler": function.handler,
            "paths": function.paths,
            "arn": function.arn,
            "timeout": function.timeout,
            "timeoutScale": scale(),
            "twilio": self._variables["TWILIO_API_BASE_URL"],
            "clockOffset": self._clock.offset,
            "environment": self.environment(function),
        }
