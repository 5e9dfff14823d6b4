"""The results of a stack, read and written by the feature's own code with the operator's credentials."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from switchboard import aws
from switchboard.errors import SwitchboardError
from tools.stack.environment import features_of
from tools.terminal import fail

if TYPE_CHECKING:
    from tools.stack.stack import Stack


@contextlib.contextmanager
def results_of(stack: "Stack") -> Iterator[None]:
    """Let use cases of surveys work on a stack; what AWS refuses meanwhile ends the command."""
    stack.physical("SurveyResults")  # an older stack has none, and says so
    try:
        with features_of(stack):
            yield
    except aws.AwsError as error:
        fail(f"AWS refuses: {error}")
    except SwitchboardError as error:
        fail(error.message)
