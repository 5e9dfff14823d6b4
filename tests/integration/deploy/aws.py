"""An AWS account for deployments: CloudFormation by hand, S3, SSM and STS by moto, behind one endpoint."""

import functools
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from local.aws.moto_backends import reset_account
from tests.integration.deploy.cloudformation import CloudFormation
from tests.integration.deploy.stacks import ACCOUNT_ID

REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIATESTING", "AWS_SECRET_ACCESS_KEY": "testing"}
_SERVICE = re.compile(r"Credential=[^/,\s]+/\d+/([^/]+)/([^/]+)/aws4_request")


class DeployAccount:
    """The account.

    Attributes
    ----------
    endpoint
        Where all of its services answer.
    cloudformation
        Its stacks.
    regions
        The regions that requests were signed for.
    """

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self.cloudformation = CloudFormation(self._read, self._make_bucket, REGION)
        self.regions: set[str] = set()
        self.server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.client = functools.cache(self._make_client)

    def _make_client(self, service: str) -> Any:
        session: Any = boto3.Session(
            CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"], region_name=REGION
        )
        return session.client(service, endpoint_url=self.endpoint)

    def environment(self, home: Path) -> dict[str, str]:
        """Return the variables that lead a program to this account, and to no file of the user's."""
        return {
            **CREDENTIALS,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(home),
        }

    def secrets(self) -> dict[str, str]:
        """Return everything in SSM, by name."""
        names = [item["Name"] for item in self.client("ssm").describe_parameters()["Parameters"]]
        if not names:
            return {}
        found = self.client("ssm").get_parameters(Names=names, WithDecryption=True)["Parameters"]
        assert {item["Type"] for item in found} == {"SecureString"}
        return {item["Name"]: item["Value"] for item in found}

    def _read(self, bucket: str, key: str) -> bytes:
        body: bytes = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def _make_bucket(self, name: str) -> None:
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        signed = _SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
        region, service = signed.groups() if signed else ("", "")
        self.regions.add(region)
        if service != "cloudformation":
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = ACCOUNT_ID
            answer: Iterable[bytes] = self._moto(environ, start_response)
            return answer
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        status, content = self.cloudformation.answer(dict(parse_qsl(body, keep_blank_values=True)))
        start_response(f"{status} Answer", [("Content-Type", "text/xml")])
        return [content.encode()]


@contextmanager
def deploy_account() -> Iterator[DeployAccount]:
    """Serve an account until the block ends."""
    account = DeployAccount()
    thread = threading.Thread(
        target=account.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield account
    finally:
        account.server.shutdown()
        account.server.server_close()
        reset_account(ACCOUNT_ID, ("dynamodb", "s3", "sqs", "ssm", "sts"))
