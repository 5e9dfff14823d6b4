"""Running Lambda functions: execution environments made when needed, kept warm, and replaced after a change."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.application import Application, Function
from local.clock import Clock
from local.environment import Environment, EnvironmentEndedError, Zygote
from local.invocations import Invocation, InvocationLog

_MAX_ENVIRONMENTS = 24
_WAIT_SECONDS = 20.0


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
    """All functions of the application, ready to be invoked from any thread.

    Parameters
    ----------
    application
        Where the functions are described.
    zygote
        Where environments are forked.
    variables
        Environment variables that the platform adds to those of the template.
    clock
        The platform's clock; workers follow it.
    log
        Where invocations are recorded.
    on_line
        ``on_line(function, line)`` is called with every line that a function writes.
    limit
        The most environments at one time, over all functions; an invocation beyond waits for one to be free.
    """

    def __init__(
        self,
        application: Application,
        zygote: Zygote,
        variables: Mapping[str, str],
        clock: Clock,
        log: InvocationLog,
        on_line: Callable[[str, str], None],
        limit: int = _MAX_ENVIRONMENTS,
    ) -> None:
        self._application = application
        self._zygote = zygote
        self._variables = variables
        self._clock = clock
        self._log = log
        self._on_line = on_line
        self._limit = limit
        self._condition = threading.Condition()
        self._idle: list[tuple[str, Environment]] = []  # least recently used first
        self._busy: set[Environment] = set()
        self._starting = 0
        self._generation = 0
        self._stopped = False

    def invoke(self, name: str, event: Any, trigger: str, source: str) -> Outcome:
        """Invoke a function and wait for its end.

        Parameters
        ----------
        name
            The function's logical id.
        event
            What the handler receives; anything that JSON can carry.
        trigger, source
            What started it, for the record (see ``Invocation``).

        Returns
        -------
        Outcome
            Never raises for what happens inside the function.
        """
        function = self._application.functions[name]
        request_id = str(uuid.uuid4())
        at = self._clock.datetime().isoformat(timespec="milliseconds")
        reply: Mapping[str, Any] = {}
        cold = False
        try:
            environment, cold = self._acquire(function)
            try:
                reply = environment.invoke(request_id, event, self._clock.offset, function.timeout)
            finally:
                self._release(name, environment, usable=bool(reply))
        except EnvironmentEndedError as failure:
            outcome = Outcome(failure.outcome, request_id, error=failure.error)
        else:
            if "error" in reply:
                outcome = Outcome("error", request_id, error=reply["error"])
            else:
                outcome = Outcome("success", request_id, result=json.loads(reply["result"]))
        duration = reply.get("durationMs", function.timeout * 1000 if outcome.kind == "timeout" else 0.0)
        self._log.add(
            Invocation(
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
        )
        return outcome

    def recycle(self) -> None:
        """Let every environment be replaced: its next invocation starts with the code and files of now."""
        with self._condition:
            self._generation += 1
            for _, environment in self._idle:
                environment.close()
            self._idle.clear()
            self._condition.notify_all()

    def stop(self) -> None:
        """End every environment at once; invocations under way end as crashed."""
        with self._condition:
            self._stopped = True
            for _, environment in self._idle:
                environment.close()
            self._idle.clear()
            for environment in self._busy:
                environment.end()
            self._condition.notify_all()

    def _acquire(self, function: Function) -> tuple[Environment, bool]:
        with self._condition:
            ready = self._condition.wait_for(
                lambda: self._stopped or self._has_room(function.name), _WAIT_SECONDS
            )
            if self._stopped or not ready:
                raise EnvironmentEndedError(
                    "throttled", {"errorType": "TooManyRequestsException", "errorMessage": "Rate Exceeded."}
                )
            for index in reversed(range(len(self._idle))):
                name, environment = self._idle[index]
                if name == function.name:
                    del self._idle[index]
                    self._busy.add(environment)
                    return environment, False
            if self._count() >= self._limit:
                self._idle.pop(0)[1].close()
            self._starting += 1
            generation = self._generation
        environment = None
        try:
            environment = Environment(
                self._zygote,
                self._specification(function),
                lambda line: self._on_line(function.name, line),
                generation,
            )
        finally:
            with self._condition:
                self._starting -= 1
                if environment is not None:
                    self._busy.add(environment)
                    if self._stopped:
                        environment.end()
                self._condition.notify_all()
        return environment, True

    def _has_room(self, name: str) -> bool:
        return bool(self._count() < self._limit or self._idle) or any(
            name == other for other, _ in self._idle
        )

    def _count(self) -> int:
        return len(self._idle) + len(self._busy) + self._starting

    def _release(self, name: str, environment: Environment, *, usable: bool) -> None:
        with self._condition:
            self._busy.discard(environment)
            if usable and not self._stopped and environment.generation == self._generation:
                self._idle.append((name, environment))
            elif usable:
                environment.close()
            self._condition.notify_all()

    def _specification(self, function: Function) -> Mapping[str, Any]:
        stream = f"{self._clock.datetime():%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        return {
            "handler": function.handler,
            "paths": function.paths,
            "arn": function.arn,
            "timeout": function.timeout,
            "twilio": self._variables["TWILIO_API_BASE_URL"],
            "clockOffset": self._clock.offset,
            "environment": {
                **self._variables,
                **function.environment,
                "_HANDLER": function.handler,
                "AWS_LAMBDA_FUNCTION_NAME": function.physical_name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.physical_name}",
                "AWS_LAMBDA_LOG_STREAM_NAME": stream,
                "LAMBDA_TASK_ROOT": function.paths[0] if function.paths else "",
                "TZ": ":UTC",
            },
        }
