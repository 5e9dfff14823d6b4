"""How long what is written is kept."""

from collections.abc import Iterator

import pytest

from ivr_path import settings
from ivr_path.storage.paths import is_expired
from switchboard.settings import clear_settings


@pytest.fixture(autouse=True)
def _fresh_settings() -> Iterator[None]:
    clear_settings()
    yield
    clear_settings()


@pytest.mark.parametrize(
    ("setting", "linked", "unlinked"),
    [("86400", 86_400, 86_400), ("600", 600, 600), ("604800", 604_800, 86_400), ("0", None, 86_400)],
)
def test_a_record_is_kept_as_long_as_is_set_and_an_unclaimed_call_a_day_at_most(
    monkeypatch: pytest.MonkeyPatch, setting: str, linked: int | None, unlinked: int
) -> None:
    monkeypatch.setenv("IVR_PATH_SECONDS", setting)
    monkeypatch.setattr(settings, "now", lambda: 1_000_000)
    assert settings.expiry() == (None if linked is None else 1000 + linked)
    assert settings.expiry(is_linked=False) == 1000 + unlinked


@pytest.mark.parametrize(("expires_at", "expired"), [(1, True), (99_999_999_999, False), (None, False)])
def test_an_item_whose_time_is_over_counts_as_deleted(expires_at: int | None, expired: bool) -> None:
    item = {} if expires_at is None else {"expiresAt": expires_at}
    assert is_expired(item) is expired
