"""Retention of items."""

import pytest

from ivr_path.domain.retention import expiry, has_expired

NOW_MS = 1_000_000


@pytest.mark.parametrize(
    ("setting", "linked", "unlinked"),
    [(86_400, 86_400, 86_400), (600, 600, 600), (604_800, 604_800, 86_400), (0, None, 86_400)],
)
def test_a_record_is_kept_as_long_as_is_set_and_an_unclaimed_call_a_day_at_most(
    setting: int, linked: int | None, unlinked: int
) -> None:
    assert expiry(NOW_MS, setting) == (None if linked is None else 1000 + linked)
    assert expiry(NOW_MS, setting, is_linked=False) == 1000 + unlinked


@pytest.mark.parametrize(("expires_at", "expired"), [(1, True), (1000, True), (1001, False), (None, False)])
def test_an_item_that_has_expired_counts_as_deleted(expires_at: int | None, *, expired: bool) -> None:
    assert has_expired(expires_at, NOW_MS) is expired
