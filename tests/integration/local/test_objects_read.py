"""A change of an object replaces the environments that have read it, and no others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.local.sample import Sample
from tests.support import eventually


@pytest.fixture
def outsider(sample: Sample) -> Iterator[Any]:
    """S3 for a client outside of the platform."""
    client = boto3.client(
        "s3",
        endpoint_url=sample.platform.aws_endpoint,
        region_name=sample.platform.region,
        aws_access_key_id="somebody",
        aws_secret_access_key="else",
    )
    yield client
    client.close()


def test_a_change_of_an_object_from_outside_replaces_the_environments_that_have_read_it(
    sample: Sample, outsider: Any
) -> None:
    bucket = sample.platform.bucket

    def reading(key: str) -> int:
        return int(sample.act("look", key=key).json()["pid"])

    def listing(prefix: str) -> int:
        return int(sample.act("list", prefix=prefix).json()["pid"])

    outsider.put_object(Bucket=bucket, Key="read", Body=b"old")
    first = reading("read")
    outsider.put_object(Bucket=bucket, Key="not read", Body=b"new")
    assert reading("not there") == first
    outsider.put_object(Bucket=bucket, Key="read", Body=b"new")
    second = reading("read")
    assert second != first
    assert sample.act("upload", key="read").json()["pid"] == second  # its own
    assert reading("not there yet") == second
    outsider.put_object(Bucket=bucket, Key="not there yet", Body=b"new")
    third = listing("folder/")
    assert third != second
    outsider.put_object(Bucket=bucket, Key="another folder/one", Body=b"new")
    assert listing("folder/") == third
    outsider.put_object(Bucket=bucket, Key="folder/one", Body=b"new")
    fourth = reading("read")
    assert fourth != third
    outsider.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "any"}]})
    assert reading("read") != fourth


def test_an_environment_that_read_an_object_before_it_changed_is_not_used_again(
    sample: Sample, outsider: Any, tmp_path: Path
) -> None:
    def upload() -> None:
        assert eventually((tmp_path / "read").exists)
        outsider.put_object(Bucket=sample.platform.bucket, Key="changing", Body=b"new")
        (tmp_path / "go on").touch()

    with ThreadPoolExecutor(1) as threads:
        uploaded = threads.submit(upload)
        busy = sample.act("look", key="changing", told=str(tmp_path / "read"), until=str(tmp_path / "go on"))
        uploaded.result()
    assert sample.act("sleep", seconds=0).json()["pid"] != busy.json()["pid"]
