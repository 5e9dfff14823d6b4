"""The ``switchboard`` command; the module of each sub-command is imported when it is used."""

from importlib import import_module
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from tools.terminal import fail

_MODULES: Final = {
    "run": "tools.run.command",
    "demo": "tools.demo.command",
    "phone": "tools.phone.command",
    "check-config": "tools.check_config",
    "openapi": "tools.openapi.command",
    "survey": "tools.survey_results.command",
    "sip": "tools.sip_map.command",
    "ivr": "tools.ivr_report.command",
    "studio": "tools.studio_flows.command",
    "plan": "tools.configure.commands.plan",
    "configure": "tools.configure.commands.configure",
    "status": "tools.configure.commands.status",
    "unconfigure": "tools.configure.commands.unconfigure",
    "setup-events": "tools.setup_events.command",
    "flex-plugin": "tools.flex_plugin.command",
    "cost": "tools.cost.command",
    "bench": "tools.bench.command",
    "deploy": "tools.deploy.command",
    "destroy": "tools.destroy.command",
    "rotate": "tools.rotate.command",
    "open": "tools.open_work.command",
    "dead-letters": "tools.dead_letters.command",
    "console": "console.command",
    "sample-events": "tools.sample_events",
    "env-vars": "tools.env_vars",
}
"""Name of each sub-command, in the order of the help page, and the module whose ``app`` it is."""


class LazyCommands(TyperGroup):
    """Sub-commands that are imported by name: ``switchboard run`` waits for no other command's imports."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the base class's parameter
        """Return the names, in the order of the help page."""
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import a sub-command; None where there is none of that name."""
        module = _MODULES.get(cmd_name)
        if module is None:
            return None
        command = get_command(import_module(module).app)
        command.name = cmd_name
        return command

    def make_context(self, info_name: Any, *arguments: Any, **options: Any) -> Any:
        """Read the options before the sub-command."""
        try:
            return super().make_context(info_name, *arguments, **options)
        except TyperException as error:
            _refuse(error, str(info_name))

    def invoke(self, ctx: Any) -> Any:
        """Read the sub-command's arguments, and run it."""
        try:
            return super().invoke(ctx)
        except TyperException as error:
            _refuse(error, f"{ctx.command_path} {ctx.invoked_subcommand or ''}".rstrip())


def _refuse(error: Any, command: str) -> NoReturn:
    """Refuse wrong usage in one line and with exit code 1, where Typer draws a box and exits with 2.

    Parameters
    ----------
    error : TyperException
    command : str
        The command whose help page explains more, where the error does not name one itself.
    """
    words = " ".join(error.format_message().split())
    if not words:  # There was no argument at all, and Typer has shown the help page.
        raise typer.Exit(1) from None
    if hasattr(error, "ctx"):
        words += f" ({error.ctx.command_path if error.ctx else command} --help tells more)"
    fail(words)


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 refused or failed.",
)


@app.callback()
def switchboard() -> None:
    """Run Switchboard on this machine, try it, measure it, and look after a deployed one."""
