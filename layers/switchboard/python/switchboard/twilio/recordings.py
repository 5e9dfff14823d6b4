"""Recordings and their audio: https://www.twilio.com/docs/voice/api/recording.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from switchboard.errors import TwilioUnreachable
from switchboard.twilio.outcome import Refused, none_if_missing
from switchboard.twilio.rest_client import account_sid, http, rest_client

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording's audio, or a part of it, as Twilio sends it; not read yet.

    Attributes
    ----------
    status : int
        200, 206 for a part, or 416 for a part that does not exist.
    content_type : str
    length : int or None
        Bytes, where Twilio says.
    content_range : str or None
        Which part.
    """

    status: int
    content_type: str
    length: int | None
    content_range: str | None
    _answer: "requests.Response"

    def read(self) -> bytes:
        """Return the bytes.

        Raises
        ------
        switchboard.errors.TwilioUnreachable
            The connection broke.
        """
        import requests

        try:
            return self._answer.content
        except requests.RequestException as error:
            raise TwilioUnreachable from error

    def close(self) -> None:
        """Leave the bytes unread."""
        self._answer.close()


def fetch_audio(sid: str, byte_range: str = "") -> Audio | None:
    """Return a recording's audio as MP3; None if it is gone.

    https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file (which twilio.rest lacks)

    Parameters
    ----------
    sid : str
        RE….
    byte_range : str
        A Range header, such as "bytes=0-1023"; empty for everything.
    """
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid()}/Recordings/{sid}.mp3"
    answer = http().stream(url, {"Range": byte_range} if byte_range else None)
    if answer.status_code not in {200, 206, 416}:
        answer.close()
        if answer.status_code == 404:
            return None
        raise Refused(answer.status_code, None, "Twilio did not give the recording.")
    length = answer.headers.get("Content-Length", "")
    return Audio(
        status=answer.status_code,
        content_type=answer.headers.get("Content-Type", "audio/mpeg").partition(";")[0],
        length=int(length) if length.isdecimal() else None,
        content_range=answer.headers.get("Content-Range"),
        _answer=answer,
    )


def delete_recording(sid: str) -> None:
    """Delete a recording; one that is not there is no error."""
    none_if_missing(rest_client().recordings(sid).delete)
