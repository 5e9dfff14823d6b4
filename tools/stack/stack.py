"""A running stack: its resources by their names in the template, its parameters, and clients to ask it."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.http_messages import LocalError
from tools.deploy.account import AUTH_TOKEN, Account, AccountError, configured_region
from tools.deploy.build import ROOT
from tools.deploy.profile import ProfileError, read_profile
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from pathlib import Path

    from twilio.rest import Client

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


class LocalPlatform:
    """The platform that runs on this machine.

    Attributes
    ----------
    address, public_url : str
        Where it answers, and what the signatures of its webhooks are computed over.
    region, twilio_api : str
        Where its AWS is, and the base URL of its stand-in for Twilio.
    client_options : Mapping[str, Any]
        What a boto3 client needs to ask its AWS.

    Raises
    ------
    OSError, LocalError
        It does not answer.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._local = PhoneClient(self.address)
        health = self._local.request("GET", "/health")
        self.public_url = str(health["publicBaseUrl"])
        self.region, self.twilio_api = str(health["region"]), str(health["twilioApi"])
        # A proxy named in a developer's environment must not get in between.
        self.client_options: Mapping[str, Any] = {
            "endpoint_url": health["awsEndpoint"],
            "config": Config(proxies={}),
        }

    def now(self) -> int:
        """Return its time, ms since the epoch."""
        return int(self._local.request("GET", "/clock")["epochSeconds"] * 1000)


class Stack:
    """A stack that is deployed, or runs here.

    Attributes
    ----------
    name, region, stage : str
    is_local : bool
        Whether it is the platform on this machine.
    resources : Mapping[str, StackResource]
        By logical ID.
    parameters, outputs : Mapping[str, str]
        As they are deployed; secrets as asterisks.
    """

    def __init__(self, name: str, session: Any, platform: "LocalPlatform | None" = None) -> None:
        self.name = name
        self.region = str(session.region_name)
        self.is_local = platform is not None
        self._session, self._platform = session, platform
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()  # a session is no other thread's while it makes a client
        try:
            formation = self.client("cloudformation")
            described = formation.describe_stacks(StackName=name)["Stacks"][0]
            pages = formation.get_paginator("list_stack_resources").paginate(StackName=name)
            found = [item for page in pages for item in page["StackResourceSummaries"]]
        except AWS_FAILURES as error:
            if "does not exist" in str(error):
                raise NoStackError(f"there is no stack {name} in {self.region}: see --profile") from None
            raise StackError(f"CloudFormation does not tell of {name}: {error}") from None
        self.parameters = _pairs(described.get("Parameters", ()), "Parameter")
        self.outputs = _pairs(described.get("Outputs", ()), "Output")
        self.stage = self.parameters.get("Stage", "")
        self.resources = {
            item["LogicalResourceId"]: StackResource(
                item["LogicalResourceId"], item.get("PhysicalResourceId", ""), item["ResourceType"]
            )
            for item in found
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

    @property
    def public_url(self) -> str:
        """The base of the URLs that Twilio calls and signs."""
        if self._platform:
            return self._platform.public_url
        return self.parameters.get("PublicBaseUrl") or self.outputs["ApiUrl"]

    @property
    def reachable_url(self) -> str:
        """The base of the URLs at which this machine reaches the same routes."""
        return self._platform.address if self._platform else self.public_url

    def twilio(self, auth_token: str | None = None) -> "Client":
        """Return the REST client of the stack's account, by an auth token or, without one, by SSM's.

        Raises
        ------
        StackError
            There is no auth token.
        """
        from tools.twilio_account import connect

        token = auth_token or self.secret(AUTH_TOKEN)
        if not token:
            raise StackError(f"{self.parameter_name(AUTH_TOKEN)} is missing: deploy puts it there")
        api = self._platform.twilio_api if self._platform else ""
        return connect(self.parameters["TwilioAccountSid"], token, api)

    def now(self) -> int:
        """Return the stack's time, which a platform on this machine may have moved: ms since the epoch."""
        return self._platform.now() if self._platform else int(time.time() * 1000)


def open_stack(profile: str, region: str, folder: "Path", port: int | None, name: str = "") -> Stack:
    """Return a deployed stack by its name or its profile, or the platform here where a port is given.

    Raises
    ------
    StackError
        It is not there, or cannot be asked.
    """
    if port is not None:
        return _local_stack(port)
    try:
        known = read_profile(ROOT, folder, profile)
        where = region or known.region or configured_region()
        if not where:
            raise StackError("region is missing: set AWS_REGION, pass --region, or configure one")
        Account(where)
    except (AccountError, ProfileError) as error:
        raise StackError(str(error)) from None
    return Stack(name or known.stack_name, boto3.Session(region_name=where))


def _local_stack(port: int) -> Stack:
    try:
        platform = LocalPlatform(port)
    except (OSError, LocalError) as error:
        raise StackError(f"http://127.0.0.1:{port} does not answer ({error}): start `make run`") from None
    session = boto3.Session("local", "local", region_name=platform.region)
    described = session.client("cloudformation", **platform.client_options).describe_stacks()
    return Stack(described["Stacks"][0]["StackName"], session, platform)


def _last_part(name: str) -> str:
    return name.rpartition(":")[2].rpartition("/")[2]


def _pairs(items: Any, kind: str) -> Mapping[str, str]:
    return {item[f"{kind}Key"]: item[f"{kind}Value"] for item in items}
