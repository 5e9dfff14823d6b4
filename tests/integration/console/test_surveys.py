"""The page Surveys: what respondents did, one of them, starts, and campaigns from the list to the end."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from nicegui import ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User

from console.context import Console
from console.data.surveys import exporting
from console.data.surveys.choice import Choice
from console.data.surveys.overview import load_overview
from console.pages.surveys.results import ResultsSection
from local.platform import Platform
from switchboard import aws
from tests.data.surveys import MINIMAL_CONFIG, MINIMAL_PROMPTS
from tests.integration.console.conftest import Visit
from tests.integration.survey.results import OLDER, put
from tests.integration.survey.talk import Respondent, new_number, upload
from tests.support import Caller, eventually
from tests.survey_results import lifelike, write
from tools.stack.routes import RouteRefusal
from tools.survey_campaigns.client import CampaignClient

PATIENCE = 1000
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}` عربي "
    + "A" * 900
)


@pytest.fixture
def survey(platform: Platform) -> str:
    """The name of a survey with a rating and a comment that no other test has results in."""
    name = f"page-{new_number()[1:]}"
    upload(platform, name, MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
    return name


def completed(platform: Platform, caller: Caller, survey: str, *answers: str) -> Respondent:
    person = Respondent(platform, caller, survey=survey)
    for body in ("hi", "go", *answers):
        person.texts(body)
    assert person.result("COMPLETED")
    assert platform.wait_until_idle(60)
    return person


def field(user: User, label: str, kind: type[ui.element] = ui.input) -> Any:
    """Return the latest field that has a label or a placeholder."""
    found = [
        one
        for one in user.find(kind).elements
        if str(one.props.get("label") or one.props.get("placeholder")).startswith(label)
    ]
    return max(found, key=lambda one: one.id)


async def press(user: User, words: str, about: str = "") -> None:
    """Press the latest button with exactly these words."""
    await user.should_see(kind=ui.button, content=words, retries=PATIENCE)
    found = [
        one
        for one in user.find(kind=ui.button, content=words).elements
        if one.text == words and about in str(one.props.get("aria-label", ""))
    ]
    _click(user, max(found, key=lambda one: one.id))


def close(user: User) -> None:
    """Close the latest dialog by its button."""
    found = [one for one in user.find(ui.button).elements if one.props.get("aria-label") == "Close"]
    _click(user, max(found, key=lambda one: one.id))


def _click(user: User, button: ui.button) -> None:
    button.mark("pressed")
    user.find(marker="pressed").click()
    button.mark("was-pressed")


async def until(look: Callable[[], Any]) -> Any:
    for _ in range(PATIENCE):
        if found := look():
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(look())


def test_an_empty_survey_says_what_fills_it(visit: Visit, survey: str) -> None:
    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await user.should_see("No session started in this time.", retries=PATIENCE)
        await user.should_see("Nobody has started: there is nothing to follow.", retries=PATIENCE)
        await user.should_see("No question is answered yet", retries=PATIENCE)
        await user.should_see("No respondent in this time.", retries=PATIENCE)
        await user.should_see("This survey has no campaigns.", retries=PATIENCE)
        await user.open("/surveys?survey=nothing-here&span=all")
        await user.should_see("There is no survey nothing-here", retries=PATIENCE)

    visit(act)


@pytest.mark.slow
def test_answers_are_counted_listed_searched_and_read_as_a_talk(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    person = completed(platform, caller, survey, "4", "Parking near the entrance")
    completed(platform, caller, survey, "2", HOSTILE)
    Respondent(platform, caller, survey=survey).texts("hi")
    assert platform.wait_until_idle(60)

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await user.should_see("completed, 67%", retries=PATIENCE)
        await user.should_see("under way, 33%")
        await user.should_see("<script>alert(1)</script>", retries=PATIENCE)
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.html | ui.markdown)]
        field(user, "Search").value = "ENTRANCE parking"
        await user.should_see("Answers: 1 of 2", retries=PATIENCE)
        field(user, "Search").value = "nothing like it"
        await user.should_see("No answer has these words.", retries=PATIENCE)
        field(user, "Number").value = "303555"
        await press(user, "Find")
        await until(lambda: "7 to 15 digits" in str(field(user, "Number").error))
        field(user, "Number").value = person.number
        await press(user, "Find")
        await user.should_see(f"Talk with {person.number}", retries=PATIENCE)
        await user.should_see("Completed 20", retries=PATIENCE)
        close(user)
        field(user, "Number").value = person.result_key
        await press(user, "Find")
        await user.should_see(f"Talk with {person.number}", retries=PATIENCE)

    visit(act)


def test_numbers_and_words_are_masked_where_the_operator_wants_it(
    visit: Visit, console: Console, platform: Platform, caller: Caller, survey: str
) -> None:
    person = completed(platform, caller, survey, "4", "my neighbour is loud")
    console.show_numbers = False

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await user.should_see("What people said is masked", retries=PATIENCE)
        await user.should_see(f"+***{person.number[-4:]}", retries=PATIENCE)
        await press(user, "Talk")
        await user.should_see("(masked)", retries=PATIENCE)
        await user.should_not_see("loud")
        await user.should_not_see(person.number)

    visit(act)


def test_words_to_a_question_that_has_choices_by_now_are_masked(
    visit: Visit, console: Console, platform: Platform, caller: Caller, survey: str
) -> None:
    completed(platform, caller, survey, "4", "my neighbour is loud")
    config = MINIMAL_CONFIG.replace(b'"speech"', b'"speech", "choices": ["yes", "no"]')
    upload(platform, survey, config, en_US=MINIMAL_PROMPTS)
    console.show_numbers = False

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await user.should_see("(masked)", retries=PATIENCE)
        await user.should_not_see("loud")

    visit(act)


def test_a_result_that_is_not_in_the_index_is_found_by_its_number(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    person = Respondent(platform, caller, survey=survey)
    put(person, {**OLDER, "questions": [{"answer": HOSTILE}, "odd", {"answer": 3}]})

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}&span=all")
        await user.should_see("No respondent in this time.", retries=PATIENCE)
        field(user, "Number").value = person.number
        await press(user, "Find")
        await user.should_see(f"Talk with {person.number}", retries=PATIENCE)
        await user.should_see("<script>", retries=PATIENCE)
        close(user)
        field(user, "Number").value = new_number()
        await press(user, "Find")
        await until(lambda: field(user, "Number").error == "has no result in this survey")

    visit(act)


@pytest.mark.slow
def test_ten_thousand_results_are_counted_once_and_paged(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    now = int(platform.clock.now() * 1000)
    write(platform, survey, lifelike(2500, now), now)

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}&span=90")
        await user.should_see("2,500", retries=PATIENCE)
        await user.should_see(kind=ui.button, content="Older", retries=PATIENCE)
        await press(user, "Older")
        await user.should_see(kind=ui.button, content="Newer", retries=PATIENCE)
        await press(user, "Newer")
        await user.should_not_see(kind=ui.button, content="Newer", retries=PATIENCE)
        await user.should_see("Read up to 10,000", retries=PATIENCE)
        await press(user, "Read up to 10,000")
        await user.should_not_see("Read up to 10,000", retries=PATIENCE)
        await user.should_see("Answers: ", retries=PATIENCE)

    visit(act)


@pytest.mark.parametrize("twice", ["Older", "Newer"])
def test_two_clicks_turn_one_page(visit: Visit, platform: Platform, survey: str, twice: str) -> None:
    now = int(platform.clock.now() * 1000)
    write(platform, survey, lifelike(35, now), now)

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}&span=90")
        for words in ("Older", "Newer"):
            await user.should_see(kind=ui.button, content=words, retries=PATIENCE)
            found = user.find(kind=ui.button, content=words).click()
            if words == twice:
                found.click()
        await user.should_not_see(kind=ui.button, content="Newer", retries=PATIENCE)
        await user.should_see("The latest first, 10 at a time.", retries=PATIENCE)
        await user.should_not_see("This cannot be shown")

    visit(act)


def test_a_file_has_what_the_command_writes(
    console: Console, platform: Platform, caller: Caller, survey: str
) -> None:
    person = completed(platform, caller, survey, "4", HOSTILE)
    choice = Choice(survey)
    file, number = exporting.export_results(console, choice, "csv")
    assert number == 1
    assert file.read_text(encoding="utf-8").count(person.number[1:]) == 1
    lines, _ = exporting.export_results(console, choice, "jsonl")
    (line,) = lines.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["surveyTo"] == person.number[1:]
    assert file.stat().st_mode & 0o077 == 0
    file.unlink()
    lines.unlink()
    assert exporting.file_name(choice, "csv", console).startswith(f"{survey}-results-20")


def test_a_survey_is_started_with_errors_at_their_fields_and_typed_words_stay(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    number = new_number()

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await press(user, "Start a survey")
        await user.should_see(f"Start survey {survey}", retries=PATIENCE)
        field(user, "Number, such").value = "12"
        field(user, "Fields", ui.textarea).value = "name"
        await press(user, "Start")
        await until(lambda: "name=value" in str(field(user, "Fields", ui.textarea).error))
        field(user, "Fields", ui.textarea).value = "name=Ada"
        await press(user, "Start")
        await until(lambda: field(user, "Number, such").error)
        field(user, "Number, such").value = number
        field(user, "Language").value = "xx"
        await press(user, "Start")
        await until(lambda: "no prompts" in str(field(user, "Language").error))
        await press(user, "Cancel")
        await user.open(f"/surveys?survey={survey}")
        await press(user, "Start a survey")
        await user.should_see(f"Start survey {survey}", retries=PATIENCE)
        assert field(user, "Number, such").value == number
        field(user, "Language").value = ""
        await press(user, "Start")
        await user.should_see("Started: SM", retries=PATIENCE)
        await press(user, "Start a survey")
        await user.should_see("One person is texted or called now", retries=PATIENCE)
        field(user, "Number, such").value = number
        await press(user, "Start")
        await user.should_see("is taking", retries=PATIENCE)

    visit(act)
    sent = [one for one in platform.stand_in.texts.messages.values() if one.to == number]
    assert len(sent) == 1


async def choose(user: User, content: bytes) -> None:
    (chooser,) = user.find(ui.upload).elements
    await chooser.handle_uploads([SmallFileUpload("people.csv", "text/csv", content)])


def test_a_campaign_is_tried_out_sent_paused_resumed_and_canceled(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    numbers = [new_number(), new_number()]
    content = f"number\n{numbers[0]}\n{numbers[1]}\n12\n".encode()

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await press(user, "New campaign")
        await user.should_see("No file is chosen yet.", retries=PATIENCE)
        await press(user, "Try it out")
        await user.should_see("Choose a file first.", retries=PATIENCE)
        await choose(user, content)
        await user.should_see("Chosen: people.csv", retries=PATIENCE)
        field(user, "Hours").value = "20:00"
        await press(user, "Try it out")
        await until(lambda: "part of the day" in str(field(user, "Hours").error))
        field(user, "Hours").value = "00:00-24:00"
        await press(user, "Try it out")
        await user.should_see("To be asked: 2. Left out: 1.", retries=PATIENCE)
        field(user, "People a minute", ui.number).value = 30
        await user.should_not_see("To be asked: 2.", retries=PATIENCE)
        assert caller.key_get(f"/surveys/{survey}/campaigns").json()["items"] == []
        await press(user, "Try it out")
        await press(user, "Send to 2 people")
        await user.should_see("sends to 2 people", retries=PATIENCE)
        await press(user, "Pause")
        await user.should_see("The campaign is paused.", retries=PATIENCE)
        await press(user, "Resume")
        await user.should_see("The campaign is running.", retries=PATIENCE)
        await press(user, "Cancel", "campaign")
        await user.should_see("Cancel this campaign for good?", retries=PATIENCE)
        await press(user, "Keep it")
        await press(user, "Cancel", "campaign")
        await press(user, "Cancel the campaign")
        await user.should_see("The campaign is canceled.", retries=PATIENCE)

    visit(act)
    (made,) = caller.key_get(f"/surveys/{survey}/campaigns").json()["items"]
    assert (made["status"], made["recipients"], made["perMinute"]) == ("canceled", 2, 30)
    s3 = platform.aws.client("s3")
    assert not s3.list_objects_v2(Bucket=platform.bucket, Prefix="campaigns/uploads/").get("Contents")
    file = exporting.export_recipients(survey, made["campaignId"])
    assert [line.split(",")[1] for line in file.read_text().splitlines()[1:]] == numbers
    file.unlink()


def test_a_campaign_that_is_sent_twice_is_one(
    console: Console, platform: Platform, caller: Caller, survey: str
) -> None:
    from console.data.surveys.campaigns import CampaignDraft

    draft = CampaignDraft(survey, "people.csv", f"number\n{new_number()}\n".encode())
    draft.try_out(console)
    first, second = draft.send(console), draft.send(console)
    assert first["campaignId"] == second["campaignId"]
    assert len(caller.key_get(f"/surveys/{survey}/campaigns").json()["items"]) == 1


def test_an_answer_that_gets_lost_lets_the_same_campaign_be_sent_again(
    visit: Visit, caller: Caller, survey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []
    create = CampaignClient.create

    def create_and_lose(client: CampaignClient, request: Any, key: str = "") -> Any:
        made = create(client, request, key)
        if made["campaignId"] and not lost:
            lost.append(made["campaignId"])
            raise RouteRefusal("the stack does not answer")
        return made

    monkeypatch.setattr(CampaignClient, "create", create_and_lose)

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await press(user, "New campaign")
        await user.should_see("No file is chosen yet.", retries=PATIENCE)
        await choose(user, f"number\n{new_number()}\n".encode())
        await press(user, "Try it out")
        await press(user, "Send to 1 person")
        await user.should_see("the stack does not answer", retries=PATIENCE)
        await press(user, "Send to 1 person")
        await user.should_see(f"Campaign {lost[0]} sends to 1 person.", retries=PATIENCE)

    visit(act)
    assert len(caller.key_get(f"/surveys/{survey}/campaigns").json()["items"]) == 1


def test_counts_follow_each_result_and_agree_with_the_route(
    console: Console, platform: Platform, caller: Caller, survey: str
) -> None:
    choice = Choice(survey)
    for number in (1, 2):
        completed(platform, caller, survey, "4", "fine")
        assert eventually(
            lambda number=number: load_overview(console, choice).summary.status["COMPLETED"] == number
        )
    found = load_overview(console, choice).summary
    route = caller.key_get(f"/surveys/{survey}/summary").json()
    document = found.to_document(("questionServiceRate", "questionComment"))
    assert {**document, "questions": 0} == {name: route[name] for name in document} | {"questions": 0}
    assert found.languages["en-US"]["COMPLETED"] == found.media["sms"]["COMPLETED"] == 2


def test_what_aws_refuses_is_said_in_its_section_and_the_others_go_on(
    visit: Visit, console: Console, platform: Platform, survey: str
) -> None:
    from botocore.exceptions import ClientError

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not yours"}}, "Query")

    aws.boto3_client("dynamodb").meta.events.register("before-call.dynamodb.Query", refuse)

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}")
        await user.should_see("AWS refuses", retries=PATIENCE)
        await user.should_see("This survey has no campaigns.", retries=PATIENCE)

    visit(act)


def test_another_survey_and_days_are_chosen_on_the_page(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    completed(platform, caller, survey, "4", "fine")

    async def act(user: User) -> None:
        await user.open("/surveys?survey=nothing-here&span=7")
        await user.should_see("There is no survey nothing-here", retries=PATIENCE)
        chooser = field(user, "Survey", ui.select)
        await until(lambda: survey in chooser.options)
        chooser.value = survey
        assert [
            one.props["href"] for one in user.find(ui.link).elements if "/files?" in one.props["href"]
        ] == [f"/surveys/files?survey={survey}"]
        await user.should_see("completed, 100%", retries=PATIENCE)
        span = field(user, "Started", ui.select)
        span.value = "between"
        field(user, "From").value = "2026-03-02"
        field(user, "To").value = "2026-03-01"
        await until(lambda: field(user, "To").error == "must not be before From")
        await user.should_see("completed, 100%")
        field(user, "To").value = "2026-03-03"
        await user.should_see("No session started in this time.", retries=PATIENCE)

    visit(act)


@pytest.mark.slow
def test_a_session_that_expires_is_told_apart_from_one_that_was_left(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    person = Respondent(platform, caller, survey=survey)
    for body in ("hi", "go"):
        person.texts(body)
    person.result("STARTED")
    person.waited_too_long()
    caller.local("POST", "/clock", {"advanceSeconds": 90_000})
    caller.local("POST", "/schedules/SurveyExpireSessions")
    assert eventually(lambda: (person.result_now() or {})["surveyStatus"] == "EXPIRED")
    assert platform.wait_until_idle(60)

    async def act(user: User) -> None:
        await user.open(f"/surveys?survey={survey}&span=7")
        await user.should_see("expired, 100%", retries=PATIENCE)
        await user.should_see("dropped, 0%", retries=PATIENCE)

    visit(act)


def test_an_export_says_that_the_platform_does_not_answer(
    visit: Visit, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> int:
        raise ConnectionRefusedError("refused")

    async def act(user: User) -> None:
        await user.open("/sip-routes")
        with user.client:
            section = ResultsSection(console, Choice())
        monkeypatch.setattr(console.stack, "now", gone)
        await section._export("csv")
        assert any("The platform does not answer" in message for message in user.notify.messages)

    visit(act)
