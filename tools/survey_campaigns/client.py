"""The routes of campaigns, asked with the stack's API key."""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from tools.deploy.account import API_KEYS
from tools.stack.stack import Stack, StackError

if TYPE_CHECKING:
    from twilio.rest import Client

UPLOADS: Final = "campaigns/uploads/"

_SECONDS: Final = 40.0
_PAUSES: Final = (1.0, 3.0)


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
        # While a key is rotated, the newer one is the last.
        keys = [key.strip() for key in (stack.secret(API_KEYS) or "").split(",") if key.strip()]
        if not keys:
            raise StackError(f"{stack.parameter_name(API_KEYS)} is missing: deploy makes a key")
        self._key = keys[-1]

    @property
    def twilio(self) -> "Client":
        """The REST client of the stack's account at Twilio."""
        return self._stack.twilio

    def create(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Create a campaign, or try one out; repeated requests create one."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._ask("POST", self._path, request, headers)

    def list(self) -> list[dict[str, Any]]:
        """Return the survey's campaigns, newest first."""
        items: list[dict[str, Any]] = self._ask("GET", self._path)["items"]
        return items

    def get(self, campaign_id: str) -> dict[str, Any]:
        """Return a campaign."""
        return self._ask("GET", f"{self._path}/{campaign_id}")

    def act(self, campaign_id: str, action: str) -> dict[str, Any]:
        """Pause, resume or cancel a campaign, and return it."""
        return self._ask("POST", f"{self._path}/{campaign_id}", {"action": action})

    @contextmanager
    def uploaded(self, content: bytes) -> Iterator[str]:
        """Put a file into the bucket for as long as it is needed, and yield its key."""
        s3, bucket = self._stack.client("s3"), self._stack.physical("ConfigBucket")
        key = f"{UPLOADS}{uuid.uuid4().hex}.csv"
        version = s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType="text/csv").get("VersionId")
        try:
            yield key
        finally:
            s3.delete_object(Bucket=bucket, Key=key, **({"VersionId": version} if version else {}))

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        """Return an answer; what the routes refuse is a StackError.

        A request that may have been carried out, or may succeed later, is repeated.
        """
        sent = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json", **headers}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._stack.reachable_url + path, content, sent, method=method)
        problem = ""
        for pause in (*_PAUSES, 0.0):
            try:
                with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as error:
                problem = _message(error)
                if error.code < 500:
                    break
            except OSError as error:
                problem = f"{self._stack.reachable_url} does not answer: {error}"
            time.sleep(pause)
        raise StackError(problem)


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["message"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"the stack answers {error.code}"
