"""Twilio's own client library works with the stand-in."""

import json
import logging
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from local.template.parameters import ACCOUNT_SID, AUTH_TOKEN
from tests.integration.twilio.app import NUMBER, PERSON, World


class Straight(HttpClient):
    """Hands the library's requests to a stand-in, without a network."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.getLogger("test"), is_async=False)
        self._world = world

    def request(self, method: str, url: str, params: Any = None, data: Any = None, **rest: Any) -> Response:
        parts = urlsplit(url)
        query = "&".join(filter(None, (parts.query, urlencode(params or {}, doseq=True))))
        form = {k: v for k, v in (data or {}).items() if v is not None}
        status, body = self._world.api(
            method, parts.path, form, host=parts.netloc, query=query, credentials=rest["auth"]
        )
        return Response(status, json.dumps(body) if body is not None else "")


@pytest.fixture
def client(world: World) -> Client:
    return Client(ACCOUNT_SID, AUTH_TOKEN, http_client=Straight(world))


def test_twilios_library_sends_fetches_and_lists_messages(world: World, client: Client) -> None:
    sent = client.messages.create(to=PERSON, from_=NUMBER, body="Hello", media_url=["https://a.test/x.jpg"])
    assert (sent.status, sent.num_media) == ("queued", "1")
    assert client.messages(sent.sid).fetch().status == "delivered"
    for _ in range(4):
        client.messages.create(
            to=PERSON, messaging_service_sid=next(iter(world.stand_in.account.numbers.services)), body="x"
        )
    assert len(client.messages.list(page_size=2)) == 5


def test_twilios_library_raises_its_own_error_for_a_refusal(client: Client) -> None:
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to="nobody", from_=NUMBER, body="Hello")
    assert (caught.value.code, caught.value.status) == (21211, 400)


def test_twilios_library_creates_and_ends_calls(world: World, client: Client) -> None:
    world.twiml("/outbound", "<Gather/>")
    call = client.calls.create(
        to=PERSON,
        from_=NUMBER,
        url="https://switchboard.test/outbound",
        machine_detection="Enable",
        status_callback="https://switchboard.test/progress",
        status_callback_event=["initiated", "completed"],
    )
    assert call.status == "queued"
    world.look({"sid": call.sid})
    fetched = client.calls(call.sid).fetch()
    assert (fetched.status, fetched.answered_by) == ("in-progress", "human")
    client.calls(call.sid).update(status="completed")
    assert world.look({"sid": call.sid})["status"] == "completed"
    assert [one.sid for one in client.calls.list(status="completed")] == [call.sid]


def test_twilios_library_reads_and_updates_numbers_and_services(client: Client) -> None:
    (number,) = client.incoming_phone_numbers.list(phone_number=NUMBER)
    assert number.update(friendly_name="Polls").friendly_name == "Polls"
    (service,) = client.messaging.v1.services.list()
    assert service.fetch().friendly_name == "Surveys"
