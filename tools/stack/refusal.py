"""What a stack, AWS or Twilio answer where they refuse, in one sentence for an operator."""

from typing import Final

from switchboard.errors import TwilioUnreachable
from switchboard.inputs.files import FileError
from switchboard.twilio.outcome import Refused
from tools.stack.stack import AWS_FAILURES, StackError

REFUSALS: Final = (StackError, FileError, Refused, TwilioUnreachable, *AWS_FAILURES)
"""What is raised where a stack, AWS or Twilio does not do what it is asked for, or a file is wrong."""


def explain(error: BaseException) -> str:
    """Return one of `REFUSALS` as a sentence."""
    if isinstance(error, Refused):
        return f"Twilio refuses ({error.code or error.status}): {error.message}"
    if isinstance(error, TwilioUnreachable):
        return error.message
    if isinstance(error, FileError):
        return "\n".join(map(str, error.problems))
    return f"AWS refuses: {error}" if isinstance(error, AWS_FAILURES) else str(error)
