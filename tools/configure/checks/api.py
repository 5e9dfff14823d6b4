"""The API itself: whether it answers, refuses what is not signed, and lets browsers of Flex in."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Final

from tools.configure.checks.finding import Finding
from tools.configure.settings import Settings
from tools.stack.stack import Stack

_SECONDS: Final = 20


def check_api(stack: Stack, settings: Settings) -> Iterator[Finding]:
    """Ask the API without a signature, and as a browser would before it asks for a Flex route."""
    status, _ = _ask(stack, "POST", "/sms/webhook", {})
    if status == 403:
        yield Finding("api", stack.public_url, "ok", "answers, and refuses what Twilio did not sign")
    elif status == 0:
        yield Finding("api", stack.public_url, "problem", "does not answer")
    else:
        yield Finding("api", stack.public_url, "problem", f"answers {status} where 403 is expected")
    for origin in settings.flex.origins if settings.flex and status else ():
        yield _origin(stack, origin, settings)


def _origin(stack: Stack, origin: str, settings: Settings) -> Finding:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    _, allowed = _ask(stack, "OPTIONS", "/callback/flex/requeue-callback", headers)
    if allowed in {origin, "*"}:
        return Finding("flex", origin, "ok", "may call the Flex routes")
    origins = ",".join(settings.flex.origins) if settings.flex else origin
    text = f'may not call the Flex routes: make deploy SET="AllowedOrigins={origins}"'
    return Finding("flex", origin, "problem", text)


def _ask(stack: Stack, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Return the status and the allowed origin of an answer; 0 where there is none."""
    url = stack.reachable_url + path
    data = b"" if method == "POST" else None
    request = urllib.request.Request(url, data, headers, method=method)
    # A proxy named in a developer's environment must not get in between on this machine.
    handlers = [urllib.request.ProxyHandler({})] if stack.is_local else []
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            return int(answer.status), str(answer.headers.get("Access-Control-Allow-Origin", ""))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, str(error.headers.get("Access-Control-Allow-Origin", ""))
    except OSError:
        return 0, ""
