"""JSON replies to Studio and Flex: whether the request succeeded, and the task's SID."""

from collections.abc import Callable

from switchboard.errors import SwitchboardError
from switchboard.http import reply
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, json_reply
from switchboard.log import logger
from switchboard.twilio.outcome import Refused


def task_reply(use_case: Callable[[], str | None]) -> Reply:
    """Reply with the SID of the task that a use case returns, or with its error and the failing status.

    202 without a SID: the request is kept, and becomes one task.
    """
    try:
        task_sid = use_case()
        return json_reply({"success": True, "taskSid": task_sid}, 202 if task_sid is None else 200)
    except Refused as error:
        return twilio_error_reply(error)
    except SwitchboardError as error:
        return error_reply(error)


def twilio_error_reply(error: Refused) -> Reply:
    """Reply with Twilio's own message and status."""
    logger.error("Twilio refused", extra={"status": error.status, "code": error.code})
    return json_reply({"success": False, "message": error.message}, error.status)


def error_reply(error: SwitchboardError) -> Reply:
    """Reply with an error's message, and with what is wrong field by field."""
    if error.status >= 500:
        logger.error("The request could not be served", exc_info=error)
    return reply.error_reply(error, success=False)


def unavailable(_: RawRequest) -> Reply:
    """Reply to a request that failed because of a fault in here."""
    return json_reply({"success": False, "message": "The service is busy. Try again later."}, 503)
