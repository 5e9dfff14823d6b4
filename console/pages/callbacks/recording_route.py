"""The route at which the player finds a recording; the guard lets only the operator's browser reach it."""

import asyncio
import re
from typing import Final

from nicegui import app
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from console.context import Console
from console.data.callbacks.recording import PATH, Recording, shelf_of
from console.refusal import REFUSALS, explain

_SID: Final = re.compile(r"RE[0-9a-f]{32}", re.IGNORECASE)


def serve_recordings(console: Console) -> None:
    """Serve recordings by their SIDs."""

    @app.get(PATH + "{sid}", include_in_schema=False)
    async def recording(sid: str, request: Request) -> Response:
        if not _SID.fullmatch(sid):
            return PlainTextResponse("This is no recording's SID.", 404)
        try:
            found = await asyncio.to_thread(shelf_of(console).get, sid)
        except REFUSALS as error:
            return PlainTextResponse(explain(error), 502)
        return _reply(found, request.headers.get("range", ""))


def _reply(recording: Recording, asked: str) -> Response:
    headers = {"cache-control": "no-store", "accept-ranges": "bytes"}
    size, part = len(recording.content), recording.part(asked)
    if part is None:
        return Response(recording.content, 200, headers, recording.content_type)
    start, end = part
    if start >= end:
        return Response(b"", 416, headers | {"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(recording.content[start:end], 206, headers, recording.content_type)
