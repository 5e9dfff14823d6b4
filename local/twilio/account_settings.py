"""Settings of the account that no product acts on here, but that its REST API shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class AccountSettings:
    """What an operator has set, or Twilio has granted.

    Attributes
    ----------
    flex_configuration
        Properties of the Flex configuration: ``ui_attributes`` and ``attributes``.
    tollfree_verifications
        SID of a toll-free number → the status of its verification, such as TWILIO_APPROVED.
    callable_countries, textable_countries
        ISO codes of countries that geographic permissions allow.
    """

    flex_configuration: dict[str, Any] = field(default_factory=dict)
    tollfree_verifications: dict[str, str] = field(default_factory=dict)
    callable_countries: set[str] = field(default_factory=lambda: {"US", "CA"})
    textable_countries: set[str] = field(default_factory=lambda: {"US", "CA"})
