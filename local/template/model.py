"""What the platform runs, in its own shapes: functions, routes, rules, queues, schedules, destinations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Function:
    """One Lambda function.

    Parameters
    ----------
    name
        Its logical id in the template.
    physical_name
        What AWS would call it.
    handler
        ``package.module.function``.
    environment
        The variables that the template gives it.
    timeout
        Seconds until an invocation is ended.
    memory
        Megabytes.
    paths
        Directories that it imports from: its code and its layers.
    retries
        How often a failed asynchronous invocation is tried again (AWS: 2).
    on_failure
        ARN of the queue that receives what failed for good, as a Lambda destination record; empty for none.
    dead_letter_queue
        ARN of the function's own dead-letter queue, which receives the event itself; empty for none.
    """

    name: str
    physical_name: str
    handler: str
    environment: Mapping[str, str]
    timeout: float
    memory: int
    paths: tuple[str, ...]
    arn: str
    retries: int = 2
    on_failure: str = ""
    dead_letter_queue: str = ""


@dataclass(frozen=True)
class Route:
    """One route of the HTTP API: method (``ANY`` for all), path pattern and the function behind it."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """The route key, as in ``POST /sms/webhook``."""
        return self.path if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Cors:
    """The HTTP API's CORS configuration; ``max_age`` in seconds."""

    origins: tuple[str, ...]
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False


@dataclass(frozen=True)
class Target:
    """The target of a rule or schedule: its ARN, input transformation and retry policy."""

    arn: str
    input: Mapping[str, Any] = field(default_factory=dict)
    retries: int = 185
    dead_letter_queue: str = ""


@dataclass(frozen=True)
class Rule:
    """One EventBridge rule with an event pattern."""

    name: str
    bus: str
    pattern: Mapping[str, Any]
    targets: tuple[Target, ...]
    enabled: bool = True


@dataclass(frozen=True)
class Schedule:
    """One schedule: a ``rate(…)``, ``cron(…)`` or ``at(…)`` expression and what it starts."""

    name: str
    expression: str
    target: Target
    timezone: str = "UTC"
    enabled: bool = True
    is_rule: bool = False


@dataclass(frozen=True)
class QueueSource:
    """A queue whose messages invoke a function, up to ``batch_size`` at once."""

    queue_arn: str
    function: str
    batch_size: int = 10
    reports_item_failures: bool = False
    concurrency: int = 5


@dataclass(frozen=True)
class ApiDestination:
    """An HTTP endpoint that rules deliver to, with the header that its connection adds."""

    name: str
    arn: str
    method: str
    url: str
    headers: Mapping[str, str]
