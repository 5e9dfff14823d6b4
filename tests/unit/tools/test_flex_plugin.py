"""``switchboard flex-plugin build``, with programs in the place of node and npm."""

import json
import os
import stat
from pathlib import Path

import pytest

from tests.command import switchboard
from tools.flex_plugin.bundle import FOLDER, BuildFailedError, build


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the only ones that are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "flex-plugin"
    folder.mkdir()
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    return folder


def put(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def put_both(programs: Path, version: str = "v20.20.2") -> None:
    """Let node make a bundle, and npm note that it installed."""
    made = "/bin/mkdir -p build; printf 'plugin();' > build/switchboard.js"
    put(programs, "node", f'if [ "$1" = --version ]; then echo {version}; else {made}; fi')
    put(
        programs,
        "npm",
        'echo "$@" >> npm.log; /bin/mkdir -p node_modules; echo > node_modules/.package-lock.json',
    )


def test_without_node_the_command_says_what_to_install(programs: Path) -> None:
    done = switchboard("flex-plugin", "build")
    assert (done.code, done.out) == (1, "")
    assert done.err == "node and npm must be installed: Node.js 20 or newer\n"


@pytest.mark.parametrize("version", ["v18.19.0", "?"])
def test_a_node_that_is_too_old_is_refused(programs: Path, version: str) -> None:
    put_both(programs, version)
    assert switchboard("flex-plugin", "build").err == f"node must be version 20 or newer, not {version}\n"


def test_the_bundle_is_told_with_its_sizes_and_hash(
    programs: Path, plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_both(programs)
    monkeypatch.setattr("tools.flex_plugin.command.build", lambda: build(plugin))
    told = json.loads(switchboard("flex-plugin", "build", "--json").out)
    assert told["path"] == str(plugin / "build" / "switchboard.js")
    assert (told["size"], len(told["sha256"])) == (9, 64)
    assert f"sha256 {told['sha256']}" in switchboard("flex-plugin", "build").out


def test_packages_are_installed_once_until_the_lock_file_changes(programs: Path, plugin: Path) -> None:
    put_both(programs)
    build(plugin)
    build(plugin)
    log = plugin / "npm.log"
    assert [line.split()[:2] for line in log.read_text().splitlines()] == [["ci", "--ignore-scripts"]]
    later = (plugin / "node_modules/.package-lock.json").stat().st_mtime + 5
    os.utime(plugin / "package-lock.json", (later, later))
    build(plugin)
    assert len(log.read_text().splitlines()) == 2


def test_what_npm_says_is_shown_when_it_fails(programs: Path, plugin: Path) -> None:
    put_both(programs)
    put(programs, "npm", "echo no network; exit 7")
    with pytest.raises(BuildFailedError, match=r"no network\nnpm ci failed \(7\)"):
        build(plugin)


def test_the_lock_file_names_no_download_address() -> None:
    assert '"resolved"' not in (FOLDER / "package-lock.json").read_text(encoding="utf-8")
