"""One platform for all tests of the session, which each test leaves without faults and records."""

import functools
from collections.abc import Iterator

import botocore.session
import pytest

from local.http_messages import HttpRequest
from local.log_lines import Terminal
from local.platform import Platform
from tests.data.schema import documented_attributes, documented_name
from tests.data.template import resources
from tests.support import Caller

# Each boto3 session would read its services' JSON models again, which takes longer than most tests.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

_PLATFORM = pytest.StashKey[Platform]()
_STORED = ("archive/", "campaigns/", "configure/", "ivr-paths/", "older-results/", "survey-results/")
"""How the keys begin of objects that functions and commands write; the others are configuration."""


@pytest.fixture(scope="session")
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The whole application, on free ports, with nothing kept on disk; shared by the session.

    Its schedules run only where a test moves the clock or asks for it: by themselves they would interfere.
    """
    with Platform(port=0, terminal=Terminal(quiet=True), watch=False) as running:
        request.config.stash[_PLATFORM] = running
        yield running


@pytest.fixture(scope="module", autouse=True)
def _little_stored(request: pytest.FixtureRequest) -> Iterator[None]:
    """Delete items, results and tasks after a file's tests, and make workers unavailable for those of others.

    Other tests would find them, or be slow.
    """
    yield
    platform = request.config.stash.get(_PLATFORM, None)
    if platform is None:
        return
    assert _undocumented_attributes(platform) == {}
    platform.stand_in.taskrouter.load([])
    for worker in platform.stand_in.taskrouter.workspace.workers.values():
        worker.available = False
    for table in platform.aws.backend("dynamodb").tables.values():
        table.items.clear()
    for bucket in platform.aws.backend("s3").buckets.values():
        for key in [key for key in bucket.keys if key.startswith(_STORED)]:
            bucket.keys.setlist(key, [])
            dict.pop(bucket.keys, key)


def _undocumented_attributes(platform: Platform) -> dict[str, set[str]]:
    """Return the attributes in tables that docs/architecture.md does not mention, by table."""
    tables = platform.aws.backend("dynamodb").tables
    found = {}
    for table in resources("AWS::DynamoDB::Table"):
        items = tables[platform.resource_name(table)].all_items()
        names = {documented_name(name) for item in items for name in item.attrs}
        if unknown := names - documented_attributes(table):
            found[table] = unknown
    return found


@pytest.fixture(scope="session")
def caller(platform: Platform) -> Caller:
    """Sends requests to the platform, signed or with a key."""
    return Caller(platform)


@pytest.fixture(autouse=True)
def _nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove the faults of a test, wait until the platform is idle, and clear its records.

    Calls and delayed messages, which would continue when another test moves the clock, are ended.
    """
    platform: Platform | None = (
        request.getfixturevalue("platform") if "platform" in request.fixturenames else None
    )
    yield
    if platform is not None:
        _forget(platform, "/twilio/faults", "/aws/faults", "/operator")
        platform.stand_in.calls.stop()
        assert platform.wait_until_idle(30)
        sqs = platform.aws.backend("sqs")
        for name, queue in sqs.queues.items():
            queue.last_purged_at = None  # once a minute is the most otherwise
            sqs.purge_queue(name)
        _forget(platform, "/invocations", "/twilio/requests")


def _forget(platform: Platform, *paths: str) -> None:
    for path in paths:
        assert platform.handle(HttpRequest("DELETE", f"/_local{path}", "", (), b"")).status < 400
