"""Counting what an invocation asks of AWS and of Twilio."""

import functools
import http.client
from typing import Any
from urllib.parse import urlsplit

# By the prefix of X-Amz-Target, which every request in AWS JSON carries.
_SERVICES = {
    "AWSEvents": "events",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "DynamoDB_20120810": "dynamodb",
}


class Counter:
    """Notes every AWS call and every request to Twilio that this process makes.

    Parameters
    ----------
    twilio
        The base URL under which Twilio is reached, ``TWILIO_API_BASE_URL``.
    """

    def __init__(self, twilio: str) -> None:
        self.aws: list[str] = []
        self.twilio: list[str] = []
        self._count_aws()
        self._count_twilio(twilio)

    def reset(self) -> None:
        """Forget what was counted: a new invocation begins."""
        self.aws.clear()
        self.twilio.clear()

    def _count_aws(self) -> None:
        """Count every try of a JSON call where it is sent, and the others where botocore makes them."""
        from botocore import client as botocore_client

        base: Any = botocore_client.BaseClient
        make_api_call = base._make_api_call  # noqa: SLF001 - botocore has no public place that sees every call

        @functools.wraps(make_api_call)
        def counted_call(client: Any, operation: str, arguments: Any) -> Any:
            service = client.meta.service_model
            if service.protocol != "json":
                self.aws.append(f"{service.service_name}.{operation}")
            return make_api_call(client, operation, arguments)

        base._make_api_call = counted_call  # noqa: SLF001
        connection: Any = http.client.HTTPConnection
        putheader = connection.putheader

        @functools.wraps(putheader)
        def counted_header(sent_on: http.client.HTTPConnection, header: str, *values: Any) -> None:
            if header.lower() == "x-amz-target":
                target = values[0].decode() if isinstance(values[0], bytes) else str(values[0])
                prefix, _, operation = target.partition(".")
                self.aws.append(f"{_SERVICES.get(prefix, prefix)}.{operation}")
            putheader(sent_on, header, *values)

        connection.putheader = counted_header

    def _count_twilio(self, base_url: str) -> None:
        # Below requests and urllib alike: it sees the Twilio client, other requests and every retry.
        place = urlsplit(base_url)
        base: Any = http.client.HTTPConnection
        original = base.putrequest

        @functools.wraps(original)
        def counted(
            connection: http.client.HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any
        ) -> None:
            if connection.port == place.port and url.startswith(place.path):
                self.twilio.append(f"{method} https:/{url.removeprefix(place.path).partition('?')[0]}")
            original(connection, method, url, *args, **kwargs)

        base.putrequest = counted
