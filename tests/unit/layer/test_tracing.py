"""Traces of invocations, where the parameter Tracing turns them on."""

import json
import os
import socket
import subprocess
import sys

PROGRAM = """
import sys
from types import SimpleNamespace
from switchboard.tracing import traced

def lambda_handler(event, context):
    return {"body": "secret words"}

traced(lambda_handler)({}, SimpleNamespace(function_name="f", invoked_function_arn="arn"))
print("aws_xray_sdk" in sys.modules)
"""


def run(**variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_an_invocation_is_a_segment_of_a_trace_that_holds_no_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        # What Lambda sets (https://docs.aws.amazon.com/lambda/latest/dg/python-tracing.html).
        run(
            TRACING="true",
            LAMBDA_TASK_ROOT="/var/task",
            AWS_XRAY_DAEMON_ADDRESS=f"127.0.0.1:{daemon.getsockname()[1]}",
            _X_AMZN_TRACE_ID="Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        )
        daemon.setblocking(False)  # whatever was sent is here by now
        sent = daemon.recv(65_536).decode()
    segment = json.loads(sent.partition("\n")[2])
    assert segment["name"] == "## lambda_handler"
    assert segment["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert "secret words" not in sent


def test_without_the_parameter_nothing_of_it_is_imported() -> None:
    assert run(TRACING="false") == "False"
