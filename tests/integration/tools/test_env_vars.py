"""``switchboard env-vars``: the variables with which ``sam local invoke`` asks the platform here."""

import json
import socket
from urllib.parse import urlsplit

from local.platform import Platform
from tests.command import switchboard
from tests.data.template import FUNCTIONS, TEMPLATE

_COMMON = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]


def test_every_variable_is_one_that_the_template_names_for_its_function(platform: Platform) -> None:
    done = switchboard("env-vars", "--port", urlsplit(platform.base_url).port)
    assert done.code == 0, done.err
    given = json.loads(done.out)
    assert set(given) == set(FUNCTIONS)
    for name, variables in given.items():
        own = FUNCTIONS[name].get("Environment", {}).get("Variables", {})
        # SAM CLI passes on no other variable.
        assert set(variables) <= {*_COMMON, *own}, name
        assert variables["AWS_ENDPOINT_URL"] == platform.aws_endpoint
        assert variables["TWILIO_API_BASE_URL"] == platform.twilio_api


def test_a_container_reaches_the_platform_by_the_name_of_this_machine(platform: Platform) -> None:
    port = urlsplit(platform.base_url).port
    done = switchboard("env-vars", "--port", port, "--host", "host.docker.internal")
    variables = json.loads(done.out)["SurveySmsWebhook"]
    assert urlsplit(variables["AWS_ENDPOINT_URL"]).hostname == "host.docker.internal"
    assert urlsplit(variables["TWILIO_API_BASE_URL"]).hostname == "host.docker.internal"


def test_without_a_platform_the_command_says_what_to_start() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        done = switchboard("env-vars", "--port", unused.getsockname()[1])
    assert done.code == 1
    assert "start it with make run" in done.err
