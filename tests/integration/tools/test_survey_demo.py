"""The branching survey of `switchboard demo`, on the tests' platform."""

import pytest

from local.platform import Platform
from tools.demo.survey import SurveyDemo


def test_the_demo_shows_a_survey_that_branches_and_a_recording(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    assert SurveyDemo(platform).follow_up()
    shown = capsys.readouterr().out
    assert "questionStory      Nobody told me why I had to wait." in shown
    assert "questionWaited     45" in shown
    assert "questionHelped" not in shown
