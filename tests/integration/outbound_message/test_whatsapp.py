"""WhatsApp: the same routes, by the address; a template where the customer has not written for a day."""

from collections.abc import Callable

import pytest

from tests.integration.outbound_message.customers import SMS, TASK, Customer

TEMPLATE = "HX" + "7" * 32
PassTime = Callable[[float], None]


@pytest.mark.parametrize(("route", "field"), [(SMS, "messageBody"), (TASK, "initialNotificationMessage")])
def test_free_text_outside_whatsapps_window_is_refused_and_leaves_nothing_behind(
    on_whatsapp: Customer, route: str, field: str
) -> None:
    answer = on_whatsapp.post(route, **{field: "Hello"})
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == field
    assert "63016" in answer.json()["message"]
    assert on_whatsapp.conversations() == []


def test_a_template_is_sent_at_any_time(on_whatsapp: Customer) -> None:
    answer = on_whatsapp.get_message("", contentSid=TEMPLATE, contentVariables={"1": "Ada"})
    sent = on_whatsapp.requests()[-1][2]
    assert sent["ContentSid"] == TEMPLATE
    assert sent["ContentVariables"] == '{"1":"Ada"}'
    assert "Body" not in sent
    assert answer["messageSid"]


def test_free_text_is_sent_within_a_day_of_the_customers_message(
    on_whatsapp: Customer, pass_time: PassTime
) -> None:
    on_whatsapp.get_message("", contentSid=TEMPLATE)
    on_whatsapp.writes("Yes please")
    pass_time(80_000)
    on_whatsapp.get_message("Here you are")
    assert on_whatsapp.inbox()[-1] == "Here you are"
    pass_time(10_000)
    assert on_whatsapp.post(SMS, messageBody="And more").status == 400
    assert len(on_whatsapp.conversations()) == 1


def test_a_message_before_the_conversation_opens_whatsapps_window(on_whatsapp: Customer) -> None:
    on_whatsapp.writes("Hello, anybody there?")
    for sid in on_whatsapp.conversations():
        on_whatsapp.twilio("POST", f"conversations.twilio.com/v1/Conversations/{sid}", State="closed")
    assert on_whatsapp.get_message("We are")["conversation"]["isNew"]


def test_a_whatsapp_task_names_its_channel(on_whatsapp: Customer) -> None:
    on_whatsapp.get_task()
    params = on_whatsapp.requests()[-1][2]
    assert params["Channel"]["type"] == "whatsapp"
    attributes = params["Routing"]["properties"]["attributes"]
    assert (attributes["channelType"], attributes["customerAddress"]) == ("whatsapp", on_whatsapp.number)


def test_the_whatsapp_prefix_on_one_address_is_enough(on_whatsapp: Customer) -> None:
    on_whatsapp.sender = on_whatsapp.sender.removeprefix("whatsapp:")
    on_whatsapp.get_task()
    assert on_whatsapp.requests()[1][2]["MessagingBinding.ProxyAddress"] == f"whatsapp:{on_whatsapp.sender}"
