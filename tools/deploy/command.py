"""``switchboard deploy``: build, ask the operator, show the changes, make them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from tools.deploy.account import AUTH_TOKEN, Account, AccountError, configured_region
from tools.deploy.build import ROOT, BuildError, build
from tools.deploy.parameters import (
    ASKED_ONCE,
    SECRETS,
    Parameter,
    parse_assignments,
    problems,
    read_parameters,
    variable,
)
from tools.deploy.profile import DEFAULT_PROFILE, Profile, ProfileError, keep_profile, read_profile
from tools.deploy.sam import sam_deploy
from tools.terminal import fail

app = typer.Typer(add_completion=False)

_PROTECT: Final = "ProtectTables"
_TOKEN_VARIABLE: Final = "TWILIO_AUTH_TOKEN"


@app.command()
def deploy(
    *,
    profile: Annotated[
        str, typer.Option(envvar="PROFILE", help="dev, prod, or any other: a stack and a stage of its own.")
    ] = DEFAULT_PROFILE,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter; kept for next time.")
    ] = None,
    region: Annotated[str, typer.Option(help="AWS region; else the one that is configured.")] = "",
    template: Annotated[
        Path | None,
        typer.Option(
            envvar="DEPLOY_TEMPLATE", help="A template that is built already; else the application is built."
        ),
    ] = None,
    kept_in: Annotated[
        Path, typer.Option(envvar="DEPLOY_FOLDER", help="Folder of what is kept between deployments.")
    ] = ROOT / ".deploy",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Change the stack without asking.")] = False,
) -> None:
    """Deploy to the AWS account whose credentials are at hand.

    What only you know is asked for and kept in .deploy/PROFILE.toml, or comes from --set and the environment
    (TWILIO_ACCOUNT_SID, MESSAGING_SENDER, CALLER_ID). Secrets go straight into SSM.
    """
    try:
        given = parse_assignments(assignments or ())
        plan = _plan(profile or DEFAULT_PROFILE, given, region, kept_in)
        _deploy(plan, template, ask=sys.stdin.isatty() and not yes)
    except (AccountError, BuildError, ProfileError, ValueError) as error:
        fail(str(error))


@dataclass(frozen=True)
class Plan:
    """A deployment with all of its answers.

    Parameters
    ----------
    account
        Where to.
    profile
        What is kept of it.
    values
        The template's parameters; a secret that is left out stays as it is.
    is_new
        Whether there is no stack yet.
    """

    account: Account
    profile: Profile
    values: Mapping[str, str]
    is_new: bool


def _plan(name: str, given: Mapping[str, str], region: str, folder: Path) -> Plan:
    parameters = read_parameters(ROOT / "template.yaml")
    if problem := parameters["Stage"].problem(name):
        raise ValueError(f"profile names the stage, and {problem}")
    profile = read_profile(ROOT, folder, name)
    region = _region(profile, region)
    account = Account(region)
    deployed = account.ready_stack(profile.stack_name)
    if deployed is not None and not profile.kept:
        profile = replace(profile, kept=_changed(parameters, profile, deployed))
    given = {**_from_environment(parameters, profile), **given}
    if found := problems(parameters, given):
        raise ValueError("\n".join(found))
    profile = profile.with_answers(region, given)
    profile = profile.with_answers(region, _ask(parameters, profile, first=deployed is None))
    if found := problems(parameters, profile.values):
        raise ValueError("\n".join(found))
    values = _values(parameters, profile) | _secret_parameters(profile, deployed)
    typer.echo(f"Kept for next time: {keep_profile(folder, profile)}")
    return Plan(account, profile, values, is_new=deployed is None)


def _deploy(plan: Plan, template: Path | None, *, ask: bool) -> None:
    profile = plan.profile
    typer.echo(
        f"Deploying {profile.stack_name} to account {plan.account.account_id}, region {profile.region}\n"
    )
    _ready_secrets(plan.account, profile.name)
    if _change(plan, template or build(), ask=ask):
        _tell_what_is_left(plan.account, profile)
    else:
        typer.echo(f"{profile.stack_name} was left as it is.")


def _region(profile: Profile, named: str) -> str:
    found = named or configured_region() or profile.region
    if found and profile.region and found != profile.region and not named:
        raise ValueError(
            f"{profile.stack_name} was deployed to {profile.region}, but your configuration names {found}: "
            f"pass --region {found} to have it there too, or set AWS_REGION={profile.region}"
        )
    if found:
        return found
    if not sys.stdin.isatty():
        raise ValueError(
            "region is missing: set AWS_REGION, pass --region, or configure one (aws configure set region …)"
        )
    return str(typer.prompt("AWS region (such as eu-central-1)")).strip()


def _changed(
    parameters: Mapping[str, Parameter], profile: Profile, deployed: Mapping[str, str]
) -> dict[str, str]:
    """Return what a stack that was deployed from elsewhere has other than this profile would give it."""
    usual = _values(parameters, profile)
    known = {name: value for name, value in deployed.items() if name in parameters and name not in SECRETS}
    return {name: value for name, value in known.items() if usual.get(name) != value and name != _PROTECT}


def _from_environment(parameters: Mapping[str, Parameter], profile: Profile) -> dict[str, str]:
    """Return the answers that the environment gives."""
    asked = [name for name, item in parameters.items() if item.default is None or name in ASKED_ONCE]
    unknown = [name for name in asked if name not in profile.values]
    return {name: os.environ[variable(name)] for name in unknown if variable(name) in os.environ}


def _ask(parameters: Mapping[str, Parameter], profile: Profile, *, first: bool) -> dict[str, str]:
    """Ask for what only the operator knows.

    Raises
    ------
    ValueError
        Something is missing, and there is no terminal to ask at.
    """
    known = profile.values
    required = [name for name, item in parameters.items() if item.default is None and name not in known]
    if not sys.stdin.isatty():
        if required:
            raise ValueError(
                "\n".join(
                    f"{name} is missing: set {variable(name)}, or pass --set {name}=…" for name in required
                )
            )
        return {}
    optional = [name for name in ASKED_ONCE if first and name in parameters and name not in known]
    return {name: _prompt(parameters[name]) for name in (*required, *optional)}


def _prompt(parameter: Parameter) -> str:
    typer.echo(parameter.description)
    while True:
        hint = " (Enter leaves it out)" if parameter.default == "" else ""
        answer = str(typer.prompt(f"{parameter.name}{hint}", default=parameter.default, show_default=False))
        problem = parameter.problem(answer.strip())
        if problem is None:
            return answer.strip()
        typer.echo(problem)


def _values(parameters: Mapping[str, Parameter], profile: Profile) -> dict[str, str]:
    """Return a value for every parameter but secrets, so that the profile alone says what is deployed."""
    defaults = {name: item.default for name, item in parameters.items() if name not in SECRETS}
    known = profile.values
    return {name: value for name in defaults if (value := known.get(name, defaults[name])) is not None}


def _secret_parameters(profile: Profile, deployed: Mapping[str, str] | None) -> dict[str, str]:
    """Return the secrets that the template takes as parameters and that are needed; a deployed one stays."""
    found = {}
    for name, switch in SECRETS.items():
        if value := os.environ.get(variable(name)):
            found[name] = value
        elif profile.values.get(switch) and not (deployed or {}).get(switch):
            if not sys.stdin.isatty():
                raise ValueError(f"{name} is missing: {switch} needs it, set {variable(name)}")
            found[name] = str(typer.prompt(f"{name} (for {switch}; is not shown)", hide_input=True))
    return found


def _ready_secrets(account: Account, stage: str) -> None:
    """Put secrets that are missing into SSM: the auth token from the operator, an API key made up."""
    for secret in account.missing_secrets(stage):
        if secret != AUTH_TOKEN:
            account.make_api_key(stage)
            typer.echo(f"Made an API key: /switchboard/{stage}/{secret} in SSM holds it.")
            continue
        token = os.environ.get(_TOKEN_VARIABLE, "")
        if not token and sys.stdin.isatty():
            prompt = "Twilio auth token (is not shown, goes to SSM only; Enter leaves it for later)"
            token = str(typer.prompt(prompt, default="", show_default=False, hide_input=True))
        if token.strip():
            account.put_secret(stage, secret, token.strip())
            typer.echo(f"Put the auth token into SSM: /switchboard/{stage}/{secret}")


def _change(plan: Plan, template: Path, *, ask: bool) -> bool:
    """Change the stack; returns whether the operator agreed."""
    profile, values = plan.profile, plan.values
    # Until the stack stands, nothing is protected: CloudFormation could not undo a create that fails.
    protected_later = plan.is_new and profile.name == "prod" and values.get(_PROTECT) == "true"
    first = {**values, _PROTECT: "false"} if protected_later else values
    if not sam_deploy(profile, template, first, ask=ask):
        raise BuildError(f"{profile.stack_name} was not deployed")
    if ask and plan.account.discard_changes(profile.stack_name):
        return False
    if protected_later:
        typer.echo("\nThe stack stands: now its tables are protected from deletion.")
        if not sam_deploy(profile, template, values, ask=False):
            raise BuildError(
                f"{profile.stack_name} is deployed, but its tables are not protected: run it again"
            )
    return True


def _tell_what_is_left(account: Account, profile: Profile) -> None:
    typer.echo(f"\n{profile.stack_name} is deployed. docs/deploy.md says what comes next: files, and Twilio.")
    if AUTH_TOKEN in account.missing_secrets(profile.name):
        typer.secho(
            f"The auth token is not in SSM: every webhook is refused until it is. Set {_TOKEN_VARIABLE} and "
            "deploy again, or put it there yourself (docs/deploy.md).",
            err=True,
        )
    if limit := account.few_executions():
        typer.secho(
            f"This account runs at most {limit} functions at once, in all: have that limit raised before "
            "many people call (docs/deploy.md).",
            err=True,
        )
