"""The Studio part of ``switchboard demo``: a call into a flow, hung up in the middle, and its path."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from local.template.parameters import STUDIO_NUMBER
from local.timeouts import scaled
from tools.caller import Caller
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.platform import Platform

_CALLER = "+12025550188"
_PATIENCE_SECONDS = 20.0


class IvrDemo:
    """A caller who hangs up in a menu, and an operator who looks where.

    Parameters
    ----------
    platform
        Running.
    show
        Prints what has happened on a phone since the last time.
    """

    def __init__(self, platform: Platform, show: Callable[[str], None]) -> None:
        self._caller = Caller(platform)
        self._client = PhoneClient(platform.base_url)
        self._show = show

    def call(self) -> bool:
        """Call the flow's number, press 1, then 2, then hang up; print the path once it is recorded.

        Returns
        -------
        bool
            Whether it was.
        """
        call = self._client.call(_CALLER, STUDIO_NUMBER)
        self._show(_CALLER)
        for digits in ("1", "2"):
            self._client.do(call["sid"], "press", digits=digits)
            self._show(_CALLER)
        self._client.do(call["sid"], "hangup")
        self._show(_CALLER)
        record = self._recorded(call["sid"])
        if record is None:
            print("\nThe path was not recorded in time.")
            return False
        print(f"\nGET /ivr-paths/{record['callSid']}")
        print("\n".join(_lines(record["steps"], "  ")))
        print(f"\n  ended in {record['endedAt']}: {record['endedReason']}")
        print(f"  pressed last in menu: {record['widgets']['menu']['Digits']}\n")
        return True

    def _recorded(self, call_sid: str) -> dict[str, Any] | None:
        until = time.monotonic() + scaled(_PATIENCE_SECONDS)
        while time.monotonic() < until:
            answer = self._caller.key_get(f"/ivr-paths/{call_sid}")
            record: dict[str, Any] = answer.json()
            if record.get("status") == "recorded":
                return record
            time.sleep(0.1)
        return None


def _lines(steps: Iterable[Mapping[str, Any]], indent: str) -> Iterable[str]:
    for step in steps:
        yield f"{indent}{step['widget']:<{24 - len(indent)}} {step['event']:<15} → {step['next']}"
        yield from _lines(step.get("steps", ()), indent + "    ")
