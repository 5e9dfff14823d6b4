"""The ``switchboard`` command: what it lists, what it refuses, and that make targets are its aliases."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.command import COMMAND, switchboard
from tools.cli import app

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _commands(command: Any = None, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, and the words that call it."""
    command = command or typer.main.get_command(app)
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from _commands(command.get_command(None, name), *words, name)
    else:
        yield words, command


COMMANDS = dict(_commands())


def test_the_readme_lists_every_command() -> None:
    section = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    listed = re.findall(r"`switchboard ([a-z -]+)`", section.partition("| --- |")[2])
    assert sorted(listed) == sorted(" ".join(words) for words in COMMANDS)


def test_help_lists_each_command() -> None:
    done = switchboard("--help")
    assert done.code == 0
    for words in COMMANDS:
        assert re.search(rf"^│ {words[0]} ", done.out, re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_option_has_a_help_text(words: tuple[str, ...]) -> None:
    assert switchboard(*words, "--help").code == 0
    assert COMMANDS[words].help
    for parameter in COMMANDS[words].params:
        assert getattr(parameter, "help", None), parameter.name


def test_every_command_about_a_stack_takes_its_name() -> None:
    options = {words: {parameter.name for parameter in COMMANDS[words].params} for words in COMMANDS}
    about_stacks = {words for words, names in options.items() if "profile" in names} - {("deploy",)}
    assert about_stacks
    assert {words for words in about_stacks if not options[words] & {"stack", "stack_name"}} == set()


@pytest.mark.parametrize(
    "wrong",
    [
        ["no-such-command"],
        ["sip", "no-such-command"],
        ["run", "--port", "many"],
        ["run", "--port", "65536"],
        ["run", "--port"],
        ["sip", "import", "--note"],
        ["--help=yes"],
        ["--"],
        ["phone", "--number", "12025550142"],
        ["sip", "import"],
        ["ivr", "report", "--table", "one", "--archive", "two"],
        *[[*words, "--no-such-option"] for words in COMMANDS],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_code_1_and_the_reason_in_one_line(wrong: list[str]) -> None:
    done = switchboard(*wrong)
    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(r".+ \(switchboard[a-z -]* --help tells more\)\n", done.err)


@pytest.mark.parametrize("group", [[], ["survey"], ["sip"]], ids=" ".join)
def test_without_a_command_the_help_page_is_shown(group: list[str]) -> None:
    done = switchboard(*group)
    assert (done.code, done.err) == (1, "")
    assert "Commands" in done.out


def test_a_refused_command_exits_with_code_1_and_the_reason_on_standard_error(tmp_path: Path) -> None:
    done = switchboard("check-config", tmp_path / "nowhere")
    assert (done.code, done.out) == (1, "")
    assert "there is no such folder" in done.err


def test_shell_completion_lists_the_commands() -> None:
    done = subprocess.run(
        [*COMMAND],
        env={"_SWITCHBOARD_COMPLETE": "complete_bash", "COMP_WORDS": "switchboard s", "COMP_CWORD": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert {"sip", "sample-events"} <= set(done.stdout.split())


def test_every_make_target_that_runs_the_command_is_one_call_of_it() -> None:
    rules = re.findall(r"^([a-z][a-z-]*):[^\n]*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    aliases = {name: recipe for name, recipe in rules if "$(BIN)/switchboard" in recipe}
    for name, recipe in aliases.items():
        assert recipe.count("switchboard") == 1, name
        assert len(recipe.replace("\\\n", "").splitlines()) == 1, name
    section = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"`make ([a-z-]+)`", section)) == aliases.keys()
