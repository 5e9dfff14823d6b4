"""The two Lambdas of the admin routes: which action a path names, large bodies, answers that are packed."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from switchboard.errors import NotFound, PayloadTooLarge
from switchboard.http.auth import Authenticator
from switchboard.http.endpoint import Endpoint, Handler, endpoint
from switchboard.http.reply import Reply
from switchboard.http.request import Request

MAX_ROUTE_TABLE_BYTES: Final = 24 * 1024 * 1024
"""Unpacked. A hundred thousand routes to Studio flows are about 20 MB of JSON."""

# The functions' own timeout is 14 s.
ANSWER_SECONDS: Final = 12.0
# Lambda hands over at most 6 MB of JSON, in which the answer is a text; its headers have room beside it.
# Small answers are not worth packing.
MAX_ANSWER_BYTES: Final = 6 * 1024 * 1024 - 16 * 1024
PACK_FROM_BYTES: Final = 64 * 1024


def admin_endpoint(
    authenticator: Authenticator, actions: Mapping[str, Handler], takes_route_table: str
) -> Endpoint:
    """Return a Lambda handler of several routes, of which one takes large bodies.

    Parameters
    ----------
    authenticator : Authenticator
        Who may call.
    actions : Mapping[str, Handler]
        Functions from Request to Reply, by the last part of their paths.
    takes_route_table : str
        The action that takes bodies up to `MAX_ROUTE_TABLE_BYTES`; others take 256 KiB.
    """

    def handle(request: Request) -> Reply:
        action = actions.get(request.path.rpartition("/")[2])
        if action is None:
            raise NotFound
        return _packed(action(request), request)

    large = endpoint(authenticator, max_body=MAX_ROUTE_TABLE_BYTES, answer_within=ANSWER_SECONDS)(handle)
    small = endpoint(authenticator, answer_within=ANSWER_SECONDS)(handle)

    def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        last = str(event.get("rawPath", "")).rpartition("/")[2]
        return (large if last == takes_route_table else small)(event, context)

    return replace(small, invoke=lambda_handler)


def _packed(reply: Reply, request: Request) -> Reply:
    """Return a reply with text, packed if it is large and the caller takes gzip, as every browser does."""
    body = str(reply.body).encode()
    if len(body) < PACK_FROM_BYTES:
        return reply
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {**reply.headers, "content-encoding": "gzip", "vary": "Accept-Encoding"}
        packed_body = gzip.compress(body, compresslevel=6, mtime=0)
        if len(packed_body) * 4 // 3 > MAX_ANSWER_BYTES:
            raise PayloadTooLarge("The answer is too large to be sent, even packed.")
        return replace(reply, body=packed_body, headers=headers)
    if len(json.dumps(reply.body)) > MAX_ANSWER_BYTES:
        raise PayloadTooLarge("The answer is too large to be sent unpacked. Ask with Accept-Encoding: gzip.")
    return reply
