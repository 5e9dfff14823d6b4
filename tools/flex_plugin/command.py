"""``switchboard flex-plugin build``: the plugin for Twilio Flex."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from tools.flex_plugin.bundle import BuildFailedError, build
from tools.terminal import fail, progress

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def flex_plugin() -> None:
    """Build the plugin for Twilio Flex (docs/flex-plugin.md)."""


@app.command("build")
def build_plugin(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print path, sizes and hash.")] = False
) -> None:
    """Bundle the plugin into one script, for Flex to load. Needs Node.js 20 and npm."""
    try:
        with progress("building the Flex plugin"):
            bundle = build()
    except BuildFailedError as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps({**asdict(bundle), "path": str(bundle.path)}))
        return
    typer.echo(f"{bundle.path}: {bundle.size / 1000:,.0f} kB, {bundle.gzipped / 1000:,.0f} kB as it is sent")
    typer.echo(f"sha256 {bundle.sha256}")
