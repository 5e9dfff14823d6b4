"""How many replies a number can cause in a day, on a platform with low limits."""

from collections.abc import Callable, Iterator

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.data.surveys import CONFIG, ENGLISH, MINIMAL_CONFIG, MINIMAL_PROMPTS, SPANISH
from tests.integration.survey.talk import Respondent, upload
from tests.support import Caller

People = Callable[..., Respondent]
REPLIES = 4
SENDERS = 6
DAY = 86_400


@pytest.fixture(scope="module")
def strict() -> Iterator[Platform]:
    """A platform that replies to a number four times a day, and to six new senders."""
    limits = {
        "RepliesPerDay": str(REPLIES),
        "NewSendersPerDay": str(SENDERS),
        "SessionSeconds": str(10 * DAY),
    }
    names = Names(stack="switchboard-limits", account_id="000000000033")
    with Platform(0, names=names, parameters=limits, watch=False, terminal=Terminal(quiet=True)) as platform:
        upload(platform, "both", CONFIG, en_US=ENGLISH, es_MX=SPANISH)
        upload(platform, "minimal", MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
        yield platform


@pytest.fixture
def person(strict: Platform) -> People:
    caller = Caller(strict)
    # Of each test's senders, the first are new to a day of its own.
    caller.local("POST", "/clock", {"advanceSeconds": DAY})

    def make(survey: str = "") -> Respondent:
        return Respondent(strict, caller, survey=survey)

    return make


def test_after_completion_a_number_gets_a_few_replies_a_day(person: People) -> None:
    someone = person("minimal")
    for body in ("hi", "go", "4", "fine"):
        assert someone.texts(body)
    replies = [someone.texts("hello?") for _ in range(10)]
    # The welcome was the first of the day's replies.
    assert replies == ["You have already completed this survey. Thank you!"] * (REPLIES - 1) + [""] * 7
    someone.caller.local("POST", "/clock", {"advanceSeconds": DAY})
    assert someone.texts("hello?") == replies[0]


def test_help_is_answered_a_few_times_a_day_and_the_survey_continues(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    replies = [someone.texts("help") for _ in range(6)]
    assert replies == ["Let us begin.\n\nFirst: How was it?"] * (REPLIES - 1) + [""] * 3
    assert someone.texts("4") == "Next: Again?"
    assert someone.texts("yes") == "Last: Why?"
    assert someone.texts("because") == "Goodbye."


def test_opting_out_and_in_again_does_not_reset_the_count(person: People) -> None:
    someone = person("both")
    replies = []
    for _ in range(8):
        replies.append(someone.texts("hi"))
        someone.texts("STOP")
        someone.texts("START")
    assert [bool(reply) for reply in replies] == [True] * REPLIES + [False] * 4


def test_wrong_answers_do_not_count_towards_the_daily_limit(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    assert all(someone.texts("99") for _ in range(8))


def test_new_senders_beyond_the_days_number_get_no_reply(person: People) -> None:
    people = [person("minimal") for _ in range(1)]
    people += [Respondent(people[0].platform, people[0].caller, survey="minimal") for _ in range(9)]
    replies = [someone.texts("hi") for someone in people]
    assert replies == ["Welcome."] * SENDERS + [""] * (10 - SENDERS)
    assert people[-1].session() is None
    # Who takes the survey already goes on.
    assert people[0].texts("go") == "Rate us"
    people[-1].caller.local("POST", "/clock", {"advanceSeconds": DAY})
    assert people[-1].texts("hi") == "Welcome."


def test_apologies_for_a_survey_that_cannot_be_asked_are_bounded_per_number(person: People) -> None:
    someone, other = person("none-such"), person("minimal")
    replies = [someone.texts("hi") for _ in range(REPLIES + 3)]
    assert [bool(reply) for reply in replies] == [True] * REPLIES + [False] * 3
    assert someone.session() is None
    # A number that takes another survey has no more of them.
    other.texts("hi")
    other.survey = "none-such"
    replies = [other.texts("hi") for _ in range(REPLIES + 3)]
    assert [bool(reply) for reply in replies] == [True] * REPLIES + [False] * 3


def test_the_daily_limit_costs_no_further_aws_call_during_a_survey(person: People) -> None:
    someone = person("both")
    for body in ("hi", "go", "4", "yes"):
        someone.texts(body)
    calls = [call["awsCalls"] for call in someone.caller.invocations("SurveySmsWebhook")][-3:]
    assert calls == [2, 2, 2]
