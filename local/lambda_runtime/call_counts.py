"""Counting what an invocation asks of AWS and of Twilio."""

import functools
import http.client
from typing import Any
from urllib.parse import urlsplit


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
        from botocore import client as botocore_client

        base: Any = botocore_client.BaseClient
        original = base._make_api_call  # noqa: SLF001 - botocore has no public place that sees every call

        @functools.wraps(original)
        def counted(client: Any, operation: str, arguments: Any) -> Any:
            self.aws.append(f"{client.meta.service_model.service_name}.{operation}")
            return original(client, operation, arguments)

        base._make_api_call = counted  # noqa: SLF001

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
