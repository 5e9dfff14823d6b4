"""The console at the running platform, where its packages are installed (`make console`)."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from local.platform import Platform

if TYPE_CHECKING:
    from nicegui.testing import User

    from console.context import Console

collect_ignore_glob = [] if find_spec("nicegui") else ["test_*.py"]

Visit = Callable[[Callable[["User"], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def console(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Console]":
    """The console of the running platform, in a folder without switchboard.toml."""
    from console.context import Console
    from tools.dead_letters import queues
    from tools.stack.environment import features_of
    from tools.stack.opening import open_local

    monkeypatch.setattr(queues, "LOOK_SECONDS", 0)  # there is one server here
    stack = open_local(urlsplit(platform.base_url).port)
    made = Console(stack, tmp_path / "switchboard.toml")
    with features_of(stack):
        yield made
    made.answers.close()


@pytest.fixture
def visit(console: "Console") -> Visit:
    """Let a person who has opened the console do something."""
    from tests.console_user import simulated_user

    def visiting(act: "Callable[[User], Coroutine[Any, Any, None]]") -> None:
        async def whole() -> None:
            async with simulated_user(console) as user:
                await act(user)

        asyncio.run(whole())

    return visiting
