"""The routes of campaigns, asked with the stack's API key."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from tools.stack.routes import Routes
from tools.stack.stack import Stack

if TYPE_CHECKING:
    from twilio.rest import Client

UPLOADS: Final = "campaigns/uploads/"


class CampaignClient:
    """Campaigns of a survey in a stack.

    Parameters
    ----------
    stack
    survey_id
    """

    def __init__(self, stack: Stack, survey_id: str) -> None:
        self._stack = stack
        self._path = f"/surveys/{survey_id}/campaigns"
        self._routes = Routes(stack)

    @property
    def twilio(self) -> "Client":
        """The REST client of the stack's account at Twilio."""
        return self._stack.twilio

    def create(self, request: Mapping[str, Any], key: str = "") -> dict[str, Any]:
        """Create a campaign, or try one out; requests with the same key create one."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._routes.ask("POST", self._path, request, headers)

    def list(self) -> list[dict[str, Any]]:
        """Return the survey's campaigns, newest first."""
        items: list[dict[str, Any]] = self._routes.ask("GET", self._path)["items"]
        return items

    def get(self, campaign_id: str) -> dict[str, Any]:
        """Return a campaign."""
        return self._routes.ask("GET", f"{self._path}/{campaign_id}")

    def act(self, campaign_id: str, action: str) -> dict[str, Any]:
        """Pause, resume or cancel a campaign, and return it."""
        return self._routes.ask("POST", f"{self._path}/{campaign_id}", {"action": action})

    @contextmanager
    def uploaded(self, content: bytes, name: str = "") -> Iterator[str]:
        """Put a file into the bucket for as long as it is needed, and yield its key.

        A request that is repeated names its file, since the file's key is part of what is asked for.
        """
        s3, bucket = self._stack.client("s3"), self._stack.physical("ConfigBucket")
        key = f"{UPLOADS}{name or uuid.uuid4().hex}.csv"
        version = s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType="text/csv").get("VersionId")
        try:
            yield key
        finally:
            s3.delete_object(Bucket=bucket, Key=key, **({"VersionId": version} if version else {}))
