"""Counting the calls that an invocation makes to AWS and Twilio, and noting the S3 objects that it reads."""

import functools
import http.client
import weakref
from typing import Any
from urllib.parse import urlsplit

from local.activity import INVOCATION_HEADER

# By the prefix of X-Amz-Target, which every request in AWS JSON carries.
_SERVICES = {
    "AWSEvents": "events",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "DynamoDB_20120810": "dynamodb",
}


class Counter:
    """Records every AWS call and every request to Twilio that this process makes.

    Parameters
    ----------
    twilio, aws
        The base URLs under which both are reached. Requests to them carry the invocation's ID.
    """

    def __init__(self, twilio: str, aws: str) -> None:
        self._invocation = ""
        self._ports = {urlsplit(twilio).port, urlsplit(aws).port}
        self.aws: list[str] = []
        self.twilio: list[str] = []
        self.objects: list[str] = []
        self._count_aws()
        self._count_twilio(twilio)

    def reset(self, invocation: str) -> None:
        """Start the counts of a new invocation, given by its ID."""
        self._invocation = invocation
        self.aws.clear()
        self.twilio.clear()
        self.objects.clear()

    def _count_aws(self) -> None:
        """Count every try of a call where it is sent: AWS JSON by its target, S3 by its method.

        `objects` has the path and query string of each that reads from S3.
        """
        connection: Any = http.client.HTTPConnection
        putrequest, putheader = connection.putrequest, connection.putheader
        started: weakref.WeakKeyDictionary[http.client.HTTPConnection, tuple[str, str]]
        started = weakref.WeakKeyDictionary()

        @functools.wraps(putrequest)
        def noted(
            sent_on: http.client.HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any
        ) -> None:
            started[sent_on] = method, url
            putrequest(sent_on, method, url, *args, **kwargs)
            if self._invocation and sent_on.port in self._ports:
                putheader(sent_on, INVOCATION_HEADER, self._invocation)

        @functools.wraps(putheader)
        def counted(sent_on: http.client.HTTPConnection, header: str, *values: Any) -> None:
            name = header.lower()
            if name == "x-amz-target":
                target = values[0].decode() if isinstance(values[0], bytes) else str(values[0])
                prefix, _, operation = target.partition(".")
                self.aws.append(f"{_SERVICES.get(prefix, prefix)}.{operation}")
            elif name == "x-amz-content-sha256":  # of the functions' services only S3 asks for it
                method, url = started[sent_on]
                self.aws.append(f"s3.{method.capitalize()}Object")
                if method in ("GET", "HEAD"):
                    self.objects.append(url)
            putheader(sent_on, header, *values)

        connection.putrequest, connection.putheader = noted, counted

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
