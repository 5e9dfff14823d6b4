"""What is shipped beside the source: bytecode of our own code, where the Lambdas' Python is at hand."""

import struct
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

from tools.deploy.build import BuildError, build

_UNCHECKED_HASH = 0b01  # PEP 552
_TEMPLATE = """Resources:
  Answer:
    Properties:
      CodeUri: ../../functions
  Other:
    Properties:
      CodeUri: ../../functions
  Shared:
    Properties:
      ContentUri: ../../layers/shared
  Dependencies:
    Properties:
      ContentUri: Dependencies
"""
_SAM = """#!/bin/sh
mkdir -p "$3"
cp "$PWD/built.yaml" "$3/template.yaml"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small application, and a ``sam`` that builds it as SAM CLI does."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "template.yaml").write_text(f"Globals:\n  Function:\n    Runtime: python{version}\n")
    (tmp_path / "built.yaml").write_text(_TEMPLATE)
    for module in ("functions/feature/answer.py", "layers/shared/python/shared.py"):
        path = tmp_path / module
        path.parent.mkdir(parents=True)
        path.write_text("VALUE = 1\n")
    (tmp_path / "functions" / "__pycache__").mkdir()
    (tmp_path / "functions" / "__pycache__" / "stale.cpython-311.pyc").write_bytes(b"stale")
    (tmp_path / "bin").mkdir()
    sam = tmp_path / "bin" / "sam"
    sam.write_text(_SAM)
    sam.chmod(0o755)
    monkeypatch.setattr("tools.deploy.build.sam_program", lambda: sam)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "elsewhere"))
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return tmp_path


def built(project: Path) -> Path:
    return project / ".aws-sam" / "build"


def test_the_build_puts_our_own_code_into_the_artifacts_that_the_template_names(project: Path) -> None:
    template = build(project, built(project)).read_text()
    assert template.count("CodeUri: functions\n") == 2
    assert "ContentUri: shared\n" in template
    assert "ContentUri: Dependencies\n" in template
    assert "../.." not in template
    assert (built(project) / "functions" / "feature" / "answer.py").is_file()


def test_bytecode_is_compiled_for_the_lambdas_python_and_unchecked(project: Path) -> None:
    build(project, built(project))
    for module in ("functions/feature/answer.py", "shared/python/shared.py"):
        compiled = Path(cache_from_source(str(built(project) / module))).read_bytes()
        assert compiled[:4] == MAGIC_NUMBER
        assert struct.unpack("<I", compiled[4:8])[0] == _UNCHECKED_HASH


def test_a_developers_own_bytecode_is_not_shipped(project: Path) -> None:
    build(project, built(project))
    assert not list(built(project).rglob("stale*"))


def test_without_the_lambdas_python_a_warning_says_that_no_bytecode_is_shipped(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "template.yaml").write_text("Globals:\n  Function:\n    Runtime: python3.99\n")
    build(project, built(project))
    assert "NO BYTECODE IS SHIPPED: this machine has no Python 3.99" in capfd.readouterr().err
    assert not list(built(project).rglob("*.pyc"))
    assert (built(project) / "functions" / "feature" / "answer.py").is_file()


def test_what_the_lambdas_weigh_is_said_and_must_not_be_too_much(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "layers" / "shared" / "python" / "large.bin").write_bytes(bytes(3_000_000))
    build(project, built(project))
    assert "shared 3.0 MB; Lambda takes 262 MB in all" in capsys.readouterr().out
    monkeypatch.setattr("tools.deploy.build._LARGEST", 2_999_999)
    with pytest.raises(BuildError, match="too large for Lambda"):
        build(project, built(project))


def test_a_failed_build_is_an_error(project: Path) -> None:
    (project / "bin" / "sam").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(BuildError):
        build(project, built(project))
