"""The requests that start a message: which are taken, and what each wrong field is told."""

from typing import Any

import pytest

from outbound_message.requests.initiate import InitiateSms, InitiateSmsTask
from switchboard.errors import BadRequest
from switchboard.inputs.model import read

SENDER, CUSTOMER = "+12025550102", "+14045550142"
TEMPLATE = "HX" + "1" * 32
FIELDS = {"fromNumber": SENDER, "toNumber": CUSTOMER, "toName": " Ada "}


def refused_fields(model: type[InitiateSms | InitiateSmsTask], fields: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(BadRequest) as caught:
        read(model, fields)
    return {error["field"]: error["message"] for error in caught.value.errors}


@pytest.mark.parametrize("absent", [{}, {"messageBody": " ", "toName": None, "contentSid": ""}])
def test_every_missing_field_is_named_at_once(absent: dict[str, Any]) -> None:
    names = ("fromNumber", "toNumber", "toName")
    assert refused_fields(InitiateSmsTask, absent) == dict.fromkeys(names, "is missing")
    assert refused_fields(InitiateSms, absent) == dict.fromkeys((*names, "messageBody"), "is missing")


def test_a_template_that_is_no_sid_is_the_only_thing_wrong_with_the_content() -> None:
    assert list(refused_fields(InitiateSms, {**FIELDS, "contentSid": "HX1"})) == ["contentSid"]


def test_a_template_replaces_free_text_and_its_variables_may_be_an_object_or_its_text() -> None:
    fields = {**FIELDS, "messageBody": "Hello", "contentSid": TEMPLATE}
    for variables in ({"1": "Zoë"}, '{ "1": "Zoë" }'):
        message = read(InitiateSms, {**fields, "contentVariables": variables}).to_message()
        assert (message.body, message.content_sid) == (None, TEMPLATE)
        assert message.content_variables == '{"1":"Zoë"}'


def test_free_text_keeps_the_blanks_around_it_and_a_name_does_not() -> None:
    message = read(InitiateSms, {**FIELDS, "messageBody": " Hello\n"}).to_message()
    assert (message.body, message.to_name, message.has_content) == (" Hello\n", "Ada", True)
    assert not read(InitiateSmsTask, FIELDS).to_message().has_content


@pytest.mark.parametrize("one_of_them", ["fromNumber", "toNumber"])
def test_whatsapp_before_one_number_counts_for_both(one_of_them: str) -> None:
    fields = {**FIELDS, one_of_them: f"whatsapp:{FIELDS[one_of_them]}", "messageBody": "Hello"}
    message = read(InitiateSms, fields).to_message()
    assert (message.from_number, message.to_number) == (f"whatsapp:{SENDER}", f"whatsapp:{CUSTOMER}")
    assert (message.channel_type, message.needs_open_window) == ("whatsapp", True)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"toNumber": SENDER}, "toNumber"),
        ({"toNumber": f"whatsapp:{SENDER}"}, "toNumber"),
        ({"contentVariables": "{}"}, "contentVariables"),
    ],
)
def test_a_field_that_does_not_fit_another_is_named(more: dict[str, str], field: str) -> None:
    assert list(refused_fields(InitiateSmsTask, {**FIELDS, **more})) == [field]


def test_a_task_has_the_attributes_that_were_given_and_no_others() -> None:
    worker = "WK" + "b" * 32
    message = read(InitiateSmsTask, {**FIELDS, "targetWorkerSid": worker}).to_message()
    assert message.task_attributes() == {
        "to": CUSTOMER,
        "from": SENDER,
        "direction": "outbound",
        "name": "Ada",
        "customerName": "Ada",
        "customerAddress": CUSTOMER,
        "channelType": "sms",
        "targetWorkerSid": worker,
    }


@pytest.mark.parametrize("sender", ["12345", "567", "123456", " 12025550102", "whatsapp:+12025550102"])
def test_a_sender_that_customers_can_reply_to_is_taken(sender: str) -> None:
    message = read(InitiateSmsTask, {**FIELDS, "fromNumber": sender}).to_message()
    assert message.from_number == sender.replace(" ", "+")


@pytest.mark.parametrize("sender", ["MG" + "1" * 32, "MG" + "aF" * 16])
def test_a_messaging_service_is_told_that_a_conversation_needs_one_of_its_numbers(sender: str) -> None:
    problem = refused_fields(InitiateSms, {**FIELDS, "fromNumber": sender, "messageBody": "Hello"})
    assert "not a Messaging Service" in problem["fromNumber"]
    assert "number of the service's pool" in problem["fromNumber"]


@pytest.mark.parametrize("sender", ["Acme", "ACME Ltd", "A1", "My-Shop", "24 Hours"])
def test_an_alphanumeric_sender_is_told_that_it_takes_no_replies(sender: str) -> None:
    problem = refused_fields(InitiateSms, {**FIELDS, "fromNumber": sender, "messageBody": "Hello"})
    assert "alphanumeric sender ID takes no replies" in problem["fromNumber"]


@pytest.mark.parametrize(
    "sender",
    [
        "12",
        "12025550102",
        "+123",
        "+",
        "whatsapp:12345",
        "MG1",
        "x" * 12,
        "acme.example",
        "\u0661\u0662\u0663\u0664\u0665",
    ],
)
def test_any_other_sender_is_told_what_is_taken(sender: str) -> None:
    problem = refused_fields(InitiateSms, {**FIELDS, "fromNumber": sender, "messageBody": "Hello"})
    assert "fromNumber" in problem


def test_a_short_code_is_no_sender_on_whatsapp() -> None:
    fields = {**FIELDS, "fromNumber": "12345", "toNumber": f"whatsapp:{CUSTOMER}"}
    assert "WhatsApp sender" in refused_fields(InitiateSmsTask, fields)["fromNumber"]


def test_a_short_code_is_no_recipient() -> None:
    assert list(refused_fields(InitiateSmsTask, {**FIELDS, "toNumber": "12345"})) == ["toNumber"]
