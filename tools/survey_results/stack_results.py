"""The results of a stack, read and written by the feature's own code with the operator's credentials."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from switchboard import aws
from switchboard.errors import SwitchboardError
from switchboard.log import logger
from switchboard.settings import clear_settings
from tools.terminal import fail

if TYPE_CHECKING:
    from tools.stack.stack import Stack


@contextlib.contextmanager
def results_of(stack: "Stack") -> Iterator[None]:
    """Let use cases of surveys work on a stack; what AWS refuses meanwhile ends the command."""
    # Log lines would stand among the results; what goes wrong is raised.
    level = logger.log_level
    logger.setLevel("CRITICAL")
    try:
        with _environment(_variables(stack)):
            yield
    except aws.AwsError as error:
        fail(f"AWS refuses: {error}")
    except SwitchboardError as error:
        fail(error.message)
    finally:
        logger.setLevel(level)


def _variables(stack: "Stack") -> Mapping[str, str]:
    variables = {
        "SURVEY_RESULTS_TABLE": stack.physical("SurveyResults"),
        "SURVEY_SESSIONS_TABLE": stack.physical("SurveySessions"),
        "SURVEY_CAMPAIGNS_TABLE": stack.physical("SurveyCampaigns"),
        "CONFIG_BUCKET": stack.physical("ConfigBucket"),
        "ARCHIVE_RESULTS": stack.parameters.get("ArchiveSurveyResults", "false"),
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
    }
    if stack.is_local:
        variables |= {
            "AWS_ENDPOINT_URL": stack.client("dynamodb").meta.endpoint_url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "NO_PROXY": "*",
            "no_proxy": "*",
        }
    return variables


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    _forget_environment()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _forget_environment()


def _forget_environment() -> None:
    clear_settings()
    aws.clear_clients()
