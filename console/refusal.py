"""What is shown where AWS, Twilio, the platform or a file says no."""

from typing import Final
from urllib.error import URLError

from local.http_messages import LocalError
from switchboard.aws import AwsError
from switchboard.aws.secrets import SecretError
from switchboard.errors import SwitchboardError
from switchboard.inputs.files import FileError
from switchboard.settings import SettingsError
from tools.configure.resources.resource import ConfigureError
from tools.deploy.account import AccountError
from tools.deploy.profile import ProfileError
from tools.stack import refusal as stack_refusal

REFUSALS: Final = (
    *stack_refusal.REFUSALS,
    AwsError,
    SecretError,
    SwitchboardError,
    SettingsError,
    FileError,
    ConfigureError,
    AccountError,
    ProfileError,
    LocalError,
    OSError,
)
"""What use cases raise where something outside of the console is at fault."""

_BEFORE: Final = (
    (SettingsError, "The stack lacks what this needs: deploy this version first."),
    (AwsError, "AWS refuses:"),
    (OSError, "This machine refuses:"),
)
"""What is said before an error's own words."""

UNEXPECTED: Final = "This cannot be shown; the console's terminal says why."
"""What a page says of an error that is not one of `REFUSALS`, which it logs."""


def explain(error: BaseException) -> str:
    """Return one of `REFUSALS` as a sentence for the operator."""
    if isinstance(error, stack_refusal.REFUSALS):
        return stack_refusal.explain(error)
    if isinstance(error, FileError):
        return "\n".join(map(str, error.problems))
    if isinstance(error, LocalError | SwitchboardError):
        return error.message
    if isinstance(error, URLError | ConnectionError | TimeoutError):
        return (
            f"The platform does not answer ({getattr(error, 'reason', error)}): is `make run` still running?"
        )
    return next((f"{words} {error}" for kind, words in _BEFORE if isinstance(error, kind)), str(error))
