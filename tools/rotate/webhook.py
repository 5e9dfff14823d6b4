"""Asking the application whether it accepts a webhook with a signature: an empty batch of events."""

import hashlib
import urllib.error
import urllib.request

from twilio.request_validator import RequestValidator

from tools.stack.stack import Stack, StackError

_BODY = b"[]"
_PATH = f"/eventstream?bodySHA256={hashlib.sha256(_BODY).hexdigest()}"
_SECONDS = 15


def accepts_webhook(stack: Stack, auth_token: str) -> bool:
    """Tell whether the application accepts a webhook that is signed with a token.

    Raises
    ------
    StackError
        It does not answer, or not as it should.
    """
    signature = RequestValidator(auth_token).compute_signature(stack.public_url + _PATH, {})
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    request = urllib.request.Request(stack.reachable_url + _PATH, _BODY, headers, method="POST")
    # A proxy named in a developer's environment must not get in between on one machine.
    handlers = [urllib.request.ProxyHandler({})] if stack.is_local else []
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 403:
                return False
            raise StackError(f"{stack.reachable_url} answers {error.code}") from None
    except OSError as error:
        raise StackError(f"{stack.reachable_url} does not answer: {error}") from None
