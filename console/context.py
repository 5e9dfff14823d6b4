"""What all pages share: the stack that is shown, kept answers, and what the operator has switched on."""

from collections import Counter
from pathlib import Path
from typing import Any

from console.answers import Answers
from switchboard.log import mask
from tools.open_work.masking import mask_person
from tools.phone.client import PhoneClient
from tools.stack.stack import Stack


class Console:
    """The console of one stack and one operator.

    Parameters
    ----------
    stack
        The stack that is shown.
    settings_file
        Path of switchboard.toml, which says how the stack should be set up.

    Attributes
    ----------
    platform : PhoneClient or None
        The platform on this machine; None for a deployed stack.
    answers : Answers
    show_numbers : bool
        Whether phone numbers and texts are shown as they are. On this machine they are nobody's.
    dark : bool or None
        None: as the browser says.
    kept : dict[str, Any]
        What pages keep while they are not open, such as changes that are not saved yet.
    holders : Counter[str]
        How many open pages hold each local phone.
    """

    def __init__(self, stack: Stack, settings_file: Path) -> None:
        self.stack = stack
        self.settings_file = settings_file
        self.platform = PhoneClient(stack.reachable_url) if stack.is_local else None
        self.answers = Answers()
        self.show_numbers = stack.is_local
        self.dark: bool | None = None
        self.kept: dict[str, Any] = {}
        self.holders: Counter[str] = Counter()

    @property
    def place(self) -> str:
        """Where the stack is, in words."""
        return f"on this machine, {self.stack.reachable_url}" if self.platform else f"in {self.stack.region}"

    def masked(self, value: Any) -> Any:
        """Return a value as it is shown: with its numbers and texts, or without."""
        return value if self.show_numbers else mask(value)

    def masked_person(self, address: str) -> str:
        """Return a number, an identity or a SIP address as it is shown; masked, it is nobody's."""
        return address if self.show_numbers else mask_person(address)
