"""How property tests run, on the same examples each time but in ``make fuzz``; and which tests come first."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from switchboard.log import logger

# What a loaded machine or a platform shared by the session makes of these checks says nothing of the code.
_UNCHECKED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

settings.register_profile(
    "certain",
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=_UNCHECKED,
)
settings.register_profile(
    "fuzz",
    max_examples=300,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=_UNCHECKED,
)
settings.load_profile("certain")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files whose tests wait: others fill that time, and none of it is left at the end."""
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


@pytest.fixture(autouse=True)
def _same_log_level() -> Iterator[None]:
    """Let a command that a test has run in this process silence its own log lines only."""
    level = logger.level
    yield
    logger.setLevel(level)
