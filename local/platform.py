"""The whole application on one machine, composed: AWS, Lambda, API Gateway, Twilio, schedules, state."""

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from local.aws.moto_server import Aws
from local.clock import Clock
from local.control_api import PREFIX, ControlApi
from local.http_api.gateway import Gateway
from local.http_api.loopback import Outbound
from local.http_api.server import Server
from local.http_messages import HttpRequest, HttpResponse
from local.lambda_runtime.environment import PROJECT_ROOT, Zygote, shared_variables
from local.lambda_runtime.functions import Functions
from local.lambda_runtime.invocations import InvocationLog
from local.log_lines import Terminal
from local.state import State, read_state
from local.template import parameters
from local.template.application import Application
from local.template.document import Names, Template

if TYPE_CHECKING:
    from local.aws.queues import Queues
    from local.aws.schedules import Schedules
    from local.config_files import ConfigFiles


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
    watch
        Whether edits of configuration and code take effect while it runs.
    terminal
        Where functions' log lines go.

    Attributes
    ----------
    base_url : str
        Where the HTTP API answers, ``http://127.0.0.1:PORT``.
    public_base_url : str
        What signatures are computed over, ``https://switchboard.test``.
    account_sid, auth_token, api_key : str
        What a caller proves itself with.
    flex_tokens : Mapping[str, str]
        Flex user tokens that the stand-in for Twilio knows, by role.
    aws_endpoint, region, bucket : str
        Where AWS answers, and the bucket of questions, prompts and results.
    stand_in
        The stand-in for Twilio.
    clock : Clock
        The platform's time.

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
        watch: bool = True,
        terminal: Terminal | None = None,
    ) -> None:
        self._server = Server(port, self.handle)
        self._data = Path(data) if data else None
        self._template_path = template
        self._config_directory = config_files
        self._names = names or Names()
        self._watch = watch
        self._started = contextlib.ExitStack()
        self._ending = threading.Lock()
        self.terminal = terminal or Terminal()
        self.clock = Clock()
        self.invocations = InvocationLog()
        self.base_url = f"http://127.0.0.1:{self._server.port}"
        self.public_base_url = parameters.PUBLIC_BASE_URL
        self.account_sid = parameters.ACCOUNT_SID
        self.auth_token = parameters.AUTH_TOKEN
        self.api_key = parameters.API_KEY
        self.flex_tokens: Mapping[str, str] = parameters.FLEX_TOKENS
        self.twilio_api = f"{self.base_url}{PREFIX}/twilio/api"
        self.region = self._names.region
        self.bucket = ""
        self.stand_in: Any = None
        self.aws = Aws(self._names, self.clock)
        self.application: Application
        self.functions: Functions
        self.schedules: Schedules
        self._gateway: Gateway
        self._queues: Queues
        self._endpoints = ControlApi(self)
        self._started.callback(self._server.stop)

    @property
    def aws_endpoint(self) -> str:
        """Where the AWS stand-in answers."""
        return self.aws.endpoint

    def start(self) -> Self:
        """Start everything; returns once the first request would be answered.

        Raises
        ------
        UnreadableStateError
            If the data directory holds a state that cannot be used, or cannot be written to.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End what was started, the last first; safe to call more than once and from any thread."""
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
        if request.path == PREFIX or request.path.startswith(f"{PREFIX}/"):
            return self._endpoints.handle(request)
        return self._gateway.handle(request)

    def health(self) -> dict[str, Any]:
        """Return what a caller must know to talk to the platform."""
        return {
            "status": "ready",
            "publicBaseUrl": self.public_base_url,
            "workspaceSid": parameters.WORKSPACE_SID,
            "workflowSid": parameters.WORKFLOW_SID,
            "accountSid": self.account_sid,
            "authToken": self.auth_token,
            "apiKey": self.api_key,
            "flexTokens": dict(self.flex_tokens),
            "awsEndpoint": self.aws_endpoint,
            "region": self.region,
            "bucket": self.bucket,
            "twilioApi": self.twilio_api,
        }

    def advance(self, seconds: float) -> list[str]:
        """Let time pass: schedules that come due run, then items whose time to live is over are deleted.

        Parameters
        ----------
        seconds
            How much.

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

        self.clock.advance(seconds)
        ran = self.schedules.run_due()
        delete_expired(self.application, self.aws, self.clock.now())
        self._queues.wake()
        return ran

    def _start(self) -> None:
        kept = read_state(self._data) if self._data else None
        # The zygote imports the slow packages on one core while this process does its own on the other.
        zygote = Zygote(shared_variables(self.region, "", self.twilio_api))
        self._started.callback(zygote.stop)
        from local.aws.bus import Delivery
        from local.aws.queues import Queues
        from local.aws.resources import make_resources
        from local.aws.schedules import Schedules
        from local.hot_reload import Edits

        self._started.callback(self.aws.stop)
        self.aws.start()
        self.application = Application(Template(self._template_path, self._names))
        self.bucket = _bucket(self.application)
        make_resources(self.application, self.aws)
        self.functions = Functions(
            self.application,
            zygote,
            variables=shared_variables(self.region, self.aws_endpoint, self.twilio_api),
            clock=self.clock,
            log=self.invocations,
            on_line=self.terminal.function_line,
        )
        self._gateway = Gateway(self.application, self.functions, self.clock, parameters.PUBLIC_HOST)
        api_host = f"https://local.execute-api.{self.region}.amazonaws.com"
        outbound = Outbound((self.public_base_url, self.base_url, api_host), self.handle)
        delivery = Delivery(self.application, self.aws, self.functions, self.clock, outbound.send)
        self._queues = Queues(self.application, self.aws, self.functions)
        self.schedules = Schedules(self.application, self.functions, self.clock)
        self.stand_in = _stand_in(self, outbound)
        if self._data:
            self._keep_state(self._data, kept)
        edits = Edits(self.application, self.aws, self.functions, self.terminal, self._config_files())
        edits.upload()
        if self.stand_in is not None:
            self._started.callback(self.stand_in.stop)
        for part in (self.functions, delivery, self.schedules, self._queues, edits):
            self._started.callback(part.stop)
        if self._watch:
            edits.watch()
        self._queues.start()
        self.schedules.start()
        self._started.callback(self._server.stop)  # once more: the first to be stopped when all has started
        self._server.start()

    def _config_files(self) -> "ConfigFiles | None":
        from local.config_files import ConfigFiles

        if not self.bucket or self._config_directory is None or not self._config_directory.is_dir():
            return None
        return ConfigFiles(self._config_directory, self.bucket, self.aws.client("s3"))

    def _keep_state(self, directory: Path, kept: Mapping[str, Any] | None) -> None:
        twilio = self.stand_in.snapshot if self.stand_in is not None else lambda: None
        state = State(directory, self.application, self.aws, self.clock, twilio)
        if kept is not None:
            state.restore(kept)
            if self.stand_in is not None and kept["twilio"] is not None:
                self.stand_in.restore(kept["twilio"])
        self._started.callback(state.stop)
        state.start()


def _bucket(application: Application) -> str:
    """Return the bucket of the survey's files, or the template's first bucket where there is no survey."""
    for function in application.functions.values():
        if function.environment.get("CONFIG_BUCKET"):
            return function.environment["CONFIG_BUCKET"]
    template = application.template
    return next((template.name_of(bucket) for bucket in template.of_type("AWS::S3::Bucket")), "")


def _stand_in(platform: Platform, outbound: Outbound) -> Any:
    try:
        from local.twilio.stand_in import TwilioStandIn
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("local."):
            return None
        raise
    stand_in = TwilioStandIn(
        platform.account_sid, platform.auth_token, platform.public_base_url, outbound.send, platform.clock
    )
    stand_in.account.feed.listen(lambda event: _tell(platform.terminal, event))
    return stand_in


def _tell(terminal: Terminal, event: Mapping[str, Any]) -> None:
    from local.twilio.narration import log_line

    if line := log_line(event):
        terminal.say(line)
