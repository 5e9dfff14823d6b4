"""Options and the course that the four commands share."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperCommand

from switchboard.errors import TwilioUnreachable
from switchboard.inputs.files import FileError
from switchboard.twilio.outcome import Refused
from tools.configure.deployment import Deployment, local_address, local_deployment, stack_deployment
from tools.configure.resources.resource import ConfigureError
from tools.configure.settings import FILE_NAME
from tools.deploy.account import AccountError
from tools.deploy.build import ROOT
from tools.deploy.profile import DEFAULT_PROFILE, ProfileError
from tools.terminal import fail

_LOCAL: Final = "--local"

Stack = Annotated[str, typer.Option("--stack", help="Name of the stack; else switchboard-PROFILE.")]
Profile = Annotated[str, typer.Option(envvar="PROFILE", help="As in `switchboard deploy`.")]
Region = Annotated[str, typer.Option(help="AWS region; else the one that was deployed to.")]
Local = Annotated[
    str,
    typer.Option(
        _LOCAL,
        envvar="LOCAL",
        metavar="[URL]",
        help="The platform of `make run`, at http://127.0.0.1:PORT unless a URL follows.",
    ),
]
File = Annotated[Path, typer.Option("--file", envvar="FILE", help="What should be set up.")]
KeptIn = Annotated[
    Path, typer.Option(envvar="DEPLOY_FOLDER", help="Where `switchboard deploy` keeps its answers.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
TokenFromInput = Annotated[
    bool,
    typer.Option("--auth-token-stdin", help="Read the auth token from standard input, if one is needed."),
]

DEFAULT_FILE: Final = Path(FILE_NAME)
DEFAULT_FOLDER: Final = ROOT / ".deploy"
DEFAULT_PROFILE_NAME: Final = DEFAULT_PROFILE


class OptionalUrl(TyperCommand):
    """A command whose option ``--local`` may be followed by a URL, and need not be."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give the option its usual value where no URL follows it."""
        given = list(args)
        for index, word in enumerate(given):
            following = given[index + 1] if index + 1 < len(given) else ""
            if word == _LOCAL and not following.startswith(("http://", "https://")):
                given[index] = f"{_LOCAL}={local_address()}"
        return super().parse_args(ctx, given)


def find_deployment(stack: str, profile: str, region: str, local: str, kept_in: Path) -> Deployment:
    """Return the deployment that the options name.

    Raises
    ------
    ConfigureError, AccountError, ProfileError
        There is none.
    """
    if local:
        return local_deployment(local if local.startswith("http") else local_address())
    return stack_deployment(stack, profile or DEFAULT_PROFILE, region, kept_in)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """End the command with exit code 1 and a sentence where AWS, Twilio or a file is at fault."""
    try:
        yield
    except FileError as error:
        fail("\n".join(map(str, error.problems)))
    except Refused as error:
        fail(f"Twilio refuses ({error.code}): {error.message}")
    except TwilioUnreachable as error:
        fail(error.message)
    except (ConfigureError, AccountError, ProfileError, BotoCoreError, ClientError) as error:
        fail(str(error))
