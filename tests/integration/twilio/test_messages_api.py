"""Messages through the REST API: what Twilio accepts, and the codes of what it refuses."""

import pytest

from tests.integration.twilio.app import NUMBER, PERSON, World

SERVICE = {"MessagingServiceSid": ""}
CALLBACK = "https://switchboard.test/delivery"


def service_sid(world: World) -> str:
    return next(iter(world.stand_in.account.numbers.services))


def inbox(world: World, phone: str = PERSON) -> list[str]:
    return [one["body"] for one in world.phone("GET", "/texts", query=f"phone=%2B{phone[1:]}")]


def test_a_message_reaches_the_phone(world: World) -> None:
    status, message = world.api("POST", "Messages.json", {"To": PERSON, "From": NUMBER, "Body": "Hello"})
    assert status == 201
    assert (message["status"], message["direction"], message["from"]) == ("queued", "outbound-api", NUMBER)
    assert message["date_sent"] is None
    assert inbox(world) == ["Hello"]
    _, later = world.api("GET", f"Messages/{message['sid']}.json")
    assert later["status"] == "delivered"


def test_a_messaging_service_selects_the_senders_number(world: World) -> None:
    form = {"To": PERSON, "MessagingServiceSid": service_sid(world), "Body": "Hello"}
    status, message = world.api("POST", "Messages.json", form)
    assert (status, message["status"], message["from"]) == (201, "accepted", None)
    _, later = world.api("GET", f"Messages/{message['sid']}.json")
    assert later["from"] == NUMBER


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"To": None}, 400, 21604),
        ({"To": ""}, 400, 21604),
        ({"From": None}, 400, 21603),
        ({"Body": None}, 400, 21602),
        ({"Body": ""}, 400, 21602),
        ({"To": "2025550142"}, 400, 21211),
        ({"To": "+0123"}, 400, 21211),
        ({"From": "12025550100"}, 400, 21212),
        ({"From": "+12025550199"}, 400, 21659),
        ({"To": NUMBER}, 400, 21266),
        ({"Body": "x" * 1601}, 400, 21617),
        ({"Body": "😀" * 801}, 400, 21617),
        ({"StatusCallback": "/relative"}, 400, 21609),
        ({"StatusCallback": "https://under_score.test/x"}, 400, 21609),
        ({"MediaUrl": "not a url"}, 400, 21620),
        ({"From": None, "MessagingServiceSid": "MG" + "0" * 32}, 404, 21701),
        ({"From": None, "MessagingServiceSid": "nonsense"}, 400, 21705),
        ({"From": "+12025550199", "MessagingServiceSid": "own"}, 400, 21711),
    ],
)
def test_an_invalid_request_is_refused_with_twilios_error_code(
    world: World, changes: dict, status: int, code: int
) -> None:
    form = {"To": PERSON, "From": NUMBER, "Body": "Hello"} | changes
    form = {name: value for name, value in form.items() if value is not None}
    if form.get("MessagingServiceSid") == "own":
        form["MessagingServiceSid"] = service_sid(world)
    answered, error = world.api("POST", "Messages.json", form)
    assert (answered, error["code"], error["status"]) == (status, code, status)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert inbox(world) == []


def test_parameters_in_a_json_body_are_ignored(world: World) -> None:
    status, error = world.api("POST", "Messages.json", body={"To": PERSON, "From": NUMBER, "Body": "Hello"})
    assert (status, error["code"]) == (400, 21604)


def test_a_message_to_an_opted_out_number_is_refused(world: World) -> None:
    world.serve(sms="<Response/>")
    world.text("Stop")
    form = {"To": PERSON, "From": NUMBER, "Body": "Hello"}
    status, error = world.api("POST", "Messages.json", form)
    assert (status, error["code"]) == (400, 21610)
    world.text("start")
    assert world.api("POST", "Messages.json", form)[0] == 201


def test_the_status_of_a_message_is_reported_in_order(world: World) -> None:
    world.twiml("/delivery", "")
    form = {"To": PERSON, "From": NUMBER, "Body": "Hello", "StatusCallback": CALLBACK}
    _, message = world.api("POST", "Messages.json", form)
    assert world.stand_in.account.tasks.wait(10)
    requests = world.app.asked("/delivery")
    assert [request.params["MessageStatus"] for request in requests] == ["sent", "delivered"]
    assert all(request.signed and request.params["MessageSid"] == message["sid"] for request in requests)


def test_an_undelivered_message_is_reported_with_its_error(world: World) -> None:
    world.twiml("/delivery", "")
    world.phone("PUT", f"/phones/{PERSON}", {"texts": "undelivered", "errorCode": 30006})
    form = {"To": PERSON, "From": NUMBER, "Body": "Hello", "StatusCallback": CALLBACK}
    _, message = world.api("POST", "Messages.json", form)
    assert world.stand_in.account.tasks.wait(10)
    last = world.app.asked("/delivery")[-1].params
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30006")
    _, later = world.api("GET", f"Messages/{message['sid']}.json")
    assert (later["status"], later["error_code"]) == ("undelivered", 30006)


def test_lists_are_paged_newest_first(world: World) -> None:
    for index in range(5):
        world.api("POST", "Messages.json", {"To": PERSON, "From": NUMBER, "Body": str(index)})
    _, first = world.api("GET", "Messages.json", query="PageSize=2")
    assert [one["body"] for one in first["messages"]] == ["4", "3"]
    path, _, query = first["next_page_uri"].partition("?")
    _, second = world.api("GET", path, query=query)
    assert [one["body"] for one in second["messages"]] == ["2", "1"]
    assert second["previous_page_uri"]
    _, none = world.api("GET", "Messages.json", query="To=%2B12025550999")
    assert none["messages"] == []


def test_a_message_can_be_redacted_and_deleted(world: World) -> None:
    _, message = world.api("POST", "Messages.json", {"To": PERSON, "From": NUMBER, "Body": "secret"})
    path = f"Messages/{message['sid']}.json"
    assert world.api("POST", path, {"Body": "changed"})[0] == 400
    assert world.api("POST", path, {"Body": ""})[1]["body"] == ""
    assert world.api("DELETE", path)[0] == 204
    assert world.api("GET", path)[1]["code"] == 20404


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("x" * 160, "1"),
        ("x" * 161, "2"),
        ("€" * 80, "1"),
        ("€" * 81, "2"),
        ("ñ" * 160, "1"),
        ("á" * 70, "1"),
        ("á" * 71, "2"),
        ("🙂" * 35, "1"),
        ("🙂" * 36, "2"),
    ],
)
def test_segments_are_counted_by_encoding_and_length(world: World, body: str, count: str) -> None:
    _, message = world.api("POST", "Messages.json", {"To": PERSON, "From": NUMBER, "Body": body})
    assert message["num_segments"] == count
