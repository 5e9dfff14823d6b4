"""The SIP part of ``switchboard demo``: three calls, a change to the map, and the same three calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.template.parameters import SIP_DOMAIN
from tools.phone.client import PhoneClient
from tools.sip_map.admin_client import AdminRoutes
from tools.sip_map.difference import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.platform import Platform

_CALLER = f"sip:ann@{SIP_DOMAIN}"
_ADDRESSES = ("4000", "+4930123456", "7777")
_STALE_SECONDS = 6


class SipDemo:
    """A caller with a SIP phone, and an administrator of the map.

    Parameters
    ----------
    platform
        Running, and fresh.
    show
        Prints what has happened on a phone since the last time.
    """

    def __init__(self, platform: Platform, show: Callable[[str], None]) -> None:
        self._client = PhoneClient(platform.base_url)
        self._admin = AdminRoutes(platform.base_url, platform.flex_tokens["admin"])
        self._show = show

    def call(self) -> None:
        """Call an address with a route of its own, one that a prefix takes, and one without a route."""
        for address in _ADDRESSES:
            print(f"Ann calls sip:{address}@{SIP_DOMAIN}")
            call = self._client.call(_CALLER, f"sip:{address}@{SIP_DOMAIN}")
            self._show(_CALLER)
            if call["listening"] is not None:
                self._client.do(call["sid"], "hangup")
                self._show(_CALLER)
            print()

    def change(self) -> None:
        """Change the three calls' routes, publish, and let the old map in memory grow old."""
        listed = self._admin.ask("list")
        data = _changed(listed["data"])
        print("\n".join(describe(self._admin.ask("diff", data=data))), "\n")
        saved = self._admin.ask("update", data=data, version=listed["version"], note="Moving house")
        published = self._admin.ask("publish", buildSid=saved["buildSid"])
        for item in self._admin.ask("versions")["items"]:
            print(f"{item['version']}  by {item['createdBy']}: {item['note']}")
        print(f"Published as {published['deploymentSid']}: every call follows it within seconds.")
        self._client.request("POST", "/clock", {"advanceSeconds": _STALE_SECONDS})


def _changed(data: dict[str, Any]) -> dict[str, Any]:
    """Return a map in which all three addresses have new routes, and all others keep theirs."""
    others = [route for route in data["routes"] if route["address"] not in {"4000", "+4930123*", "^7+$"}]
    routes = [
        _route("4000", "say", "We are moving house. We are back on Monday."),
        _route("+4930123*", "dial-client", "mobile"),
        _route("^7+$", "twiml", "<Say>You have found the sevens.</Say><Hangup/>"),
    ]
    return {**data, "routes": [*others, *routes]}


def _route(address: str, kind: str, destination: str) -> dict[str, Any]:
    return {"address": address, "comment": "Moving house", "type": kind, "destination": destination}
