"""The way to the console of this platform, which tells where it answers (docs/local.md)."""

import re
from typing import Final

from local.control_api import ControlRequest, Route
from local.http_messages import HttpResponse, LocalError

_ADDRESS: Final = re.compile(r"http://(?:127\.0\.0\.1|localhost):[0-9]{1,5}/[!-~]*")


class ConsoleLink:
    """Keeps the address of the console that was started last."""

    def __init__(self) -> None:
        self._address = ""

    def routes(self) -> list[Route]:
        """Return the routes below ``/_local``."""
        return [("GET", "/console", self._lead), ("PUT", "/console", self._keep)]

    def _lead(self, _request: ControlRequest) -> HttpResponse:
        if not self._address:
            raise LocalError(404, "no console runs: start it with make console")
        return HttpResponse(302, (("location", self._address), ("cache-control", "no-store")))

    def _keep(self, request: ControlRequest) -> None:
        address = request.fields().get("address")
        if address != "" and not (isinstance(address, str) and _ADDRESS.fullmatch(address)):
            raise LocalError(400, "address must be an address on this machine, or empty")
        self._address = address
