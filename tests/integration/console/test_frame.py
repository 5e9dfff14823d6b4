"""What is around every page: the eye."""

import pytest
from nicegui import Client, ui
from nicegui.testing import User

from console.context import Console
from tests.integration.console.conftest import Visit


def eye(user: User, words: str) -> ui.button:
    (found,) = (one for one in user.find(ui.button).elements if one.props.get("aria-label") == words)
    assert isinstance(found, ui.button)
    return found


def press(user: User, button: ui.button) -> None:
    chosen = user.find(ui.button)
    chosen.elements.clear()
    chosen.elements.add(button)
    chosen.click()


def test_the_eye_does_what_it_says_whatever_another_page_has_switched(visit: Visit, console: Console) -> None:
    async def act(user: User) -> None:
        await user.open("/sip-routes")
        console.show_numbers = False  # by the eye of another page
        press(user, eye(user, "Mask numbers and texts"))
        assert not console.show_numbers

    visit(act)


def test_the_eye_masks_every_page_that_is_open(
    visit: Visit, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Client, "run_javascript", lambda client, code: told.append((client.id, code)))

    async def act(user: User) -> None:
        other = await user.open("/sip-routes")
        await user.open("/sip-routes")
        press(user, eye(user, "Mask numbers and texts"))
        assert not console.show_numbers
        assert (other.id, "location.reload()") in told

    visit(act)
