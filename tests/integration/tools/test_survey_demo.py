"""The branching survey and the campaign of `switchboard demo`, on the tests' platform."""

import pytest

from local.platform import Platform
from tools.demo.campaign import CampaignDemo
from tools.demo.survey import ENGLISH, SurveyDemo

pytestmark = pytest.mark.slow


def test_the_demo_shows_a_survey_that_branches_and_a_recording(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    assert SurveyDemo(platform).follow_up()
    shown = capsys.readouterr().out
    assert "questionStory      Nobody told me why I had to wait." in shown
    assert "questionWaited     45" in shown
    assert "questionHelped" not in shown


def test_the_demo_asks_two_hundred_people_in_their_own_daytime(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    surveys = SurveyDemo(platform)
    assert CampaignDemo(platform, surveys.show).run(surveys.replies(ENGLISH))
    shown = capsys.readouterr().out
    assert "200 would be asked" in shown
    assert "line 202: +12125550007: to: is on line 9 already" in shown
    assert "100 waiting, 100 asked, 0 completed" in shown
    assert "0 waiting, 196 asked, 3 completed, 1 optedOut" in shown
