"""Open work in the console: every section of `switchboard open` has a name."""

from console.data.open_work import NAMES
from tools.open_work.sections import SECTIONS


def test_every_section_of_the_command_has_a_name_on_the_page() -> None:
    assert NAMES.keys() == set(SECTIONS)
