"""``switchboard dead-letters``: what fails for good is listed with its reason, resent, and gone."""

import dataclasses
import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.platform import Platform
from tests.command import Done, switchboard
from tests.integration.survey.talk import Respondent
from tests.support import Caller, eventually
from tools.dead_letters import queues as letter_queues
from tools.stack.opening import open_local

CONVERSATION = "CH" + 32 * "d"


class Letters:
    """The command, at the running platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.port = urlsplit(platform.base_url).port

    def __call__(self, *words: str) -> Done:
        return switchboard("dead-letters", *words, "--local", "--port", self.port)

    def all(self, *words: str) -> list[dict[str, Any]]:
        done = self("list", "--json", *words)
        assert done.code == 0, done.err
        found: list[dict[str, Any]] = json.loads(done.out)
        return found

    def send(self, queue: str, body: Any, **attributes: str) -> str:
        """Put a letter into a dead-letter queue, as AWS would; return its ID."""
        client = self.platform.aws.client("sqs")
        url = client.get_queue_url(QueueName=self.platform.resource_name(queue))["QueueUrl"]
        text = body if isinstance(body, str) else json.dumps(body)
        named = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        sent: str = client.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=named)["MessageId"]
        return sent


@pytest.fixture
def letters(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Letters:
    monkeypatch.setattr(letter_queues, "LOOK_SECONDS", 0)  # there is one server here
    return Letters(platform)


@pytest.fixture
def unwritten(platform: Platform, caller: Caller) -> Respondent:
    """A person whose survey has started, and whose result could not be written: S3 refused it."""
    person = Respondent(platform, caller)
    caller.local("POST", "/aws/faults", {"match": "s3.PutObject", "status": 403, "times": 3})
    person.texts("hello")
    assert platform.wait_until_idle(60)
    assert person.result_now() is None
    caller.local("DELETE", "/aws/faults")
    return person


def test_a_failed_invocation_is_listed_resent_and_gone(letters: Letters, unwritten: Respondent) -> None:
    (found,) = letters.all()
    assert (found["queue"], found["kind"], found["what"]) == (
        "DeadLetters",
        "invocation",
        "SurveyWriteResult",
    )
    assert (found["event"], found["tries"]) == ("survey.started", 3)
    assert "AccessDenied" in found["why"]
    assert letters("resend", found["id"][:8]).out == f"{found['id'][:8]} to SurveyWriteResult\n"
    assert unwritten.result("STARTED")
    assert letters("list").out == "No dead letters.\n"


def test_looking_at_letters_takes_them_from_nobody(letters: Letters, unwritten: Respondent) -> None:
    (found,) = letters.all()
    assert letters("show", found["id"]).code == 0
    assert [one["id"] for one in letters.all()] == [found["id"]]


def test_letters_that_have_waited_for_14_hours_are_listed_again_and_again(
    letters: Letters, unwritten: Respondent
) -> None:
    letters.platform.advance(50_000)
    assert [len(letters.all()) for _ in range(3)] == [1, 1, 1]
    assert letters("resend", "--all").code == 0
    assert unwritten.result("STARTED")


def test_a_letter_that_cannot_be_put_back_hides_no_other(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {letters.send("DeadLetters", "{}") for _ in range(3)}
    receive = letter_queues.DeadLetterQueues.receive

    def receive_one_with_a_broken_handle(*arguments: Any) -> Any:
        first, *others = receive(*arguments)
        return [dataclasses.replace(first, handle="broken"), *others]

    with monkeypatch.context() as patched:
        patched.setattr(letter_queues.DeadLetterQueues, "receive", receive_one_with_a_broken_handle)
        done = letters("list", "--json")
    assert (done.code, {found["id"] for found in json.loads(done.out)}) == (0, sent)
    assert re.fullmatch(r"\w{8} stays hidden for 120 seconds: .*ReceiptHandleIsInvalid.*\n", done.err)
    assert len(letters.all()) == 2


def test_letters_that_another_command_holds_are_not_called_none(letters: Letters) -> None:
    letters.send("DeadLetters", "{}")
    assert letters.port
    queues = letter_queues.DeadLetterQueues(open_local(letters.port), pytest.fail)
    assert len(list(queues.receive(10))) == 1
    held = "No dead letters but about 1 that a command holds: look again in 120 seconds.\n"
    assert letters("list").out == held
    assert letters("resend", "--all").out == held


def test_numbers_are_masked_unless_they_are_asked_for(letters: Letters, unwritten: Respondent) -> None:
    (found,) = letters.all()
    masked, plain = letters("show", found["id"]).out, letters("show", found["id"], "--show-numbers").out
    assert unwritten.number not in masked
    assert unwritten.number in plain
    assert json.loads(plain)["payload"]["detail-type"] == "survey.started"


def test_a_resend_that_is_killed_before_it_deletes_is_done_again_without_harm(
    letters: Letters, unwritten: Respondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(letter_queues.DeadLetterQueues, "delete", die)
        assert letters("resend", "--all").code != 0
    first = unwritten.result("STARTED")
    assert letters.all() == []  # It is hidden for a while, and then comes back.
    letters.platform.advance(letter_queues.HELD_SECONDS + 1)
    assert len(letters.all()) == 1
    assert letters("resend", "--all").code == 0
    assert letters.platform.wait_until_idle(30)
    assert letters.all() == []
    assert unwritten.result_now() == first


def test_a_letter_that_cannot_be_resent_stays(letters: Letters, unwritten: Respondent) -> None:
    gone = "arn:aws:lambda:us-east-1:000000000000:function:deleted"
    record = {"requestContext": {"functionArn": gone}, "requestPayload": {}, "responsePayload": {}}
    letter = letters.send("DeadLetters", record)
    done = letters("resend", "--all")
    assert done.code == 1
    assert done.err.splitlines()[-1] == "1 of the letters stays where it is."
    assert [found["id"] for found in letters.all()] == [letter]
    assert unwritten.result("STARTED")


@pytest.mark.slow
def test_a_message_that_a_queue_gave_up_goes_back_to_that_queue(letters: Letters, caller: Caller) -> None:
    letters.send("IvrQueue", {"detail-type": "call.ended", "source": "switchboard.ivr_path", "detail": {}})
    (found,) = eventually(letters.all, 60)
    assert (found["kind"], found["what"], found["tries"] >= 5) == ("queue", "IvrQueue", True)
    before = len(caller.invocations("IvrPathRecordPath"))
    assert letters("resend", found["id"]).out.endswith(" to IvrQueue\n")
    assert eventually(lambda: len(caller.invocations("IvrPathRecordPath")) > before)


@pytest.mark.parametrize("is_whole", [False, True], ids=["what the rule made of it", "the event itself"])
def test_an_event_that_an_endpoint_refused_is_posted_again(
    letters: Letters, caller: Caller, is_whole: bool
) -> None:
    detail = {"callSid": "CA" + 32 * "e", "status": "recorded"}
    entry = {"Source": "switchboard.ivr_path", "DetailType": "call.recorded", "Detail": json.dumps(detail)}
    bus = letters.platform.resource_name("Bus")
    if is_whole:
        names = letters.platform.application.template.names
        event = {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail}
        rule = names.arn("events", f"rule/{bus}/{letters.platform.resource_name('IvrForwardRule')}")
        target = names.arn("events", "api-destination/gone")
        letters.send("DeadLetters", event, RULE_ARN=rule, TARGET_ARN=target, ERROR_CODE="NO_PERMISSIONS")
    else:
        caller.local("POST", "/operator/faults", {"status": 400})
        letters.platform.aws.client("events").put_events(Entries=[{"EventBusName": bus, **entry}])
        assert letters.platform.wait_until_idle(30)
    (found,) = letters.all()
    assert found["kind"] == "rule"
    assert found["why"] == ("NO_PERMISSIONS" if is_whole else "SDK_CLIENT_ERROR: HTTP status 400")
    assert letters("resend", "--all").out.endswith(" to Bus (call.recorded)\n")
    (posted,) = eventually(lambda: caller.local("GET", "/operator"))
    assert {name: posted["body"][name] for name in detail} == detail
    assert letters.all() == []


def test_a_run_that_its_schedule_gave_up_is_run(letters: Letters, caller: Caller) -> None:
    function = letters.platform.application.functions["SurveyExpireSessions"]
    event = {"id": "1", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}"}
    event |= {"time": "2026-03-01T09:00:00Z"}
    schedule = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/x"
    given = {"TARGET_ARN": function.arn, "ERROR_CODE": "AWS.Lambda.TooManyRequestsException"}
    letters.send("DeadLetters", event, SCHEDULE_ARN=schedule, **given)
    (found,) = letters.all()
    assert (found["kind"], found["what"]) == ("schedule", "SurveyExpireSessions")
    assert letters("resend", "--what", "SurveyExpireSessions", "--all").code == 0
    ran = eventually(lambda: caller.invocations("SurveyExpireSessions"))
    assert [(one["trigger"], one["outcome"]) for one in ran] == [("operator", "success")]


def channel(platform: Platform) -> dict[str, Any]:
    table = platform.resource_name("Channels")
    key = {"conversationSid": {"S": CONVERSATION}}
    item: dict[str, Any] = platform.aws.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
    return item


@pytest.mark.parametrize("is_followed_again", [False, True])
def test_a_channel_that_was_given_up_is_due_again_unless_an_event_has_come(
    letters: Letters, platform: Platform, is_followed_again: bool
) -> None:
    row: dict[str, Any] = {"conversationSid": {"S": CONVERSATION}, "stamp": {"S": "2026-03-01"}}
    if not is_followed_again:
        row["failedAt"] = {"N": "1"}
    platform.aws.client("dynamodb").put_item(TableName=platform.resource_name("Channels"), Item=row)
    letter = {
        "conversationSid": CONVERSATION,
        "attempts": 5,
        "error": "Refused",
        "code": 20001,
        "status": 400,
    }
    letters.send("ChannelDeadLetters", letter)
    (found,) = letters.all("--queue", "ChannelDeadLetters")
    assert (found["what"], found["why"], found["tries"]) == (CONVERSATION, "Refused (20001, 400)", 5)
    assert letters("resend", "--all", "--queue", "ChannelDeadLetters").code == 0
    after = channel(platform)
    assert ("failedAt" in after) is False
    assert (after.get("dueShard") == {"S": "due"}) is not is_followed_again
    assert letters.all() == []


def test_letters_are_dropped_only_after_a_yes(letters: Letters) -> None:
    letter = letters.send("DeadLetters", "not JSON")
    (found,) = letters.all()
    assert (found["kind"], found["why"]) == ("unknown", "the envelope is not known")
    refused = letters("drop", letter)
    assert refused.code == 1
    assert len(letters.all()) == 1
    assert letters("drop", letter, "--yes").out == "1 letter is deleted.\n"
    assert letters.all() == []


def test_wrong_words_are_refused_in_one_line(letters: Letters) -> None:
    one, two = letters.send("DeadLetters", "{}"), letters.send("DeadLetters", "{}")
    assert letters("resend").err == "name letters by their IDs, or pass --all\n"
    assert letters("resend", "nothing").err == "nothing names no letter\n"
    assert letters("drop", "", "--yes").err == " names 2 letters: write more of its ID\n"
    assert {found["id"] for found in letters.all()} == {one, two}
    assert letters("resend", one).code == 1


def test_a_platform_that_does_not_answer_is_named() -> None:
    done = switchboard("dead-letters", "list", "--local", "--port", "1")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert done.err.startswith("http://127.0.0.1:1 does not answer")
