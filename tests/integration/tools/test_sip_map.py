"""`switchboard sip export` and `sip import`: maps as JSON and CSV, and what would change."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.platform import Platform
from sip_router.domain.diff import difference
from sip_router.domain.route import Route
from tests.command import Done, switchboard
from tests.data.route_tables import DESTINATIONS, route, route_table
from tests.integration.sip_router.router import SipRouter, ok
from tools.sip_map.difference import describe
from tools.sip_map.table import TableError, from_csv, to_csv

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
EXTRA = st.dictionaries(
    st.sampled_from(["weight", "schedule", "alternatives", "owner", "Colour"]),
    st.integers() | TEXT | st.none() | st.lists(st.booleans()) | st.dictionaries(TEXT, TEXT, max_size=2),
    max_size=3,
)
ROUTES = st.lists(
    st.builds(
        lambda address, comment, kind, destination, extra: {
            "address": address,
            "comment": comment,
            "type": kind,
            "destination": destination,
            **extra,
        },
        TEXT.filter(bool),
        TEXT,
        st.sampled_from(sorted(DESTINATIONS)),
        TEXT,
        EXTRA,
    ),
    max_size=5,
)
DEFAULT = st.builds(
    lambda text, extra: {"type": "say", "destination": text, **extra}, TEXT.filter(bool), EXTRA
)


@given(ROUTES, DEFAULT)
def test_a_map_written_as_csv_is_read_back_unchanged(routes: list[Any], default: Any) -> None:
    data = {"routes": routes, "default": default}

    assert from_csv(to_csv(data)) == data


@given(
    routes=ROUTES,
    default=DEFAULT,
    separator=st.sampled_from(",;\t"),
    spare=st.integers(0, 3),
    case=st.sampled_from([str.lower, str.upper, str.title, str]),
    before=st.sampled_from(["", "\ufeff", "sep={}\r\n", "\ufeff\r\n"]),
)
def test_a_table_that_a_spreadsheet_saved_again_holds_the_same_map(
    routes: list[Any], default: Any, separator: str, spare: int, case: Callable[[str], str], before: str
) -> None:
    data = {"routes": routes, "default": default}
    header, *rows = csv.reader(io.StringIO(to_csv(data), newline=""))
    fields = set(Route.model_fields)
    saved = io.StringIO(newline="")
    writer = csv.writer(saved, delimiter=separator)
    writer.writerow([*(case(name) if name in fields else name for name in header), *[""] * spare])
    writer.writerows([*row, *[""] * (spare + 1)] for row in rows)
    writer.writerows([[""] * len(header), []])

    assert from_csv(before.format(separator) + saved.getvalue()) == data


def test_a_spare_column_may_stand_between_the_others() -> None:
    assert from_csv(";Address;;TYPE; Destination \n;;;say;Nobody\n;1;;say;Hello\n") == {
        "routes": [route("1")],
        "default": {"type": "say", "destination": "Nobody"},
    }


@pytest.mark.parametrize(
    "cell",
    [
        "4.93012E+11",
        "4,93012E+11",
        "4.93e+11",
        "1E+11",
        "493012E+06",
        " 4.93012E+11 ",
        "#NAME?",
        "#WERT!",
        "#N/A",
    ],
)
@pytest.mark.parametrize("column", ["address", "destination"])
def test_what_a_spreadsheet_made_of_an_address_is_refused_with_the_reason(cell: str, column: str) -> None:
    cells = {"address": "1", "destination": "alice"} | {column: cell}
    table = f'address;type;destination\n;say;a\n"{cells["address"]}";dial-client;"{cells["destination"]}"\n'

    with pytest.raises(TableError) as error:
        from_csv(table)

    assert str(error.value) == (
        f"line 3: {column}: {cell.strip()} is what a spreadsheet made of what was there: "
        "format the column as text, and enter it again"
    )


@pytest.mark.parametrize("address", ["4e12", "1E23", "3e-10", "E+11", "#31#", "4.93012E+11x"])
def test_an_address_that_only_resembles_such_a_number_is_read(address: str) -> None:
    table = f"address,type,destination\n,say,a\n{address},say,Hello\n"

    assert from_csv(table)["routes"] == [route(address)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1"),
        (
            "address|type|destination\n",
            "line 1: the column address is missing: .* commas, semicolons or tabs",
        ),
        ("Adresse;type;destination\n", "line 1: the column address is missing"),
        ("\n\naddress;type;destinations\n", "line 3: the column destination is missing"),
        ("Address,ADDRESS,type,destination\n", "line 1: the column address must be there once"),
        ("address;type;destination;\n;say;a;b\n", "line 2: b is in a column without a name"),
        ("address,comment\n", "line 1"),
        ("address,type,destination,type\n", "line 1"),
        ("address,type,destination\n1,say,a\n", "there are 0"),
        ("address,type,destination\n,say,a\n,say,b\n", "there are 2"),
        ("address,type,destination\n,say,a,b\n", "line 2: there are more cells"),
        ("address,type,destination,weight\n,say,a,many\n", "line 2: weight: must be JSON"),
    ],
)
def test_a_table_that_is_not_a_map_is_refused_with_the_line(text: str, problem: str) -> None:
    with pytest.raises(TableError, match=problem):
        from_csv(text)


@pytest.mark.parametrize("raw", [None, 3, "text", [], {}, {"address": 5}, {"address": "x", "type": "say"}])
def test_a_faulty_route_of_a_deployed_file_is_named_in_a_difference(raw: Any) -> None:
    before, after = {"routes": [raw], "default": raw}, route_table()

    removed, heading, *default = describe(difference(before, after))

    assert removed.startswith("- ")
    assert heading == "~ the default route"
    assert default
    assert len(describe(difference(after, before))) >= 3


def test_every_line_of_a_table_that_cannot_be_read_is_named() -> None:
    table = "address,type,destination,weight\n,say,a\n1,say,Hello,x\n2,say,Hello,1,2\n3,say,Hello,y\n"

    with pytest.raises(TableError) as error:
        from_csv(table)

    assert [line.split(":")[0] for line in str(error.value).splitlines()] == ["line 3", "line 4", "line 5"]


@pytest.fixture
def run(platform: Platform, router: SipRouter, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PORT", platform.base_url.rpartition(":")[2])
    monkeypatch.delenv("URL", raising=False)
    monkeypatch.delenv("TOKEN", raising=False)

    def command(*arguments: Any) -> Done:
        return switchboard("sip", *arguments)

    return command


@pytest.mark.parametrize("name", ["map.json", "map.csv"])
def test_a_map_is_exported_and_imported(run: Any, router: SipRouter, tmp_path: Path, name: str) -> None:
    rich = route("+49*", "dial-client", "alice", weight=2, fallback={"type": "say", "destination": "a\nb"})
    data = route_table(rich, *(route(kind, kind, text) for kind, text in DESTINATIONS.items()))
    router.publish(data)
    file = tmp_path / name

    assert run("export", file)[0] == 0
    router.publish(route_table())
    assert run("import", file, "--publish", "--note", "Back again")[0] == 0

    listed = router.list()
    assert listed["data"] == data
    assert listed["versionIsDeployed"] is True
    assert ok(router.admin("versions"))["items"][0]["note"] == "Back again"


def test_a_dry_run_prints_the_difference_and_changes_nothing(
    run: Any, router: SipRouter, tmp_path: Path
) -> None:
    router.publish(route_table(route("1"), route("2"), route("^3$"), route("^4$")))
    before = router.list()
    file = tmp_path / "map.json"
    after = route_table(
        route("2", destination="Other"), route("^4$"), route("^3$"), route("5"), default="Else"
    )
    file.write_text(json.dumps(after))

    code, out, _ = run("import", file, "--dry-run")

    assert code == 0
    assert out.splitlines() == [
        "+ 5: say Hello",
        "- 1: say Hello",
        "~ 2",
        "    destination: Hello → Other",
        "~ the default route",
        "    destination: Nobody → Else",
        "~ patterns are tried in another order",
    ]
    assert router.list() == before


def test_an_import_without_changes_makes_no_version(run: Any, router: SipRouter, tmp_path: Path) -> None:
    version = router.publish(route_table(route("1")))
    file = tmp_path / "map.csv"
    run("export", file)

    assert run("import", file, "--publish")[1] == "Nothing changes.\n"
    assert router.list()["version"] == version


def test_an_import_without_changes_publishes_the_version_that_is_not_live(
    run: Any, router: SipRouter, tmp_path: Path
) -> None:
    file = tmp_path / "map.JSON"
    file.write_text(json.dumps(route_table(route("1"))))
    run("import", file)
    version = router.list()["version"]

    assert run("import", file, "--publish", "--dry-run")[1] == "Nothing changes.\n"
    assert router.list()["versionIsDeployed"] is False
    code, out, _ = run("import", file, "--publish")

    assert (code, out.splitlines()[0]) == (0, "Nothing changes.")
    assert out.splitlines()[1].startswith("Published: ZD")
    assert (router.list()["version"], router.list()["versionIsDeployed"]) == (version, True)


def test_further_fields_of_a_map_are_compared_and_kept_by_the_import_of_a_table(
    run: Any, router: SipRouter, tmp_path: Path
) -> None:
    data = {**route_table(route("1")), "owner": {"team": "front"}}
    version = router.publish(data)
    table, file = tmp_path / "map.CSV", tmp_path / "map.json"

    assert run("export", table)[0] == 0
    assert table.read_text().startswith("address,")
    assert run("import", table)[1] == "Nothing changes.\n"
    assert router.list()["version"] == version
    file.write_text(json.dumps({**data, "owner": None}))
    assert run("import", file, "--dry-run")[1] == '~ owner: {"team": "front"} → null\n'
    assert run("import", file)[1].splitlines()[0] == '~ owner: {"team": "front"} → null'
    assert "owner" in router.list()["data"]


@pytest.mark.parametrize(
    "url", ["nowhere", "ftp://example.com", "https://", "http://[::1", "http://a:b", "http://a b"]
)
def test_a_base_url_that_is_not_absolute_is_refused(run: Any, monkeypatch: Any, url: str) -> None:
    monkeypatch.setenv("URL", url)
    monkeypatch.setenv("TOKEN", "token")

    assert run("export") == (
        1,
        "",
        f"URL must be a base URL such as https://sip.example.com, not {url}\n",
    )


def test_a_file_that_cannot_be_read_or_written_is_named_in_one_line(run: Any, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "map.csv"
    assert run("import", missing) == (1, "", f"{missing}: cannot be read: No such file or directory\n")
    assert run("import", tmp_path) == (1, "", f"{tmp_path}: cannot be read: Is a directory\n")
    assert run("export", missing) == (1, "", f"{missing}: cannot be written: No such file or directory\n")


def test_a_file_in_another_encoding_is_refused(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "map.csv"
    file.write_bytes("address,type,destination\n,say,Grüße\n".encode("cp1252"))

    code, out, err = run("import", file)

    assert (code, out) == (1, "")
    assert "is not UTF-8 (byte 33)" in err


@pytest.mark.parametrize("name", ["map.csv", "map.txt", "map.json"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_with_a_byte_order_mark_is_imported(
    run: Any, router: SipRouter, tmp_path: Path, name: str, encoding: str
) -> None:
    after = route_table(route("1", destination="Grüße"))
    file = tmp_path / name
    text = json.dumps(after) if name.endswith("json") else to_csv(after, "\t")
    file.write_bytes(text.encode(encoding))

    assert run("import", file)[0] == 0
    assert router.list()["data"] == after


def test_a_table_with_tabs_is_exported_and_imported(run: Any, router: SipRouter, tmp_path: Path) -> None:
    router.publish(route_table(route("1")))
    file = tmp_path / "map.tsv"

    assert run("export", file)[0] == 0
    assert file.read_text().startswith("address\tcomment\t")
    assert run("import", file)[1] == "Nothing changes.\n"


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", set()),
        ("DRY_RUN=1 PUBLISH=1", {"--dry-run", "--publish"}),
        ("DRY_RUN=yes PUBLISH=yes", {"--dry-run", "--publish"}),
        ("DRY_RUN=0 PUBLISH=0", set()),
        ("DRY_RUN=no PUBLISH=false", set()),
        ("DRY_RUN=please PUBLISH=perhaps", {"--dry-run"}),
    ],
)
def test_make_understands_0_and_no_and_false(given: str, expected: set[str]) -> None:
    command = ["make", "--dry-run", "sip-import", "FILE=map.csv", *given.split()]

    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert {word for word in printed.split() if word in {"--dry-run", "--publish"}} == expected


def test_the_live_version_can_be_exported_while_another_is_unpublished(run: Any, router: SipRouter) -> None:
    router.publish(route_table(route("1")))
    router.save(route_table(route("2")))

    assert json.loads(run("export", "--version", "live")[1])["routes"] == [route("1")]
    assert json.loads(run("export")[1])["routes"] == [route("2")]
    assert run("export", "--version", "ZN0")[0] == 1


def test_a_file_with_an_invalid_route_is_refused(run: Any, router: SipRouter, tmp_path: Path) -> None:
    before = router.list()
    file = tmp_path / "map.json"
    file.write_text(json.dumps(route_table(route("1", "webhook", "nowhere"))))

    code, _, err = run("import", file)

    assert code == 1
    assert "data.routes[0].destination: route 1: must be an absolute URL" in err
    for text in ("{", "[]"):
        file.write_text(text)
        assert run("import", file)[0] == 1
    assert run("import", tmp_path / "missing.csv")[0] == 1
    assert router.list() == before


@pytest.mark.slow
def test_a_large_map_is_sent_compressed(run: Any, router: SipRouter, tmp_path: Path) -> None:
    file = tmp_path / "map.json"
    large = route_table(*(route(f"+49{number:08}", "say", f"{number * 7919:x}") for number in range(60_000)))
    file.write_text(json.dumps(large))

    code, out, _ = run("import", file)

    assert code == 0
    assert len(out.splitlines()) < 60
    assert json.loads(run("export")[1]) == large


def test_a_user_without_the_role_admin_is_refused(
    run: Any, platform: Platform, tmp_path: Path, monkeypatch: Any
) -> None:
    file = tmp_path / "map.json"
    file.write_text(json.dumps(route_table(route("1"))))
    monkeypatch.setenv("URL", platform.base_url)

    assert run("import", file) == (1, "", "TOKEN is missing: the token of a Flex user\n")
    monkeypatch.setenv("TOKEN", platform.flex_tokens["agent"])
    code, _, err = run("import", file)
    assert (code, err) == (1, "403: This needs the Flex role admin.\n")


def test_a_platform_that_does_not_answer_is_an_error_in_one_line(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("PORT", "1")

    code, _, err = run("export")

    assert code == 1
    assert "`make run` must run" in err
