"""Options that configure, plan, status and unconfigure share, beside those that name a stack."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tools.configure.settings import FILE_NAME

File = Annotated[Path, typer.Option("--file", envvar="FILE", help="What should be set up.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
TokenFromInput = Annotated[
    bool,
    typer.Option("--auth-token-stdin", help="Read the auth token from standard input, if one is needed."),
]

DEFAULT_FILE: Final = Path(FILE_NAME)
