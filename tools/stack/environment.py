"""The environment in which features' own code works on a stack, with the operator's credentials."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Final

from switchboard import aws
from switchboard.aws.secrets import clear_secrets
from switchboard.log import logger
from switchboard.settings import clear_settings
from switchboard.twilio import rest_client
from tools.deploy.account import AUTH_TOKEN
from tools.stack.stack import Stack

_RESOURCES: Final = {
    "CALLBACKS_TABLE": "Callbacks",
    "CHANNELS_TABLE": "Channels",
    "CONFIG_BUCKET": "ConfigBucket",
    "IVR_BUCKET": "IvrBucket",
    "IVR_PATHS_TABLE": "IvrPaths",
    "OUTBOUND_REQUESTS_TABLE": "OutboundRequests",
    "RECORDINGS_BUCKET": "VoicemailBucket",
    "SIP_ROUTES_BUCKET": "ConfigBucket",
    "SIP_ROUTES_TABLE": "SipRoutes",
    "SURVEY_CAMPAIGNS_TABLE": "SurveyCampaigns",
    "SURVEY_RESULTS_TABLE": "SurveyResults",
    "SURVEY_SESSIONS_TABLE": "SurveySessions",
}
"""Variable of the functions → the resource that it names."""


@contextlib.contextmanager
def features_of(stack: Stack) -> Iterator[None]:
    """Let use cases of features work on a stack, in this process and without log lines."""
    level = logger.log_level
    logger.setLevel("CRITICAL")  # what goes wrong is raised
    try:
        with _environment(_variables(stack)):
            yield
    finally:
        logger.setLevel(level)


def _variables(stack: Stack) -> Mapping[str, str]:
    variables = {
        name: stack.resources[resource].physical_id
        for name, resource in _RESOURCES.items()
        if resource in stack.resources
    }
    variables |= {
        "TWILIO_ACCOUNT_SID": stack.account_sid,
        "AUTH_TOKEN_PARAMETER": stack.parameter_name(AUTH_TOKEN),
        "ARCHIVE_RESULTS": stack.parameters.get("ArchiveSurveyResults", "false"),
        "PUBLIC_BASE_URL": stack.parameters.get("PublicBaseUrl", ""),
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
    }
    if stack.is_local:
        variables |= {
            "TWILIO_API_BASE_URL": stack.twilio_api,
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
    clear_secrets()
    aws.clear_clients()
    rest_client.clear_client()
