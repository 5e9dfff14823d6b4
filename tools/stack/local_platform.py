"""The platform of ``make run``, as a command finds it by its port."""

from typing import TYPE_CHECKING, Any

from botocore.config import Config

from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from collections.abc import Mapping


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
