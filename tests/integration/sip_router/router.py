"""How tests speak to the SIP router: as Twilio does for a call, and as the older Flex plugin does."""

import gzip
import json
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from local.http_messages import HttpResponse
from local.template.parameters import ACCOUNT_SID, FLEX_TOKENS
from tests.data.route_tables import CALL_SID
from tests.support import FORM, Caller

DOMAIN = "switchboard.sip.twilio.com"


class SipRouter:
    """The SIP router of a running platform."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def call(self, address: str, call_sid: str = CALL_SID, **more: str) -> HttpResponse:
        """Have Twilio ask where a call goes."""
        form = {
            "AccountSid": ACCOUNT_SID,
            "CallSid": call_sid,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": f"sip:caller@{DOMAIN}",
            "To": f"sip:{address}@{DOMAIN}",
            "SipDomain": DOMAIN,
            "SipCallId": "1@192.0.2.10",
            **more,
        }
        return self.caller.signed_post("/inbound-sip-router", form)

    def heard(self, address: str, call_sid: str = CALL_SID) -> str:
        """Return the TwiML inside of Response that a call gets."""
        answer = self.call(address, call_sid)
        assert answer.status == 200, answer.text
        return inside(answer)

    def admin(self, what: str, role: str = "admin", **content: Any) -> HttpResponse:
        """Post JSON to an admin route with a Flex token."""
        return self.caller.flex_post(f"/admin/{what}", content, role)

    def admin_form(self, what: str, role: str = "admin", **fields: str) -> HttpResponse:
        """Post a form to an admin route, as the older plugin does for all but updates."""
        body = urlencode({**fields, "Token": FLEX_TOKENS[role]}).encode()
        return self.caller.send("POST", f"/admin/{what}", body, {"Content-Type": FORM})

    def list(self) -> dict[str, Any]:
        """Return what /admin/list gives."""
        listed: dict[str, Any] = ok(self.admin_form("list", "agent"))
        return listed

    def save(self, data: Any, note: str = "") -> str:
        """Save a route table on top of the latest version; return the build's SID."""
        version = self.list()["version"]
        build_sid: str = ok(self.admin("update", data=data, version=version, note=note))["buildSid"]
        return build_sid

    def save_packed(self, data: Any) -> str:
        """Save a route table that Lambda takes only if it is packed; return the build's SID."""
        body = json.dumps({"data": data, "version": self.list()["version"]})
        headers = {
            "X-Flex-Token": FLEX_TOKENS["admin"],
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        }
        saved = self.caller.send("POST", "/admin/update", gzip.compress(body.encode(), 1), headers)
        return str(ok(saved)["buildSid"])

    def publish(self, data: Any) -> str:
        """Save a route table and make it live for the next call; return its version's SID."""
        build_sid = self.save(data)
        ok(self.admin_form("publish", buildSid=build_sid))
        self.grow_stale()
        return f"ZN{build_sid[2:]}"

    def grow_stale(self) -> None:
        """Let so much time pass that the live pointer is read again."""
        self.caller.local("POST", "/clock", {"advanceSeconds": 6})


def ok(answer: HttpResponse) -> Any:
    """Return the JSON of an answer that must be 200."""
    assert answer.status == 200, f"{answer.status} {answer.text}"
    return json.loads(answer.text)


def inside(answer: HttpResponse) -> str:
    """Return what is inside of an answer's Response element."""
    assert ET.fromstring(answer.text).tag == "Response"
    return answer.text.partition("<Response>")[2].rpartition("</Response>")[0]
