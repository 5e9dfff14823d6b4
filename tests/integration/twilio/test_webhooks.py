"""Webhooks: signature, idempotency token, connection overrides, redirects."""

import threading

import pytest

from local.http_messages import HttpResponse
from local.twilio.webhook import WebhookFailed, overrides
from tests.integration.twilio.app import World

URL = "https://switchboard.test/hook"


def failing(*statuses: int):
    answers = iter(statuses)
    return lambda _: HttpResponse(next(answers))


def test_blank_values_and_the_query_count_in_the_signature(world: World) -> None:
    world.serve(hook=HttpResponse(200))
    for method in ("GET", "POST"):
        world.stand_in.account.webhooks.send(
            method, f"{URL}?a=&b=%C3%A9&c=1+2", {"Digits": "", "Body": "¿qué? & más"}
        )
    assert [request.signed for request in world.app.requests] == [True, True]
    assert world.app.requests[0].params["Body"] == "¿qué? & más"


def test_a_5xx_is_not_retried_unless_asked_for(world: World) -> None:
    world.serve(hook=failing(500, 200))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", URL, {})
    assert caught.value.code == 11200


def test_retries_carry_the_same_idempotency_token(world: World) -> None:
    world.serve(hook=failing(500, 502, 200))
    assert world.stand_in.account.webhooks.send("POST", f"{URL}#rc=2&rp=all", {}).status == 200
    tokens = {request.headers["i-twilio-idempotency-token"] for request in world.app.requests}
    assert (len(world.app.requests), len(tokens)) == (3, 1)
    assert all(request.url == URL and request.signed for request in world.app.requests)


def test_two_webhooks_have_two_tokens(world: World) -> None:
    world.serve(hook=HttpResponse(200))
    for _ in range(2):
        world.stand_in.account.webhooks.send("POST", URL, {})
    assert len({request.headers["i-twilio-idempotency-token"] for request in world.app.requests}) == 2


def test_only_the_kinds_of_failure_that_the_policy_names_are_retried(world: World) -> None:
    world.serve(hook=failing(404, 200))
    with pytest.raises(WebhookFailed):
        world.stand_in.account.webhooks.send("POST", f"{URL}#rc=3&rp=5xx,ct", {})
    world.serve(hook=failing(404, 200))
    assert world.stand_in.account.webhooks.send("POST", f"{URL}#rc=3&rp=4xx", {}).status == 200


def test_a_refused_connection_is_retried_once(world: World) -> None:
    world.serve(hook=ConnectionRefusedError("no"))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", URL, {})
    assert (caught.value.code, len(world.app.requests)) == (11205, 2)


def test_the_time_limit_ends_the_wait(world: World) -> None:
    release = threading.Event()
    world.serve(hook=lambda _: HttpResponse(200 if release.wait(30) else 500))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", f"{URL}#rt=100", {})
    release.set()
    assert caught.value.kind == "rt"


def test_all_tries_together_have_one_time_limit(world: World) -> None:
    release = threading.Event()
    world.serve(hook=lambda _: HttpResponse(200 if release.wait(30) else 500))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", f"{URL}#rc=5&rp=all&rt=15000&tt=200", {})
    release.set()
    assert (caught.value.kind, len(world.app.requests)) == ("rt", 1)


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_redirects_are_followed_with_the_parameters(world: World, status: int, method: str) -> None:
    world.serve(hook=HttpResponse(status, (("Location", "/there?x=1"),)), there=HttpResponse(200))
    world.stand_in.account.webhooks.send("POST", URL, {"CallSid": "CA1"})
    (request,) = world.app.asked("/there")
    assert (request.method, request.params["CallSid"], request.signed) == (method, "CA1", True)


def test_a_redirect_to_twilio_itself_stays_inside(world: World) -> None:
    seen = []

    def flow(method: str, url: str, params: object) -> HttpResponse:
        seen.append((method, url, params))
        return HttpResponse(200)

    world.stand_in.account.webhooks.internal["webhooks.twilio.com"] = flow
    target = "https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1"
    world.serve(hook=HttpResponse(302, (("Location", target),)))
    world.stand_in.account.webhooks.send("POST", URL, {"CallSid": "CA1"})
    assert seen == [("GET", target, {"CallSid": "CA1"})]


def test_endless_redirects_end(world: World) -> None:
    world.serve(hook=HttpResponse(302, (("Location", "/hook"),)))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", URL, {})
    assert caught.value.code == 11215


@pytest.mark.parametrize(
    "url", ["", "/relative", "ftp://a.test/", "https://", "https://a b.test/", "http://[::1"]
)
def test_what_is_no_url_is_not_called(world: World, url: str) -> None:
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", url, {})
    assert (caught.value.code, world.app.requests) == (11100, [])


def test_overrides_have_twilios_limits() -> None:
    assert overrides("https://a.test/#rc=9&rt=99999").retries == 5
    assert overrides("https://a.test/#rt=99999").seconds == 15
    assert overrides("https://a.test/#rc=5").total_seconds == 15
    with pytest.raises(WebhookFailed) as caught:
        overrides("https://a.test/#rp=sometimes")
    assert caught.value.code == 11243
    with pytest.raises(WebhookFailed):
        overrides("https://a.test/#rc=two")
