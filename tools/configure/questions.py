"""Ask what should be set up, and write switchboard.toml."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import typer

from survey.domain.definition import DEFAULT_SURVEY
from switchboard.inputs.forms import Sid
from switchboard.inputs.types import Identifier
from tools.configure.settings import Country, FlowName, Origin
from tools.stack.stack import Stack

T = TypeVar("T")

_HEAD = """# What `switchboard configure` sets up. docs/configure.md describes every field.
"""


_STUDIO: Final = "config-files/studio"


def is_interactive() -> bool:
    """Tell whether there is a terminal to ask at."""
    return sys.stdin.isatty()


def ask_settings(stack: Stack, root: Path) -> str:
    """Return the content of a file that the operator's answers make.

    Parameters
    ----------
    stack
        Whose numbers, SIP domains and flows are asked about.
    root
        The folder of the file, which its paths start from.
    """
    client = stack.twilio
    lines = [_HEAD]
    if typer.confirm("Upload the files of config-files/ (survey questions, prompts, routes)?", default=True):
        lines.append('config_files = "config-files"\n')
    if typer.confirm(
        "Have Twilio's events sent (call paths, callbacks, conversations need them)?", default=True
    ):
        lines.append("event_streams = true\n")
    codes = _ask(
        "Countries that you call and text (ISO codes, such as US CA)",
        "US",
        lambda answer: [_read(Country, code) for code in _words(answer.upper())],
    )
    lines.append(f"countries = {json.dumps(codes)}\n")
    flows = _Flows(client, root)
    for number in client.incoming_phone_numbers.list():
        lines += _ask_number(str(number.phone_number), str(number.friendly_name), flows)
    for domain in client.sip.domains.list():
        lines += _ask_domain(str(domain.domain_name), flows)
    if typer.confirm("Do you use Flex?", default=False):
        lines += _ask_flex()
    return "".join([*lines, *flows.tables])


class _Flows:
    """Asks for flows: those at Twilio by their SIDs, those of config-files/studio by their files.

    Attributes
    ----------
    tables : list[str]
        The ``[[flows]]`` of the files that were chosen.
    """

    def __init__(self, client: Any, root: Path) -> None:
        self.tables: list[str] = []
        self._root = root
        self._known = {str(one.sid): str(one.friendly_name) for one in client.studio.v2.flows.list()}
        self._files = {path.name: path for path in sorted((root / _STUDIO).glob("*.json"))}
        self._names: dict[str, str] = {}

    def ask(self) -> str:
        """Return the SID, or the name among ``flows``, of the flow that the operator chooses."""
        for sid, name in self._known.items():
            typer.echo(f"  {sid}  {name}")
        for name in self._files:
            typer.echo(f"  {name:<34}  a new flow from {_STUDIO}/{name}")
        question = "Flow's SID, or one of these files" if self._files else "Flow's SID"
        while True:
            answer = str(typer.prompt(question)).strip()
            if answer in self._files:
                return self._from_file(answer)
            if Sid("FW").matches(answer):
                return answer
            typer.echo("must be FW and 32 hex digits" + (", or a file's name" if self._files else ""))

    def _from_file(self, file: str) -> str:
        if file not in self._names:
            name = _ask("The flow's name", f"Switchboard {Path(file).stem}", self._new_name)
            if name in self._known.values():
                typer.echo("There is a flow of this name: it gets this definition as its next revision.")
            self._names[file] = name
            path = f"{_STUDIO}/{file}"
            self.tables.append(f"\n[[flows]]\nname = {json.dumps(name)}\nfile = {json.dumps(path)}\n")
        return self._names[file]

    def _new_name(self, answer: str) -> str:
        name = _read(FlowName, answer)
        if name in self._names.values():
            raise ValueError("is the name of another of these flows")
        return name


def _ask_number(number: str, name: str, flows: _Flows) -> Iterator[str]:
    typer.echo(f"\nNumber {number} ({name})")
    answer = _choose(
        "What does it do: survey, flow (Studio), or leave it as it is?", ("survey", "flow", "leave")
    )
    if answer == "survey":
        survey = _ask("Survey's id", DEFAULT_SURVEY, lambda answer: _read(Identifier, answer))
        yield f'\n[[numbers]]\nnumber = "{number}"\nuse = "survey"\n'
        if survey != DEFAULT_SURVEY:
            yield f"survey = {json.dumps(survey)}\n"
    elif answer == "flow":
        yield f'\n[[numbers]]\nnumber = "{number}"\nuse = "flow"\n'
        yield from _ask_flow(flows)


def _ask_domain(domain: str, flows: _Flows) -> Iterator[str]:
    typer.echo(f"\nSIP domain {domain}")
    answer = _choose(
        "What routes its calls: router (by SIP routes), flow (Studio), or leave it as it is?",
        ("router", "flow", "leave"),
    )
    if answer != "leave":
        yield f"\n[[sip_domains]]\ndomain = {json.dumps(domain)}\n"
    if answer == "flow":
        yield from _ask_flow(flows)


def _ask_flow(flows: _Flows) -> Iterator[str]:
    flow = flows.ask()
    record = typer.confirm("Record the path of its calls?", default=True)
    yield f"flow = {json.dumps(flow)}\n"
    yield f"record_path = {str(record).lower()}\n"


def _ask_flex() -> Iterator[str]:
    yield "\n[flex]\n"
    paths = [
        path
        for path, what, default in (
            ("switchboard.domain", "the plugin of this project", True),
            ("inbound_sip_router.serverless_functions_domain", "an older plugin for SIP routes", False),
        )
        if typer.confirm(f"Put this deployment's domain into ui_attributes.{path} ({what})?", default=default)
    ]
    if paths:
        yield f"domain_at = {json.dumps(paths)}\n"
    origins = _ask(
        "Origins that Flex is opened from",
        "https://flex.twilio.com",
        lambda answer: [_read(Origin, one) for one in _words(answer)],
    )
    yield f"origins = {json.dumps(origins)}\n"


def _choose(question: str, answers: tuple[str, ...]) -> str:
    while True:
        answer = str(typer.prompt(question, default=answers[-1])).strip().lower()
        if answer in answers:
            return answer
        typer.echo(f"one of {', '.join(answers)}")


def _ask(question: str, default: str, read: Callable[[str], T]) -> T:
    """Ask until `read`, which says in a ValueError what is wrong, takes the answer."""
    while True:
        try:
            return read(str(typer.prompt(question, default=default)))
        except ValueError as error:
            typer.echo(str(error))


def _read(field: Any, answer: str) -> str:
    """Return an answer as the file's field of this annotated type takes it.

    Raises
    ------
    ValueError
        What it must be.
    """
    return str(field.__metadata__[0].read(answer))


def _words(answer: str) -> list[str]:
    return answer.replace(",", " ").split()
