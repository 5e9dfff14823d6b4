"""How large the bodies of the admin routes may be.

A body is unpacked and read before its token is known, so only the routes that take a whole map take much.
"""

from collections.abc import Mapping
from typing import Any

from switchboard.auth import Authenticator
from switchboard.endpoint import Handler, LambdaHandler, endpoint

MAX_MAP_BYTES = 24 * 1024 * 1024
"""Unpacked. A hundred thousand routes to Studio flows are about 20 MB of JSON."""


def admin_endpoint(authenticator: Authenticator, takes_map: str, handle: Handler) -> LambdaHandler:
    """Return a Lambda handler of several routes, of which one takes large bodies.

    Parameters
    ----------
    authenticator : Authenticator
        Who may call.
    takes_map : str
        The last part of the path that takes bodies up to `MAX_MAP_BYTES`; others take 256 KiB.
    handle : Handler
        The function from Request to Reply.
    """
    large = endpoint(authenticator, max_body=MAX_MAP_BYTES)(handle)
    small = endpoint(authenticator)(handle)

    def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        last = str(event.get("rawPath", "")).rpartition("/")[2]
        return (large if last == takes_map else small)(event, context)

    return lambda_handler
