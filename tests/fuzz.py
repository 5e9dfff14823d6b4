"""A pytest plugin for ``make fuzz``: repeats the property tests, with new examples, until time is up.

The first failure ends it. The report then holds the smallest example that was found and a line,
``@reproduce_failure(…)``, that repeats it; the next run tries it first, from the database in .hypothesis/.
A finding becomes an ``@example`` of its test. A request that schemathesis made is printed as a curl command.
"""

import time

import pytest
from hypothesis import settings

_runs = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-seconds", type=float, default=60.0, help="how long to look for failures")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("fuzz")
    config.option.maxfail = 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    other = [item for item in items if item.get_closest_marker("hypothesis") is None]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in other]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests round after round; the fixtures of the session are kept until the last test."""
    global _runs  # noqa: PLW0603  # the summary is written after the session has gone
    deadline = time.monotonic() + session.config.getoption("fuzz_seconds")
    items, is_last = session.items, session.config.option.collectonly or not session.items
    while not is_last:
        item, following = items[_runs % len(items)], items[(_runs + 1) % len(items)]
        is_last = time.monotonic() > deadline
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None if is_last else following)
        _runs += 1
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"{_runs} runs of property tests")
