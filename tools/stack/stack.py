"""A running stack: its resources by their names in the template, its parameters, and clients to ask it."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.twilio.outcome import Refused
from tools.deploy.account import AUTH_TOKEN

if TYPE_CHECKING:
    from twilio.rest import Client

    from tools.stack.local_platform import LocalPlatform

AWS_FAILURES: Final = (BotoCoreError, ClientError)
"""What boto3 raises where AWS does not answer, or refuses."""


class StackError(Exception):
    """There is no such stack, or it cannot be asked; the message says what to do."""


class NoStackError(StackError):
    """There is no stack of that name."""


@dataclass(frozen=True)
class StackResource:
    """A resource of a stack.

    Attributes
    ----------
    logical_id, physical_id : str
        Its names in the template and in AWS; of a queue the latter is its URL.
    type : str
        CloudFormation's, such as ``AWS::SQS::Queue``.
    """

    logical_id: str
    physical_id: str
    type: str


class Stack:
    """A stack that is deployed, or runs here, with its account at Twilio.

    Parameters
    ----------
    name
        The stack's name.
    session
        A boto3 session, whose region is the stack's.
    platform
        The platform on this machine, if it is the stack.

    Attributes
    ----------
    name, region, stage, account_sid : str
        The account is Twilio's.
    is_local : bool
        Whether it is the platform on this machine.
    parameters, outputs : Mapping[str, str]
        As they are deployed; secrets as asterisks.
    new_auth_token : str
        An auth token that is on its way into SSM; used for REST requests before it is there.
    """

    def __init__(self, name: str, session: Any, platform: "LocalPlatform | None" = None) -> None:
        self.name = name
        self.region = str(session.region_name)
        self.is_local = platform is not None
        self.new_auth_token = ""
        self._session, self._platform = session, platform
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()  # a session is no other thread's while it makes a client
        try:
            described = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except AWS_FAILURES as error:
            raise self._unknown(error) from None
        self.parameters = _pairs(described.get("Parameters", ()), "Parameter")
        self.outputs = _pairs(described.get("Outputs", ()), "Output")
        self.stage = self.parameters.get("Stage", "")
        self.account_sid = self.parameters.get("TwilioAccountSid", "")

    # ── in AWS ───────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def resources(self) -> Mapping[str, StackResource]:
        """The resources by logical ID.

        Raises
        ------
        StackError
            CloudFormation does not tell them.
        """
        try:
            paginator = self.client("cloudformation").get_paginator("list_stack_resources")
            pages = list(paginator.paginate(StackName=self.name))
        except AWS_FAILURES as error:
            raise self._unknown(error) from None
        return {
            item["LogicalResourceId"]: StackResource(
                item["LogicalResourceId"], item.get("PhysicalResourceId", ""), item["ResourceType"]
            )
            for page in pages
            for item in page["StackResourceSummaries"]
            if item["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service, made once."""
        with self._making:
            if service not in self._clients:
                options = self._platform.client_options if self._platform else {}
                self._clients[service] = self._session.client(service, **options)
            return self._clients[service]

    def of_type(self, kind: str) -> Iterator[StackResource]:
        """Yield the resources of one of CloudFormation's types."""
        return (resource for resource in self.resources.values() if resource.type == kind)

    def physical(self, logical_id: str) -> str:
        """Return the name in AWS of a resource of the template.

        Raises
        ------
        StackError
            The stack has no such resource: it is older than this command.
        """
        if logical_id not in self.resources:
            raise StackError(f"{self.name} has no {logical_id}: deploy this version first")
        return self.resources[logical_id].physical_id

    def logical(self, physical: str) -> str:
        """Return the name in the template of a resource, by its ARN or name in AWS; else what was given."""
        function = physical.partition(":function:")[2].partition(":")[0]
        name = function or _last_part(physical)
        known = (item.logical_id for item in self.resources.values() if _last_part(item.physical_id) == name)
        return next(known, name)

    @property
    def bucket(self) -> str:
        """The bucket of configuration files and results."""
        return self._output("ConfigBucketName")

    def parameter_name(self, secret: str) -> str:
        """Return the SSM parameter of a secret, such as ``api-keys``."""
        return f"/switchboard/{self.stage}/{secret}"

    def secret(self, secret: str) -> str | None:
        """Return a secret from SSM; None where there is no such parameter.

        Raises
        ------
        StackError
            SSM does not tell it.
        """
        name = self.parameter_name(secret)
        try:
            answer = self.client("ssm").get_parameter(Name=name, WithDecryption=True)
        except AWS_FAILURES as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise StackError(f"{name} cannot be read: {error}") from None
        return str(answer["Parameter"]["Value"]).strip()

    # ── its routes ───────────────────────────────────────────────────────────────────────────────────

    @property
    def public_url(self) -> str:
        """The base of the URLs that Twilio calls and signs."""
        if self._platform:
            return self._platform.public_url.rstrip("/")
        return (self.parameters.get("PublicBaseUrl") or self._output("ApiUrl")).rstrip("/")

    @property
    def reachable_url(self) -> str:
        """The base of the URLs at which this machine reaches the same routes."""
        return self._platform.address if self._platform else self.public_url

    def url(self, path: str) -> str:
        """Return the public URL of a route."""
        return self.public_url + path

    # ── at Twilio ────────────────────────────────────────────────────────────────────────────────────

    @property
    def twilio_api(self) -> str:
        """The base URL of the stand-in for Twilio; "" for Twilio itself."""
        return self._platform.twilio_api if self._platform else ""

    @cached_property
    def twilio(self) -> "Client":
        """The REST client of the account, by the new auth token or SSM's.

        Raises
        ------
        StackError
            There is no auth token.
        """
        token = self.new_auth_token or self.secret(AUTH_TOKEN)
        if not token:
            raise StackError(
                f"{self.parameter_name(AUTH_TOKEN)} is missing in SSM: run `switchboard configure`"
            )
        return self.twilio_with(token)

    def twilio_with(self, token: str) -> "Client":
        """Return the REST client of the account, by another auth token."""
        from tools.twilio_account import connect

        return connect(self.account_sid, token, self.twilio_api)

    def is_accepted(self, token: str) -> bool:
        """Tell whether Twilio takes an auth token: https://www.twilio.com/docs/iam/api/account.

        Raises
        ------
        Refused, switchboard.errors.TwilioUnreachable
            Twilio answers otherwise, or not at all.
        """
        try:
            self.twilio_with(token).api.v2010.accounts(self.account_sid).fetch()
        except Refused as error:
            if error.status == 401:
                return False
            raise
        return True

    def now(self) -> int:
        """Return the stack's time, which a platform on this machine may have moved: ms since the epoch."""
        return self._platform.now() if self._platform else int(time.time() * 1000)

    def _output(self, name: str) -> str:
        if name not in self.outputs:
            raise StackError(f"{self.name} has no output {name}: deploy this version first (make deploy)")
        return self.outputs[name]

    def _unknown(self, error: Exception) -> StackError:
        if "does not exist" in str(error):
            return NoStackError(
                f"there is no stack {self.name} in {self.region}: deploy it first (make deploy), "
                "or name another by --profile or --stack"
            )
        return StackError(f"CloudFormation does not describe {self.name}: {error}")


def _last_part(name: str) -> str:
    return name.rpartition(":")[2].rpartition("/")[2]


def _pairs(items: Any, kind: str) -> Mapping[str, str]:
    return {item[f"{kind}Key"]: item[f"{kind}Value"] for item in items}
