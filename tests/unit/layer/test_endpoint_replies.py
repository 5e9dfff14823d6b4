"""What callers get back: replies, refusals, faults, CORS; and what the log says about it."""

import base64
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from twilio.twiml.voice_response import VoiceResponse

from switchboard import errors
from switchboard.deadline import within
from switchboard.http.auth import ApiKey, FlexToken
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, binary, empty_twiml, json_reply, no_content, redirect, twiml
from switchboard.http.request import Request
from tests.unit.layer.events import CALL_SID, DOMAIN, JSON, Context, event, with_key

MASKED = ("5555550123", "secret words")


def served(reply: Reply | Exception | Callable[[Request], Reply], **more: Any) -> dict[str, Any]:
    """Serve one request with a handler that returns or raises what is given."""

    @endpoint(ApiKey())
    def handler(request: Request) -> Reply:
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Reply) else reply(request)

    headers = with_key() | more.pop("headers", {})
    return handler(event(headers=headers, **more), Context())


def test_a_json_reply_is_serialized_without_escapes_and_not_cached() -> None:
    assert served(json_reply({"name": "Zoë", "n": None}, 201)) == {
        "statusCode": 201,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": '{"name":"Zoë","n":null}',
        "isBase64Encoded": False,
    }


def test_a_twiml_reply_can_be_a_builder_or_a_text() -> None:
    response = VoiceResponse()
    response.say("Más <b> & más \x00\x1f\ufffe\t!", language="es-MX")
    reply = served(twiml(response))
    assert reply["headers"] == {"content-type": "text/xml; charset=utf-8"}
    assert reply["body"] == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        '<Say language="es-MX">Más &lt;b&gt; &amp; más \t!</Say></Response>'
    )
    assert served(twiml("<Response/>"))["body"] == "<Response/>"
    assert served(empty_twiml())["body"].endswith("<Response/>")


def test_a_reply_can_be_a_redirect_empty_or_bytes() -> None:
    reply = served(redirect("https://webhooks.twilio.com/v1/x"))
    assert (reply["statusCode"], reply["headers"]) == (302, {"location": "https://webhooks.twilio.com/v1/x"})
    assert served(no_content())["statusCode"] == 204
    reply = served(binary(b"\xff\xf3", "audio/mpeg"))
    assert (reply["isBase64Encoded"], base64.b64decode(reply["body"])) == (True, b"\xff\xf3")
    with pytest.raises(ValueError, match="line breaks"):
        redirect("https://x\r\nset-cookie: a")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Forbidden("m"), 403),
        (errors.NotFound("m"), 404),
        (errors.Conflict("m"), 409),
        (errors.PayloadTooLarge("m"), 413),
        (errors.UnsupportedMediaType("m"), 415),
        (errors.ServiceUnavailable("m"), 503),
        (errors.SwitchboardError(418, "m"), 418),
    ],
)
def test_an_error_becomes_its_status_and_its_message(error: Exception, status: int) -> None:
    reply = served(error)
    assert (reply["statusCode"], json.loads(reply["body"])) == (status, {"message": "m"})


@pytest.mark.parametrize(
    ("query", "body", "field", "message"),
    [
        ("", b"{", "body", "is not valid JSON"),
        ("a=%FF", b"{}", "query", "is not valid UTF-8"),
        ("a=%zz", b"{}", "query", "has a % that is not followed by two hex digits"),
    ],
)
def test_a_request_that_cannot_be_read_names_the_part(
    query: str, body: bytes, field: str, message: str
) -> None:
    def handler(request: Request) -> Reply:
        return json_reply(dict(request.params))

    reply = served(handler, query=query, body=body, headers={"content-type": JSON})
    assert reply["statusCode"] == 400
    assert json.loads(reply["body"]) == {
        "message": f"{field}: {message}",
        "errors": [{"field": field, "message": message}],
    }


def test_every_invalid_field_is_named_in_the_error() -> None:
    fields = [
        errors.FieldError(field="To", message="must be a number"),
        errors.FieldError(field="n", message="m"),
    ]
    reply = served(errors.BadRequest.about(*fields))
    assert reply["statusCode"] == 400
    assert json.loads(reply["body"]) == {
        "message": "To: must be a number; n: m",
        "errors": fields,
    }


def test_an_internal_error_is_logged_with_the_ids_and_not_described_to_the_caller(log_lines: Any) -> None:
    def handler(request: Request) -> Reply:
        raise RuntimeError(f"cannot call {request.params['To']}, Token={request.params['Token']}")

    reply = served(handler, query=f"To=%2B15555550123&CallSid={CALL_SID}&Token=abcdef&Body=secret%20words")
    assert (reply["statusCode"], json.loads(reply["body"])) == (500, {"message": "Internal error"})
    lines = log_lines()
    fault = lines[0]
    assert fault["message"] == "The handler failed"
    assert fault["exception_name"] == "RuntimeError"
    assert fault["CallSid"] == CALL_SID
    assert fault["correlation_id"] == "JKJaXmPLvHcESHA="
    assert fault["function_request_id"] == Context().aws_request_id
    assert "cannot call +***0123" in fault["exception"]
    assert not any(words in str(lines) for words in (*MASKED, "abcdef"))


def test_a_malformed_event_is_answered_with_500(log_lines: Any) -> None:
    handler = endpoint(ApiKey())(lambda request: no_content())
    assert handler({"requestContext": {}}, Context())["statusCode"] == 500
    assert log_lines()[0]["exception_name"] == "KeyError"


def test_every_request_is_logged_in_one_line_with_its_ids(log_lines: Any) -> None:
    served(no_content(), path="/surveys/+15555550123", query=f"callSid={CALL_SID}&Body=secret%20words")
    (line,) = log_lines()
    assert line["message"] == "POST /surveys/+***0123 204"
    assert line["level"] == "INFO"
    assert line["service"] == "layer"
    assert (line["status"], line["caller"], line["CallSid"]) == (204, "key", CALL_SID)
    assert line["duration_ms"] > 0
    served(no_content())
    (line,) = log_lines()
    assert "CallSid" not in line  # nothing is left over from the request before


def test_a_refusal_is_logged_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    endpoint(ApiKey())(lambda request: no_content())(event(), Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["reasons"] == ["No API key came in the Authorization header, as Bearer."]
    assert [metric["Name"] for metric in lines[1]["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == ["Refused"]


def test_the_handler_receives_the_decoded_request() -> None:
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        seen.append(request)
        return no_content()

    headers = {"I-Twilio-Idempotency-Token": "abc-1", "content-type": JSON}
    request = event(b'{"a":{"b":1}}', path="/ivr-paths/CA1", query="limit=5", headers=with_key() | headers)
    endpoint(ApiKey())(handler)(request | {"pathParameters": {"callSid": "CA1"}}, Context())
    (got,) = seen
    assert (got.method, got.path) == ("POST", "/ivr-paths/CA1")
    assert got.url == f"https://{DOMAIN}/ivr-paths/CA1?limit=5"
    assert got.json == {"a": {"b": 1}}
    assert got.path_parameters == {"callSid": "CA1"}
    assert got.idempotency_token == "abc-1"
    assert got.request_id == "JKJaXmPLvHcESHA="
    assert got.headers["host"] == DOMAIN
    assert "limit" in repr(got.query)
    assert "5" not in repr(got.query)


@pytest.mark.parametrize("origin", ["https://flex.twilio.com", "https://desk.example.com"])
def test_an_allowed_origin_gets_cors_headers_on_every_reply(origin: str) -> None:
    handler = endpoint(FlexToken(), ApiKey())(lambda request: no_content())
    for headers in (with_key(), {}):
        reply = handler(event(headers={"origin": origin, **headers}), Context())
        assert reply["headers"]["access-control-allow-origin"] == origin
        assert reply["headers"]["vary"] == "Origin"


def test_other_pages_and_other_endpoints_get_no_cors_headers() -> None:
    handler = endpoint(FlexToken(), ApiKey())(lambda request: no_content())
    reply = handler(event(headers={"origin": "https://elsewhere.example.com"} | with_key()), Context())
    assert "access-control-allow-origin" not in reply["headers"]
    assert (
        "access-control-allow-origin"
        not in served(no_content(), headers={"origin": "https://flex.twilio.com"})["headers"]
    )


def test_a_fallback_answers_errors_but_not_a_reply_that_the_handler_made() -> None:
    replies = iter([errors.ServiceUnavailable("busy"), json_reply({"success": False}, 500)])

    @endpoint(ApiKey(), fallback=lambda _: no_content())
    def handler(_request: Request) -> Reply:
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return reply

    statuses = [handler(event(headers=with_key()), Context())["statusCode"] for _ in range(2)]
    assert statuses == [204, 500]


@pytest.mark.parametrize(("timeout_ms", "expected"), [(10_000, 9.0), (60_000, 25.0), (3_000, 2.0)])
def test_the_deadline_leaves_time_for_an_answer_before_the_function_times_out(
    monkeypatch: pytest.MonkeyPatch, timeout_ms: int, expected: float
) -> None:
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda self: timeout_ms)
    asked: list[float] = []

    def noted(seconds: float) -> AbstractContextManager[None]:
        asked.append(seconds)
        return within(seconds)

    monkeypatch.setattr("switchboard.http.endpoint.within", noted)
    served(no_content())
    assert asked == [expected]


def test_a_byte_order_mark_before_json_or_twiml_is_dropped() -> None:
    seen: list[object] = []

    def handler(request: Request) -> Reply:
        seen.append(request.json)
        return twiml("\ufeff<Response/>")

    sent = event('\ufeff{"To": "+12025550142"}'.encode(), headers={**with_key(), "content-type": JSON})
    reply = endpoint(ApiKey())(handler)(sent, Context())
    assert seen == [{"To": "+12025550142"}]
    assert reply["body"] == "<Response/>"
