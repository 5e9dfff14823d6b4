"""The page Health: what failed, why, and what a person does about it."""

import json
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from console.context import Console
from console.data import open_work
from console.section import Section
from local.platform import Platform
from tests.integration.console.conftest import Visit
from tests.integration.survey.talk import Respondent
from tests.support import Caller
from tools.open_work.items import OpenItem
from tools.open_work.items import Section as OpenSection
from tools.stack.stack import StackError

PATIENCE = 1000
"""Tries of 0.1 s: what a section shows is looked up in a thread."""

HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}` " + "A" * 1600


def send_letter(platform: Platform, body: Any, queue: str = "DeadLetters") -> None:
    client = platform.aws.client("sqs")
    url = client.get_queue_url(QueueName=platform.resource_name(queue))["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body))


def failed(function: str, message: str = "no access") -> dict[str, Any]:
    """Return what Lambda puts into a dead-letter queue."""
    return {
        "requestContext": {
            "functionArn": function,
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"detail-type": "survey.started", "detail": {"to": "+12025550147"}},
        "responsePayload": {"errorType": "AccessDenied", "errorMessage": message},
    }


def unwritten(caller: Caller, platform: Platform) -> Respondent:
    """Start a survey whose result cannot be written: S3 refuses it, and the event becomes a dead letter."""
    person = Respondent(platform, caller)
    caller.local("POST", "/aws/faults", {"match": "s3.PutObject", "status": 403, "times": 3})
    person.texts("hello")
    assert platform.wait_until_idle(60)
    caller.local("DELETE", "/aws/faults")
    return person


def test_a_quiet_stack_says_that_all_is_well(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("No dead letters: everything was processed.", retries=PATIENCE)
        await user.should_see("checks found nothing wrong", retries=PATIENCE)
        await user.should_see("switchboard.toml, so what should be set up is compared with nothing")

    visit(act)


def test_functions_are_shown_with_their_failures(visit: Visit, caller: Caller, platform: Platform) -> None:
    unwritten(caller, platform)

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("SurveyWriteResult", retries=PATIENCE)
        await user.should_see("ProcessingFailed: ServiceError: AccessDenied (403)")
        charts = user.find(ui.echart).elements
        assert [chart.options["useUTC"] for chart in charts] == [True, True]  # as the table below them

    visit(act)


def test_a_dead_letter_is_read_resent_and_gone(visit: Visit, caller: Caller, platform: Platform) -> None:
    person = unwritten(caller, platform)

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("survey.started", retries=PATIENCE)
        user.find("Content").click()
        await user.should_see('"kind": "invocation"')
        user.find("Close").click()
        user.find("Resend all").click()
        await user.should_see("Resent to SurveyWriteResult", retries=PATIENCE)
        await user.should_see("No dead letters: everything was processed.", retries=PATIENCE)

    visit(act)
    assert person.result("STARTED")


def test_a_letter_that_cannot_be_resent_stays_and_says_why(visit: Visit, platform: Platform) -> None:
    send_letter(platform, failed("arn:aws:lambda:us-east-1:000000000000:function:deleted"))

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("deleted", retries=PATIENCE)
        user.find("Resend all").click()
        await user.should_see("was not resent", retries=PATIENCE)
        await user.should_see("deleted", retries=PATIENCE)

    visit(act)


def test_a_letter_is_dropped_only_after_a_question(visit: Visit, platform: Platform) -> None:
    send_letter(platform, failed("SurveyWriteResult"))

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("Drop", retries=PATIENCE)
        user.find("Drop").click()
        await user.should_see("for good?")
        user.find("Keep").click()
        await user.should_see("Drop")
        user.find("Drop").click()
        await user.should_see("for good?")
        user.find(kind=ui.button, content="Delete").click()
        await user.should_see("No dead letters: everything was processed.", retries=PATIENCE)

    visit(act)


def test_a_letter_that_another_operator_took_is_said_to_be_gone(visit: Visit, platform: Platform) -> None:
    send_letter(platform, failed("SurveyWriteResult"))

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("Resend all", retries=PATIENCE)
        backend = platform.aws.backend("sqs")
        for name, queue in backend.queues.items():
            queue.last_purged_at = None
            backend.purge_queue(name)
        user.find("Resend all").click()
        await user.should_see("It is gone: another has resent or dropped it.", retries=PATIENCE)
        await user.should_see("No dead letters", retries=PATIENCE)

    visit(act)


def test_hostile_letters_are_texts_and_fill_several_pages(visit: Visit, platform: Platform) -> None:
    for number in range(12):
        send_letter(platform, failed(f"{number} {HOSTILE}", HOSTILE))
    send_letter(platform, HOSTILE)

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("<script>alert(1)</script>", retries=PATIENCE)
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.html | ui.markdown)]
        (pages,) = user.find(ui.pagination).elements
        pages.value = 2
        await user.should_see("the envelope is not known", retries=PATIENCE)

    visit(act)


def test_numbers_and_texts_are_masked_where_the_operator_wants_it(
    visit: Visit, console: Console, platform: Platform
) -> None:
    send_letter(platform, failed("SurveyWriteResult", "cannot text +12025550147"))

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("cannot text +12025550147", retries=PATIENCE)
        console.show_numbers = False
        await user.open("/health")
        await user.should_see("cannot text +***0147", retries=PATIENCE)
        user.find("Content").click()
        await user.should_see('"payload"')
        await user.should_not_see("+12025550147")

    visit(act)


def test_identities_are_masked_as_numbers_are(
    visit: Visit, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [OpenSection("callbacks", 1, [OpenItem("WT1", "client:ann.smith", "waiting", 0)])]
    monkeypatch.setattr(open_work, "load_sections", lambda _console: found)
    console.show_numbers = False

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("client:***", retries=PATIENCE)
        await user.should_not_see("ann.smith")

    visit(act)


def test_what_aws_refuses_is_said_in_its_section_and_the_others_go_on(visit: Visit, console: Console) -> None:
    class Refusing:
        """Stands for SQS where a policy forbids it."""

        def __getattr__(self, operation: str) -> Any:
            from botocore.exceptions import ClientError

            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "sqs is not yours"}}, operation)

    console.stack._clients["sqs"] = Refusing()

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("sqs is not yours", retries=PATIENCE)
        await user.should_see("Surveys under way", retries=PATIENCE)
        await user.should_see("checks found nothing wrong", retries=PATIENCE)

    visit(act)


def test_a_broken_settings_file_is_named_with_its_field(visit: Visit, console: Console) -> None:
    console.settings_file.write_text("numbers = 3\n", encoding="utf-8")

    async def act(user: User) -> None:
        await user.open("/health")
        await user.should_see("numbers", retries=PATIENCE)

    visit(act)


def test_a_refusal_is_drawn_once_as_long_as_it_is_the_same(visit: Visit, console: Console) -> None:
    """A screen reader reads each one that is drawn."""
    reason = ["sqs is not yours"]

    def load() -> str:
        if reason:
            raise StackError(reason[0])
        return "all is well"

    async def act(user: User) -> None:
        await user.open("/health")
        with user.client:
            section = Section(console, "Letters", "letters", load, ui.label, seconds=0)
        await user.should_see("sqs is not yours", retries=PATIENCE)
        first = user.find("sqs is not yours").elements
        await section.show(anew=False)
        assert user.find("sqs is not yours").elements == first
        reason[0] = "sqs is late"
        await section.show(anew=False)
        await user.should_see("sqs is late")
        reason.clear()
        await section.show(anew=False)
        await user.should_see("all is well")
        await user.should_not_see("sqs is late")

    visit(act)
