"""Settings of all tests: environment, timeouts, and examples of property tests."""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from local.timeouts import ScaledTime, scale
from switchboard.log import logger

# Nothing that whoever runs the tests has exported, or configured for AWS, is meant for the commands here: an
# AWS_PROFILE, a proxy, the TABLE of a report.
_PASSED = (
    *("CHROMIUM", "HOME", "LANG", "LC_", "PATH", "PICTURES", "PIP_", "PYTEST", "PYTHON", "SSL_CERT"),
    *("TMPDIR", "VIRTUAL_ENV"),
)
for _name in list(os.environ):
    if not _name.startswith(_PASSED):
        del os.environ[_name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

# As in switchboard.aws: botocore reads it while it is imported, and a test's own import may be the first.
os.environ["AWS_NEW_RETRIES_2026"] = "true"

# On a busy machine no timeout may run out, neither of the platform and its functions nor of the clients here.
os.environ["TIMEOUT_SCALE"] = "10"
SCALED_TIME = ScaledTime(scale())
SCALED_TIME.scale_sockets()

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

# Hypothesis also tries constants of the modules that happen to be imported: examples would depend on what has
# run before in the same process.
_NO_CONSTANTS = Constants()
_all_constants = providers._get_local_constants  # no setting turns it off
providers._get_local_constants = lambda: (
    _NO_CONSTANTS if settings.get_current_profile_name() == "certain" else _all_constants()
)

# Collecting makes a million objects that stay: to look through them again and again takes longer than that.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """Exclude imported objects from garbage collection, which would take a tenth of the tests' time."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Report what tests have left open, with one garbage collection instead of pytest's five."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _same_log_level() -> Iterator[None]:
    """Restore the log level that a command in this process may have changed."""
    level = logger.level
    yield
    logger.setLevel(level)
