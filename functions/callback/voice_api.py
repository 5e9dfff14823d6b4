"""Calls, queues and recordings of Twilio's REST API: https://www.twilio.com/docs/voice/api."""

from dataclasses import dataclass
from typing import Any

from callback.rest_api import TwilioError, ask
from switchboard.errors import TwilioUnreachable
from switchboard.settings import common


def queue_name(queue_sid: str) -> str:
    """Return a queue's name: the workflow's SID where calls wait for one, empty for an unknown queue."""
    try:
        document, _ = ask("GET", f"{_account_url()}/Queues/{queue_sid}.json")
    except TwilioError as error:
        if error.status == 404:
            return ""
        raise
    return str(document.get("friendly_name") or "")


def redirect_call(call_sid: str, url: str) -> bool:
    """Give a call another document, out of its queue if it waits in one; False if the call is over.

    https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
    """
    try:
        ask("POST", f"{_account_url()}/Calls/{call_sid}.json", data={"Url": url, "Method": "POST"})
    except TwilioError as error:
        if error.status in {400, 404}:
            return False
        raise
    return True


def delete_recording(recording_sid: str) -> None:
    """Delete a recording at Twilio; one that is not there is no error."""
    try:
        ask("DELETE", f"{_account_url()}/Recordings/{recording_sid}.json")
    except TwilioError as error:
        if error.status != 404:
            raise


@dataclass(frozen=True)
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
    _answer: Any

    def read(self) -> bytes:
        """Return the bytes.

        Raises
        ------
        switchboard.errors.TwilioUnreachable
            The connection broke.
        """
        import requests

        try:
            return bytes(self._answer.content)
        except requests.RequestException as error:
            raise TwilioUnreachable from error

    def close(self) -> None:
        """Leave the bytes unread."""
        self._answer.close()


def fetch_recording(recording_sid: str, asked_range: str = "") -> Audio | None:
    """Return a recording's audio as MP3; None if it is gone.

    https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file

    Parameters
    ----------
    recording_sid : str
    asked_range : str
        A Range header, such as "bytes=0-1023"; empty for everything.

    Raises
    ------
    TwilioError, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    from switchboard.twilio import http

    headers = {"Range": asked_range} if asked_range else None
    answer = http().stream(f"{_account_url()}/Recordings/{recording_sid}.mp3", headers)
    if answer.status_code == 404:
        answer.close()
        return None
    if answer.status_code not in {200, 206, 416}:
        answer.close()
        raise TwilioError(answer.status_code, None, "Twilio did not give the recording.")
    length = answer.headers.get("Content-Length", "")
    return Audio(
        status=answer.status_code,
        content_type=answer.headers.get("Content-Type", "audio/mpeg").partition(";")[0],
        length=int(length) if length.isdecimal() else None,
        content_range=answer.headers.get("Content-Range"),
        _answer=answer,
    )


def _account_url() -> str:
    return f"https://api.twilio.com/2010-04-01/Accounts/{common().twilio_account_sid}"
