"""The callback part of ``switchboard demo``: a voicemail from the queue, and the task that an agent sees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.template.parameters import FLEX_NUMBER
from tools.caller import Caller
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.platform import Platform

_CALLER = "+12025550175"
_MESSAGE = "This is Ada. Please call me about my invoice."
_PATIENCE_SECONDS = 20.0


class CallbackDemo:
    """A caller who waits, leaves a voicemail and hangs up; and an agent who listens to it.

    Parameters
    ----------
    platform
        Running.
    show
        Prints what has happened on a phone since the last time.
    """

    def __init__(self, platform: Platform, show: Callable[[str], None]) -> None:
        self._caller = Caller(platform)
        self._phone = PhoneClient(platform.base_url)
        self._platform = platform
        self._taskrouter = platform.stand_in.taskrouter
        self._show = show

    def leave_voicemail(self) -> bool:
        """Call the queue, press star and 2, and speak; print the task once it is transcribed.

        Returns
        -------
        bool
            Whether there is one task that holds the recording and its transcription.
        """
        call = self._phone.call(_CALLER, FLEX_NUMBER)
        self._show(_CALLER)
        for deed, fields in (
            ("press", {"digits": "*"}),
            ("press", {"digits": "2"}),
            ("say", {"text": _MESSAGE}),
            ("press", {"digits": "*"}),
        ):
            self._phone.do(call["sid"], deed, **fields)
            self._show(_CALLER)
        attributes = self._transcribed()
        if attributes is None:
            print("\nThe voicemail became no task in time.")
            return False
        data = attributes["callBackData"]
        print("\nThe task that an agent sees, in the caller's place in the queue:\n")
        print(json.dumps({name: attributes[name] for name in ("taskType", "name", "callBackData")}, indent=2))
        answer = self._caller.flex_post(
            "/callback/flex/fetch-voicemail", {"recordingSid": data["RecordingSid"]}, "agent"
        )
        print(f"\nPOST /callback/flex/fetch-voicemail: {answer.status}, {len(answer.body)} bytes of audio")
        return answer.status == 200

    def _transcribed(self) -> dict[str, Any] | None:
        self._platform.wait_until_idle(_PATIENCE_SECONDS)
        for task in self._taskrouter.tasks():
            attributes: dict[str, Any] = json.loads(task.attributes)
            data = attributes.get("callBackData", {})
            if data.get("numberToCall") == _CALLER and data.get("TranscriptionText"):
                return attributes
        return None
