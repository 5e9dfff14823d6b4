"""One running sample application for all tests here."""

from collections.abc import Iterator

import pytest

from tests.integration.local.sample import Sample, sample_platform


@pytest.fixture(scope="session")
def sample() -> Iterator[Sample]:
    """The sample application, running."""
    with sample_platform() as running:
        yield Sample(running)
