"""Ask what should be set up, and write switchboard.toml."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import typer

from tools.stack.stack import Stack

_HEAD = """# What `switchboard configure` sets up. docs/deploy.md describes every field.
"""


def is_interactive() -> bool:
    """Tell whether there is a terminal to ask at."""
    return sys.stdin.isatty()


def ask_settings(stack: Stack) -> str:
    """Return the content of a file that the operator's answers make."""
    client = stack.twilio
    lines = [_HEAD]
    if typer.confirm("Upload the files of config-files/ (survey questions, prompts, routes)?", default=True):
        lines.append('config_files = "config-files"\n')
    if typer.confirm(
        "Have Twilio's events sent (call paths, callbacks, conversations need them)?", default=True
    ):
        lines.append("event_streams = true\n")
    countries = str(typer.prompt("Countries that you call and text (ISO codes, such as US CA)", default="US"))
    codes = [code.upper() for code in countries.replace(",", " ").split()]
    lines.append(f"countries = {json.dumps(codes)}\n")
    flows = list(client.studio.v2.flows.list())
    for number in client.incoming_phone_numbers.list():
        lines += _ask_number(str(number.phone_number), str(number.friendly_name), flows)
    for domain in client.sip.domains.list():
        if typer.confirm(
            f"SIP domain {domain.domain_name}: route its calls by the SIP router?", default=False
        ):
            lines.append(f"\n[[sip_domains]]\ndomain = {json.dumps(domain.domain_name)}\n")
    if typer.confirm("Do you use Flex?", default=False):
        lines += _ask_flex()
    return "".join(lines)


def _ask_number(number: str, name: str, flows: list[Any]) -> Iterator[str]:
    typer.echo(f"\nNumber {number} ({name})")
    answer = _choose(
        "What does it do: survey, flow (Studio), or leave it as it is?", ("survey", "flow", "leave")
    )
    if answer == "survey":
        survey = str(typer.prompt("Survey's id", default="default")).strip()
        yield f'\n[[numbers]]\nnumber = "{number}"\nuse = "survey"\n'
        if survey != "default":
            yield f"survey = {json.dumps(survey)}\n"
    elif answer == "flow":
        for flow in flows:
            typer.echo(f"  {flow.sid}  {flow.friendly_name}")
        flow = str(typer.prompt("Flow's SID")).strip()
        record = typer.confirm("Record the path of its calls?", default=True)
        yield f'\n[[numbers]]\nnumber = "{number}"\nuse = "flow"\nflow = {json.dumps(flow)}\n'
        yield f"record_path = {str(record).lower()}\n"


def _ask_flex() -> Iterator[str]:
    yield "\n[flex]\n"
    path = "inbound_sip_router.serverless_functions_domain"
    if typer.confirm(f"Put this deployment's domain into ui_attributes.{path}?", default=True):
        yield f"domain_at = [{json.dumps(path)}]\n"
    origins = str(typer.prompt("Origins that Flex is opened from", default="https://flex.twilio.com"))
    yield f"origins = {json.dumps(origins.replace(',', ' ').split())}\n"


def _choose(question: str, answers: tuple[str, ...]) -> str:
    while True:
        answer = str(typer.prompt(question, default=answers[-1])).strip().lower()
        if answer in answers:
            return answer
        typer.echo(f"one of {', '.join(answers)}")
