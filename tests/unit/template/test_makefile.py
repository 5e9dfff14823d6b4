"""What the Makefile leaves to the user's own settings."""

from tests.data.template import ROOT


def test_every_make_target_uses_the_users_region() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "REGION" not in text
    assert "region" not in (ROOT / "samconfig.toml").read_text(encoding="utf-8")
