"""Changes on disk take effect at the next request."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.log_lines import Terminal
from tests.integration.local.sample import TEMPLATE, Sample, sample_platform
from tests.support import eventually


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample application that may be edited."""
    directory = tmp_path_factory.mktemp("edited") / "application"
    shutil.copytree(TEMPLATE.parent, directory, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "config" / "folder").mkdir(parents=True)
    (directory / "config" / "one.json").write_text("1")
    (directory / "config" / "folder" / "two.env").write_text("A=2")
    (directory / "config" / ".hidden").write_text("not uploaded")
    return directory


@pytest.fixture(scope="module")
def shown() -> io.StringIO:
    """What the platform says."""
    return io.StringIO()


@pytest.fixture(scope="module")
def edited(copied: Path, shown: io.StringIO) -> Iterator[Sample]:
    """The copy, running and watched."""
    with sample_platform(
        "000000000009",
        template=copied / "template.yaml",
        config_files=copied / "config",
        watch=True,
        terminal=Terminal(shown),
    ) as platform:
        yield Sample(platform)


def imports_of_a_new_environment(edited: Sample) -> dict[str, bool]:
    """Return which modules an environment has imported itself, not what it was forked from."""
    edited.platform.functions.recycle(["Echo"])
    seen = edited.echo()
    return {module: pid == seen["pid"] for module, pid in seen["importedBy"].items()}


def test_configuration_is_uploaded_at_the_start_and_after_each_edit(
    edited: Sample, copied: Path, shown: io.StringIO
) -> None:
    client, bucket = edited.platform.aws.client("s3"), edited.platform.bucket

    def keys() -> set[str]:
        return {entry["Key"] for entry in client.list_objects_v2(Bucket=bucket).get("Contents", ())}

    def content(key: str) -> bytes:
        read: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return read

    assert keys() == {"one.json", "folder/two.env"}
    (copied / "config" / "one.json").write_text("11")
    assert eventually(lambda: content("one.json") == b"11")
    (copied / "config" / "folder" / "three.env").write_text("B=3")
    assert eventually(lambda: "folder/three.env" in keys())
    (copied / "config" / "folder" / "two.env").unlink()
    assert eventually(lambda: keys() == {"one.json", "folder/three.env"})
    assert "uploaded one.json" in shown.getvalue()


def test_environments_share_what_handlers_import_until_it_is_edited(edited: Sample, copied: Path) -> None:
    assert edited.echo()["layer"] == "shared layer"
    assert eventually(lambda: imports_of_a_new_environment(edited) == {"handler": True, "layer": False})
    module = copied / "layers" / "shared" / "python" / "shared.py"
    module.write_text(module.read_text().replace('NAME = "shared layer"', 'NAME = "edited layer"'))
    assert eventually(lambda: edited.echo()["layer"] == "edited layer")
    assert eventually(lambda: imports_of_a_new_environment(edited) == {"handler": True, "layer": False})
    assert edited.echo()["layer"] == "edited layer"


def test_an_environment_that_ends_is_noticed_also_right_after_an_edit(edited: Sample, copied: Path) -> None:
    assert eventually(lambda: not imports_of_a_new_environment(edited)["layer"])
    module = copied / "layers" / "shared" / "python" / "shared.py"
    module.write_text(module.read_text() + "\n")
    edited.platform.functions.recycle(["Act"])
    edited.act("exit")
    assert edited.invocations("Act")[-1]["outcome"] == "crash"
