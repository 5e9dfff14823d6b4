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


def test_the_signature_covers_blank_values_and_the_query_string(world: World) -> None:
    world.serve(hook=HttpResponse(200))
    for method in ("GET", "POST"):
        world.stand_in.account.webhooks.send(
            method, f"{URL}?a=&b=%C3%A9&c=1+2", {"Digits": "", "Body": "¿qué? & más"}
        )
    assert [request.signed for request in world.app.requests] == [True, True]
    assert world.app.requests[0].params["Body"] == "¿qué? & más"


def test_a_5xx_is_retried_only_where_the_url_asks_for_it(world: World) -> None:
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


def test_only_failures_that_the_retry_policy_names_are_retried(world: World) -> None:
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


def test_a_webhook_that_is_not_answered_within_its_time_limit_fails(world: World) -> None:
    release = threading.Event()
    world.serve(hook=lambda _: HttpResponse(200 if release.wait(30) else 500))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", f"{URL}#rt=100", {})
    release.set()
    assert caught.value.kind == "rt"


def test_all_tries_of_a_webhook_share_one_time_limit(world: World) -> None:
    release = threading.Event()
    world.serve(hook=lambda _: HttpResponse(200 if release.wait(30) else 500))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", f"{URL}#rc=5&rp=all&rt=15000&tt=200", {})
    release.set()
    assert (caught.value.kind, len(world.app.requests)) == ("rt", 1)


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_a_redirected_webhook_keeps_its_parameters(world: World, status: int, method: str) -> None:
    world.serve(hook=HttpResponse(status, (("Location", "/there?x=1"),)), there=HttpResponse(200))
    world.stand_in.account.webhooks.send("POST", URL, {"CallSid": "CA1"})
    (request,) = world.app.asked("/there")
    assert (request.method, request.params["CallSid"], request.signed) == (method, "CA1", True)


def test_a_redirect_to_a_host_of_twilio_is_handled_by_the_stand_in(world: World) -> None:
    seen = []

    def flow(method: str, url: str, params: object) -> HttpResponse:
        seen.append((method, url, params))
        return HttpResponse(200)

    world.stand_in.account.webhooks.internal["webhooks.twilio.com"] = flow
    target = "https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1"
    world.serve(hook=HttpResponse(302, (("Location", target),)))
    world.stand_in.account.webhooks.send("POST", URL, {"CallSid": "CA1"})
    assert seen == [("GET", target, {"CallSid": "CA1"})]


def test_a_webhook_fails_after_too_many_redirects(world: World) -> None:
    world.serve(hook=HttpResponse(302, (("Location", "/hook"),)))
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", URL, {})
    assert caught.value.code == 11215


@pytest.mark.parametrize(
    "url", ["", "/relative", "ftp://a.test/", "https://", "https://a b.test/", "http://[::1"]
)
def test_an_invalid_url_is_not_requested(world: World, url: str) -> None:
    with pytest.raises(WebhookFailed) as caught:
        world.stand_in.account.webhooks.send("POST", url, {})
    assert (caught.value.code, world.app.requests) == (11100, [])


def test_connection_overrides_are_bounded_by_twilios_limits() -> None:
    assert overrides("https://a.test/#rc=9&rt=99999").retries == 5
    assert overrides("https://a.test/#rt=99999").seconds == 15
    assert overrides("https://a.test/#rc=5").total_seconds == 15
    with pytest.raises(WebhookFailed) as caught:
        overrides("https://a.test/#rp=sometimes")
    assert caught.value.code == 11243
    with pytest.raises(WebhookFailed):
        overrides("https://a.test/#rc=two")
