"""How property tests run, on the same examples each time but in ``make fuzz``; and which tests come first."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from switchboard.log import logger

# What a loaded machine or a platform shared by the session makes of these checks says nothing of the code.
_UNCHECKED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

settings.register_profile(
    "certain",
    max_examples=20,
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
    """Spread the files whose tests wait over the first half, so that others use the processor meanwhile."""
    by_file: dict[str, list[pytest.Item]] = {}
    for item in items:
        by_file.setdefault(item.nodeid.partition("::")[0], []).append(item)
    files = list(by_file.values())
    waiting = [file for file in files if file[0].get_closest_marker("waits")]
    others = [file for file in files if file not in waiting]
    each = len(others) // (2 * len(waiting) or 1)
    for place, file in enumerate(waiting):
        others.insert(place * (each + 1), file)
    items[:] = [item for file in others for item in file]


def pytest_collection_finish() -> None:
    """Leave what has been imported out of garbage collections, a tenth of the time that all tests take."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(autouse=True)
def _same_log_level() -> Iterator[None]:
    """Let a command that a test has run in this process silence its own log lines only."""
    level = logger.level
    yield
    logger.setLevel(level)
