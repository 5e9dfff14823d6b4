"""What is configured: a stack in AWS with an account at Twilio, or the platform of ``make run``."""

import json
import os
import urllib.request
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tools.configure.resources.resource import ConfigureError
from tools.deploy.account import Account, configured_region
from tools.deploy.build import ROOT
from tools.deploy.profile import read_profile
from tools.twilio_account import connect

if TYPE_CHECKING:
    from pathlib import Path

    from twilio.rest import Client

AUTH_TOKEN = "twilio-auth-token"
API_KEYS = "api-keys"


class Deployment:
    """A deployment, found by its stack or by a running platform.

    Parameters
    ----------
    name
        The stack's name.
    stage
        Part of the names of its SSM parameters.
    account_sid
        The account at Twilio.
    public_url
        The base URL that Twilio calls, which signatures are computed over.
    reachable_url
        The base URL by which this machine reaches the same API.
    bucket
        Holds configuration files and the record.
    region
        Of AWS.
    aws_endpoint, aws_credentials
        Where AWS is other than at its usual place.
    twilio_api
        The base URL of a stand-in for Twilio; empty for Twilio.
    """

    def __init__(
        self,
        *,
        name: str,
        stage: str,
        account_sid: str,
        public_url: str,
        reachable_url: str,
        bucket: str,
        region: str,
        aws_endpoint: str = "",
        aws_credentials: tuple[str, str] | None = None,
        twilio_api: str = "",
    ) -> None:
        self.name = name
        self.stage = stage
        self.account_sid = account_sid
        self.public_url = public_url.rstrip("/")
        self.reachable_url = reachable_url.rstrip("/")
        self.bucket = bucket
        self.region = region
        self.twilio_api = twilio_api
        self._endpoint = aws_endpoint or None
        self._credentials = aws_credentials
        self._clients: dict[str, Any] = {}
        self.new_auth_token = ""
        """An auth token that goes into SSM with this plan; used for REST requests before it is there."""

    @property
    def is_local(self) -> bool:
        """Whether this is the platform of ``make run``."""
        return bool(self.twilio_api)

    def url(self, path: str) -> str:
        """Return the public URL of a route."""
        return self.public_url + path

    def parameter(self, secret: str) -> str:
        """Return the name of a secret's SSM parameter."""
        return f"/switchboard/{self.stage}/{secret}"

    def aws(self, service: str) -> Any:
        """Return a boto3 client."""
        if service not in self._clients:
            key, secret = self._credentials or (None, None)
            session: Any = boto3.Session(key, secret, region_name=self.region)
            path_style = Config(s3={"addressing_style": "path"}) if self._endpoint else None
            self._clients[service] = session.client(service, endpoint_url=self._endpoint, config=path_style)
        return self._clients[service]

    def secret(self, name: str) -> str | None:
        """Return a secret from SSM, None where it is missing."""
        try:
            answer = self.aws("ssm").get_parameter(Name=self.parameter(name), WithDecryption=True)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise
        return str(answer["Parameter"]["Value"]).strip()

    @cached_property
    def twilio(self) -> "Client":
        """The REST client of the account.

        Raises
        ------
        ConfigureError
            There is no auth token, neither a new one nor in SSM.
        """
        token = self.new_auth_token or self.secret(AUTH_TOKEN)
        if not token:
            raise ConfigureError(
                f"{self.parameter(AUTH_TOKEN)} is missing in SSM: set TWILIO_AUTH_TOKEN, "
                "or pass --auth-token-stdin"
            )
        return self.twilio_with(token)

    def twilio_with(self, token: str) -> "Client":
        """Return a REST client with another auth token."""
        return connect(self.account_sid, token, self.twilio_api)


def local_deployment(address: str) -> "Deployment":
    """Return the platform that runs at an address.

    Raises
    ------
    ConfigureError
        None does.
    """
    # A proxy named in a developer's environment must not get in between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address.rstrip('/')}/_local/health", timeout=5) as answer:
            health = json.load(answer)
    except (OSError, ValueError) as error:
        raise ConfigureError(f"{address} does not answer ({error}): start `make run`") from None
    return Deployment(
        name="make run",
        stage="local",
        account_sid=health["accountSid"],
        public_url=health["publicBaseUrl"],
        reachable_url=address,
        bucket=health["bucket"],
        region=health["region"],
        aws_endpoint=health["awsEndpoint"],
        aws_credentials=("local", "local"),
        twilio_api=health["twilioApi"],
    )


def local_address() -> str:
    """Return where ``make run`` answers unless it is told otherwise."""
    return f"http://127.0.0.1:{os.environ.get('PORT') or 3000}"


def stack_deployment(stack: str, profile: str, region: str, folder: "Path") -> "Deployment":
    """Return a stack's deployment.

    Parameters
    ----------
    stack
        The stack's name; empty for that of the profile.
    profile
        As in ``switchboard deploy``.
    region
        Empty for the one that the profile was deployed to, else the configured one.
    folder
        Holds what ``switchboard deploy`` keeps of a profile.

    Raises
    ------
    tools.deploy.account.AccountError, tools.deploy.profile.ProfileError
        The account or the profile cannot be read.
    ConfigureError
        There is no such stack, or it is not Switchboard's.
    """
    kept = read_profile(ROOT, folder, profile)
    found = region or kept.region or configured_region()
    if not found:
        raise ConfigureError("region is missing: set AWS_REGION, or pass --region")
    Account(found)  # says in one line what is wrong with credentials
    name = stack or kept.stack_name
    session: Any = boto3.Session(region_name=found)
    try:
        answer = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise ConfigureError(
            f"there is no stack {name} in {found}: deploy it first (make deploy), or name another by --stack"
        ) from None
    parameters = _by_name(answer.get("Parameters", ()), "Parameter")
    outputs = _by_name(answer.get("Outputs", ()), "Output")
    missing = {"ApiUrl", "ConfigBucketName"} - set(outputs)
    if missing:
        text = f"{name} ({answer['StackStatus']}) has no output {' and '.join(sorted(missing))}"
        raise ConfigureError(f"{text}: deploy it first (make deploy)")
    return Deployment(
        name=name,
        stage=parameters.get("Stage", profile),
        account_sid=parameters.get("TwilioAccountSid", ""),
        public_url=parameters.get("PublicBaseUrl") or outputs["ApiUrl"],
        reachable_url=parameters.get("PublicBaseUrl") or outputs["ApiUrl"],
        bucket=outputs["ConfigBucketName"],
        region=found,
    )


def is_base_url(url: str) -> bool:
    """Tell whether a URL is the base of an API that Twilio can call."""
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.netloc) and not parts.query and not parts.fragment


def _by_name(items: Any, prefix: str) -> Mapping[str, str]:
    return {item[f"{prefix}Key"]: str(item.get(f"{prefix}Value", "")) for item in items}
