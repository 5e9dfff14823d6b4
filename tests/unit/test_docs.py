"""The documents: each file, command, link and table attribute that they name exists."""

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from local.twilio.studio import flow_files
from switchboard.inputs.model import camel_case
from tests.data.schema import ARCHITECTURE, documented_attributes
from tests.data.template import FUNCTIONS, resources
from tools.cli import app
from tools.studio_flows.graph import mermaid

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], key=str)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TABLES = resources("AWS::DynamoDB::Table")
FEATURE_OF_TABLE = {
    "SurveySessions": "functions/survey",
    "IvrPaths": "functions/ivr_path",
    "SipRoutes": "functions/sip_router",
    "OutboundRequests": "functions/outbound_message",
    "Channels": "functions/channel_cleanup",
    "Callbacks": "functions/callback",
    "RateLimits": "layers/switchboard/python/switchboard/http/auth",
}
"""Where the attributes of a table are written; Powertools writes those of Idempotency."""

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FILE = re.compile(r"[\w.@-]+(?:/[\w.@-]+)*/?")
_ROOM = re.compile(r"(functions|layers|local|tools|tests|docs|config-files|events|requirements|\.ci)/")
_BASES = (ROOT, ROOT / "functions", ROOT / "layers" / "switchboard" / "python")


def _text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def _named_files(document: Path) -> Iterator[str]:
    """Yield what stands in backticks and is the path of a file or folder of this repository."""
    for code in _CODE.findall(_FENCE.sub("", _text(document))):
        if _FILE.fullmatch(code) and (_ROOM.match(code) or code.endswith(".py")):
            yield code


def _anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes of a document's headings."""
    kept = f"{string.ascii_lowercase}{string.digits}_- "
    found = set()
    for heading in re.findall(r"^#+ (.+)$", _FENCE.sub("", _text(document)), re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add("".join(one for one in plain if one in kept or ord(one) > 127).replace(" ", "-"))
    return found


def _lines_of_code(document: Path) -> Iterator[str]:
    for block in _FENCE.findall(_text(document)):
        yield from block.splitlines()[1:-1]
    yield from _CODE.findall(_FENCE.sub("", _text(document)))


def _words_of_command(command: str, program: str) -> list[str] | None:
    """Return the words after a program's name, up to the first option or comment; None for another line."""
    found = re.match(rf"(?:\$ |[A-Z_]+=\S+ )*(?:\.venv/bin/)?{program}((?: [a-z][a-z-]*)+)", command.strip())
    return found[1].split() if found else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_named_exists(document: Path) -> None:
    # A feature's own page names its modules from the feature's folder on.
    bases = (*_BASES, ROOT / "functions" / document.stem.replace("-", "_").removesuffix("s"))
    assert not {name for name in _named_files(document) if not any((base / name).exists() for base in bases)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", _text(document))):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    named = {words[0] for code in _lines_of_code(document) if (words := _words_of_command(code, "make"))}
    assert named <= targets


def _is_command(words: list[str]) -> bool:
    """Tell whether words name a sub-command; those after it are its arguments."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "get_command"):
            return True
        command = command.get_command(None, word)
        if command is None:
            return False
    return True


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "Makefile"], ids=lambda path: path.name)
def test_every_command_of_switchboard_named_exists(document: Path) -> None:
    if document.suffix == ".md":
        codes = list(_lines_of_code(document))
    else:
        codes = [line.strip().removeprefix("@").removeprefix("exec ") for line in MAKEFILE.splitlines()]
        codes = [code.replace("$(BIN)/", "") for code in codes]
    named = [words for code in codes if (words := _words_of_command(code, "switchboard"))]
    assert [words for words in named if not _is_command(words)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_command_in_a_block_works_as_it_is_written(document: Path) -> None:
    wrong = []
    for block in _FENCE.findall(_text(document)):
        lines = [line.strip() for line in block.splitlines()[1:-1]]
        wrong += [line for line in lines if line.startswith("switchboard ")]  # it is not on the PATH
        wrong += [line for line in lines if "https://<ApiUrl>" in line]  # the output has a scheme
        # It runs until it is ended, so that a line below it is never reached.
        wrong += [line for line in lines[:-1] if re.fullmatch(r"(?:[A-Z_]+=\S+ )*make run", line)]
    assert wrong == []


@pytest.mark.parametrize(
    "document", [*DOCUMENTS, ROOT / "tools" / "run" / "command.py"], ids=lambda path: path.name
)
def test_no_number_in_a_form_loses_its_plus(document: Path) -> None:
    # curl sends the text after -d as it is, and in a form a plus sign is a space: %2B stands for it.
    assert not re.findall(r"-d '?\w+=[^ ]*\+\{?\w", _text(document))


def test_every_event_sample_is_named_like_its_lambda() -> None:
    assert {path.stem for path in (ROOT / "events").glob("*.json")} <= FUNCTIONS.keys()


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_table_has_its_section_and_no_other() -> None:
    documented = re.findall(r"^### `(\w+)`$", ARCHITECTURE.partition("\n## Tables\n")[2], re.MULTILINE)
    assert sorted(documented) == sorted(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_keys_and_time_to_live_are_documented(table: str) -> None:
    names = {definition["AttributeName"] for definition in TABLES[table]["AttributeDefinitions"]}
    if "TimeToLiveSpecification" in TABLES[table]:
        names.add(TABLES[table]["TimeToLiveSpecification"]["AttributeName"])
    assert names <= documented_attributes(table)


@pytest.mark.parametrize("table", sorted(TABLES.keys() & FEATURE_OF_TABLE.keys()))
def test_a_documented_attribute_is_one_that_the_feature_names(table: str) -> None:
    # That every attribute written is documented is seen where items are: tests/integration/conftest.py.
    source = "\n".join(_text(file) for file in (ROOT / FEATURE_OF_TABLE[table]).rglob("*.py"))
    # A model's field created_at is the attribute createdAt.
    words = set(re.findall(r"(?<=[\"' ])\w+", source))
    named = words | {camel_case(word) for word in words}
    assert {name.partition(":")[0] for name in documented_attributes(table)} <= named


def test_every_function_is_named_where_its_table_or_event_is() -> None:
    named = {word for code in _CODE.findall(ARCHITECTURE) for word in re.findall(r"\w+", code)}
    prefixes = ("Survey", "Sip", "IvrPath", "EventStream", "Outbound", "ChannelCleanup", "Callback")
    lambdas = {
        name
        for name in named
        if name.startswith(prefixes) and name not in TABLES and name not in {"SurveyBucket", "IvrPathSeconds"}
    }
    assert lambdas <= FUNCTIONS.keys()


def test_studio_flows_are_drawn_as_they_are() -> None:
    drawn = re.findall(
        r"^```mermaid\n(.*?)\n```$", _text(ROOT / "docs" / "studio.md"), re.MULTILINE | re.DOTALL
    )
    flows = sorted(flow_files.DIRECTORY.glob("*.json"))
    assert sorted(drawn) == sorted(mermaid(flow_files.read(path)) for path in flows)
