"""Surveys in the bucket, and people to take them."""

from collections.abc import Callable, Iterator

import pytest

from local.platform import Platform
from tests.data.surveys import CONFIG, ENGLISH, MINIMAL_CONFIG, MINIMAL_PROMPTS, SPANISH
from tests.integration.survey.campaigns import Campaigns
from tests.integration.survey.talk import Respondent, new_number, upload
from tests.support import Caller

People = Callable[..., Respondent]


@pytest.fixture(scope="session")
def surveys(platform: Platform) -> None:
    """Upload the surveys that tests ask for by surveyId."""
    upload(platform, "both", CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    upload(platform, "minimal", MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
    upload(platform, "no-config", None, en_US=ENGLISH)
    upload(platform, "bad-json", b'{"questions": [\n  {"questionName": "q"\n', en_US="q=What?\n")
    upload(
        platform,
        "bad-type",
        b'{"questions": [\n{"questionName": "q",\n"questionType": "tone"}]}',
        en_US="q=?\n",
    )
    upload(
        platform,
        "bad-env",
        MINIMAL_CONFIG,
        en_US="questionServiceRate=1\nquestionComment=1\napology=Not today.\n".encode("utf-16"),
    )
    upload(
        platform,
        "no-text",
        MINIMAL_CONFIG,
        en_US="questionComment=1\napology=Not today.\n",
        es_MX="voice=x\n",
    )
    upload(platform, "one-language", CONFIG, en_US=ENGLISH)


@pytest.fixture
def person(platform: Platform, caller: Caller, surveys: None) -> People:
    """Return a maker of respondents, each with a number of their own."""

    def make(survey: str = "", number: str | None = None) -> Respondent:
        return Respondent(platform, caller, number, survey)

    return make


@pytest.fixture
def survey(platform: Platform, surveys: None) -> str:
    """The name of a survey with two questions that no other test has results in."""
    name = f"results-{new_number()[1:]}"
    upload(platform, name, MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
    return name


@pytest.fixture
def campaigns(platform: Platform, caller: Caller, survey: str) -> Iterator[Campaigns]:
    """An operator of campaigns about a survey that no other test asks."""
    operator = Campaigns(platform, caller, survey)
    yield operator
    operator.cancel_all()
