"""A client of the SIP router's admin routes, for operators' commands."""

import gzip
import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

_SECONDS = 35.0


class RefusedError(Exception):
    """An admin route refuses or does not answer; the message is for the operator."""


class AdminRoutes:
    """The admin routes of a platform or deployment.

    Parameters
    ----------
    url
        Base URL, http or https; "" for the platform on this machine.
    token
        A Flex token; "" for that of the platform's own administrator.
    """

    def __init__(self, url: str, token: str) -> None:
        if url and not _is_url(url):
            raise RefusedError(f"URL must be a base URL such as https://sip.example.com, not {url}")
        self._url = url.rstrip("/") or f"http://127.0.0.1:{os.environ.get('PORT') or 3000}"
        # A proxy named in a developer's environment must not get in between.
        local = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener() if url else urllib.request.build_opener(local)
        self._token = token or self._own_token(is_local=not url)

    def ask(self, what: str, **content: Any) -> Any:
        """Post JSON to /admin/… and return the answer's.

        Raises
        ------
        RefusedError
            Anything but 200.
        """
        body = gzip.compress(json.dumps(content).encode(), 6)
        headers = {
            "X-Flex-Token": self._token,
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Accept-Encoding": "gzip",
        }
        return self._send(urllib.request.Request(f"{self._url}/admin/{what}", body, headers))

    def _own_token(self, *, is_local: bool) -> str:
        if not is_local:
            raise RefusedError("TOKEN is missing: the token of a Flex user")
        health = self._send(urllib.request.Request(f"{self._url}/_local/health"))
        token: str = health["flexTokens"]["admin"]
        return token

    def _send(self, request: urllib.request.Request) -> Any:
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return _content(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedError(_reason(error.code, _content(error))) from None
        except (OSError, http.client.HTTPException) as error:
            raise RefusedError(
                f"{self._url} does not answer. Without URL, `make run` must run. ({error})"
            ) from None


def _is_url(text: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(text)
        is_absolute = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_absolute and all(" " < letter <= "~" for letter in text)


def _content(answer: Any) -> Any:
    body = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _reason(status: int, content: Any) -> str:
    if status == 409:
        return (
            "Another administrator saved a version meanwhile: look at the difference again, and import again."
        )
    fields = content if isinstance(content, dict) else {"message": content}
    reasons = [f"{error['field']}: {error['message']}" for error in fields.get("errors", ())]
    return f"{status}: " + "\n".join(reasons or [str(fields.get("message", content))])
