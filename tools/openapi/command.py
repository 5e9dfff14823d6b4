"""``switchboard openapi``: write docs/openapi.yaml again."""

from pathlib import Path
from typing import Annotated

import typer

from local.lambda_runtime.environment import PROJECT_ROOT
from tools.openapi.document import as_file, openapi
from tools.terminal import fail

app = typer.Typer(add_completion=False)

DOCUMENT = PROJECT_ROOT / "docs" / "openapi.yaml"


@app.command("openapi")
def write_document(
    file: Annotated[
        Path, typer.Argument(help="Where it is written.", show_default="docs/openapi.yaml")
    ] = DOCUMENT,
) -> None:
    """Write what the HTTP API takes and answers as an OpenAPI document, from the code."""
    try:
        file.write_text(as_file(openapi()), encoding="utf-8")
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}")
