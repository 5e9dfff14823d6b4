"""The whole application on one machine, composed: AWS, Lambda, API Gateway, Twilio, schedules, state."""

import contextlib
import functools
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from local.activity import Activity
from local.aws.moto_server import Aws
from local.clock import Clock
from local.http_messages import HttpRequest, HttpResponse
from local.idle import wait_until_idle
from local.lambda_runtime.concurrency import Concurrency
from local.lambda_runtime.environment import PROJECT_ROOT, ForkServer, shared_variables
from local.lambda_runtime.functions import Functions
from local.lambda_runtime.invocations import InvocationLog
from local.log_lines import Terminal
from local.state import State, lock_directory, read_state
from local.template import parameters as local_values
from local.template.application import Application
from local.template.document import Names, Template

if TYPE_CHECKING:
    from local.aws.schedules import Schedules
    from local.control_api import ControlApi
    from local.http_api.outbound import Outbound
    from local.twilio.stand_in import TwilioStandIn

_LOCAL = "/_local"


class Platform:
    """Everything that ``make run`` starts, also as a context manager for tests.

    Parameters
    ----------
    port
        Port of the HTTP API on 127.0.0.1; 0 for any free one.
    data
        Directory that keeps the state between runs; None keeps it in memory.
    template
        The SAM template.
    config_files
        Directory that is uploaded to the bucket; None uploads nothing.
    names
        Stack name, account and region; two platforms in one process need different ones.
    parameters
        Template parameters beside, or instead of, those of ``local.template.parameters``.
    watch
        Whether edits take effect while it runs, and schedules run as soon as they are due.
    terminal
        Where functions' log lines go.
    concurrency
        How many execution environments of functions there may be.

    Attributes
    ----------
    base_url, public_base_url : str
        Where the HTTP API answers, and what signatures are computed over.
    account_sid, auth_token, api_key : str
        What a caller proves itself with.
    flex_tokens : Mapping[str, str]
        Flex user tokens, by role.
    aws_endpoint, region, bucket : str
        Where AWS answers, and the bucket of questions, prompts and results.
    stand_in, clock
        The stand-in for Twilio, and the platform's time.

    Raises
    ------
    OSError
        On construction, if the port is taken.
    """

    def __init__(
        self,
        port: int = 3000,
        data: Path | str | None = None,
        *,
        template: Path = PROJECT_ROOT / "template.yaml",
        config_files: Path | None = PROJECT_ROOT / "config-files",
        names: Names | None = None,
        parameters: Mapping[str, str] | None = None,
        watch: bool = True,
        terminal: Terminal | None = None,
        concurrency: Concurrency | None = None,
    ) -> None:
        # Requests wait in the backlog until the platform has started.
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self._data = Path(data) if data else None
        self._template_path = template
        self._config_directory = config_files
        self._names = names or Names()
        self._parameters = {**local_values.TEMPLATE_PARAMETERS, **(parameters or {})}
        self._watch = watch
        self._concurrency = concurrency or Concurrency()
        self._started = contextlib.ExitStack()
        self._ending = threading.Lock()
        self.terminal = terminal or Terminal()
        self.clock = Clock()
        self.activity = Activity(self.clock)
        self.invocations = InvocationLog(self.activity)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.public_base_url = local_values.PUBLIC_BASE_URL
        self.account_sid = local_values.ACCOUNT_SID
        self.auth_token = local_values.AUTH_TOKEN
        self.api_key = local_values.API_KEY
        self.flex_tokens: Mapping[str, str] = local_values.FLEX_TOKENS
        self.twilio_api = f"{self.base_url}{_LOCAL}/twilio/api"
        self.region = self._names.region
        self.bucket = ""
        self.stand_in: TwilioStandIn
        self.aws = Aws(self._names, self.clock)
        self.application: Application
        self.functions: Functions
        self.schedules: Schedules
        self._idle: tuple[Callable[[], bool], ...] = ()
        self._control: ControlApi
        self._started.callback(self._listener.close)

    @property
    def aws_endpoint(self) -> str:
        """The URL of AWS."""
        return self.aws.endpoint

    def start(self) -> Self:
        """Start everything, and return once requests are answered.

        Raises
        ------
        UnreadableStateError
            If the data directory is in use, cannot be written to, or holds a state that cannot be used.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop everything in reverse order; safe to call more than once and from any thread."""
        with self._ending:
            self._started.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request, the platform's own below ``/_local`` and the application's elsewhere."""
        if request.path == _LOCAL or request.path.startswith(f"{_LOCAL}/"):
            return self._control.handle(request)
        return self._gateway.handle(request)

    def health(self) -> dict[str, Any]:
        """Return the addresses and credentials that a client of the platform needs."""
        return {
            "status": "ready",
            "workspaceSid": local_values.WORKSPACE_SID,
            "workflowSid": local_values.WORKFLOW_SID,
            "publicBaseUrl": self.public_base_url,
            "accountSid": self.account_sid,
            "authToken": self.stand_in.account.auth_token,
            "apiKey": self._newest_api_key(),
            "flexTokens": dict(self.flex_tokens),
            "awsEndpoint": self.aws_endpoint,
            "region": self.region,
            "bucket": self.bucket,
            "twilioApi": self.twilio_api,
        }

    def advance(self, seconds: float) -> list[str]:
        """Move the clock once the platform is idle, run the schedules that come due, delete expired items.

        Returns
        -------
        list
            The scheduled functions that ran.

        Raises
        ------
        ValueError
            If the clock cannot be moved so.
        """
        from local.aws.time_to_live import delete_expired

        self.wait_until_idle(10)  # What is under way happens at its own time.
        ran = self.schedules.run_due(after=seconds)
        delete_expired(self.application, self.aws, self.clock.now())
        self._queues.wake()
        return ran

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no function runs and no event is on its way to one; return False after ``seconds``.

        A delayed message or a schedule that waits for the clock does not count.
        """
        return wait_until_idle(self._idle, seconds)

    def resource_name(self, logical_id: str) -> str:
        """Return the name on this platform of a table, bucket, queue, function … of the template.

        Raises
        ------
        KeyError
            If the template has no such resource.
        """
        return self.application.template.resource_name(logical_id)

    def _start(self) -> None:
        if self._data:
            self._started.callback(lock_directory(self._data).close)
        kept = read_state(self._data) if self._data else None
        # The fork server imports the slow packages on one core while this process does its own on the other.
        fork_server = ForkServer(shared_variables(self.region, "", self.twilio_api))
        self._started.callback(fork_server.stop)
        from local.aws.bus import Delivery
        from local.aws.change_log import ChangeLog
        from local.aws.queues import Queues
        from local.aws.resources import make_resources, newest_api_key
        from local.aws.schedules import Schedules
        from local.hot_reload import HotReload
        from local.http_api.gateway import Gateway
        from local.http_api.outbound import Outbound
        from local.http_server import Server, serve_messages
        from local.platform_routes import control_api

        self._started.callback(self.aws.stop)
        self.aws.start()
        self.application = Application(Template(self._template_path, self._names, self._parameters))
        self.bucket = self.application.config_bucket
        make_resources(self.application, self.aws)
        self._newest_api_key = functools.partial(newest_api_key, self.application, self.aws)
        self.functions = Functions(
            self.application,
            fork_server,
            variables=shared_variables(self.region, self.aws_endpoint, self.twilio_api),
            clock=self.clock,
            log=self.invocations,
            on_line=self.terminal.function_line,
            concurrency=self._concurrency,
        )
        here = self.application, self.functions, self.clock
        self._gateway = Gateway(*here, local_values.PUBLIC_HOST, self.activity)
        api_host = f"https://local.execute-api.{self.region}.amazonaws.com"
        outbound = Outbound((self.public_base_url, self.base_url, api_host), self.handle)
        self.aws.on_call(ChangeLog(self.application, self.activity).see)
        delivery = Delivery(*here, self.aws, outbound.send, self.activity)
        self._queues = Queues(self.application, self.aws, self.functions, self.activity)
        self.schedules = Schedules(*here)
        self.stand_in = twilio = self._make_stand_in(outbound)
        self._idle = (
            *(part.is_idle for part in (twilio.account.tasks, twilio.faults, self.aws.faults)),
            *(delivery.is_idle, self._queues.are_idle, self.functions.is_idle),
        )
        about = (self.health, self.clock, self.advance, self.schedules, self.functions, self.invocations)
        self._control = control_api(*about, self.aws.faults, self.stand_in, self.activity)
        if self._data:
            self._keep_state(self._data, kept)
        edits = HotReload(self.application, self.aws, self.functions, self.terminal, self._config_directory)
        edits.upload()
        server = Server(self._listener, serve_messages(self.handle))
        # From the last to the first. The functions end before what they call: AWS, and Twilio's REST API
        # on the HTTP server. So nothing that is going away can fail a function, which would log it.
        self._started.callback(server.wait)
        outlasting = (self.stand_in.stop, self.schedules.stop, edits.stop, server.stop, self.terminal.mute)
        for end in (*outlasting, self.functions.stop, self._queues.stop, delivery.stop):
            self._started.callback(end)
        if self._watch:
            edits.watch()
        self._queues.start()
        self.schedules.start(watch=self._watch)
        server.start()

    def _make_stand_in(self, outbound: "Outbound") -> "TwilioStandIn":
        from local.twilio.narration import narrator
        from local.twilio.stand_in import TwilioStandIn

        account = self.account_sid, self.auth_token
        stand_in = TwilioStandIn(*account, self.public_base_url, outbound.send, self.clock)
        stand_in.request_log.activity = self.activity
        stand_in.account.feed.listen(narrator(self.terminal.say))
        return stand_in

    def _keep_state(self, directory: Path, kept: Mapping[str, Any] | None) -> None:
        state = State(directory, self.application, self.aws, self.clock, self.stand_in.snapshot)
        if kept is not None:
            state.restore(kept, self.stand_in.restore)
        self._started.callback(state.stop)
        state.start()
