"""``switchboard env-vars``: the file that lets ``sam local invoke`` ask the platform on this machine.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-invoke.html
"""

import json
import urllib.request
from typing import Annotated, Any, Final

import typer

from tools.terminal import fail

app = typer.Typer(add_completion=False)

_PLATFORM: Final = "127.0.0.1"
_SET_BY_SAM: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION")
_ABOUT_THIS_MACHINE: Final = (
    *("PATH", "LANG", "NO_PROXY", "no_proxy", "OBJC_DISABLE_INITIALIZE_FORK_SAFETY"),
    *("AWS_EXECUTION_ENV", "AWS_EC2_METADATA_DISABLED"),
)


@app.command()
def env_vars(
    *,
    port: Annotated[
        int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the running platform.")
    ] = 3000,
    host: Annotated[
        str, typer.Option(help="How a container reaches this machine; with Docker's own network, its name.")
    ] = _PLATFORM,
) -> None:
    """Print the environment variables of all functions for `sam local invoke --env-vars`.

    With them a function in SAM's container asks the AWS and the Twilio of `switchboard run`.
    """
    url = f"http://{_PLATFORM}:{port}/_local/functions"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            functions: list[dict[str, Any]] = json.load(answer)
    except OSError as error:
        fail(f"The platform does not answer at port {port} ({error}): start it with make run")
    left_out = {*_SET_BY_SAM, *_ABOUT_THIS_MACHINE}
    file = {
        item["function"]: {
            name: value.replace(_PLATFORM, host)
            for name, value in item["environment"].items()
            if name not in left_out
        }
        for item in functions
    }
    typer.echo(json.dumps(file, indent=2))
