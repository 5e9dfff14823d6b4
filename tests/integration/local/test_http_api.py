"""The gateway answers as an HTTP API does, and functions see its events."""

import base64
import contextlib
import http.client
import json
import socket
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest

from local import http_server
from tests.integration.local.sample import Sample


def test_a_form_arrives_in_base64_with_path_and_query_exactly_as_sent(sample: Sample) -> None:
    seen = sample.echo(
        "/echo/a%20b?x=1&x=2&y=&z=%2B", b"k=v", **{"Content-Type": "application/x-www-form-urlencoded"}
    )["event"]
    assert seen["version"] == "2.0"
    assert seen["rawPath"] == "/echo/a%20b"
    assert seen["rawQueryString"] == "x=1&x=2&y=&z=%2B"
    assert seen["queryStringParameters"] == {"x": "1,2", "y": "", "z": "+"}
    assert seen["pathParameters"] == {"name": "a b"}
    assert seen["isBase64Encoded"] is True
    assert base64.b64decode(seen["body"]) == b"k=v"
    context = seen["requestContext"]
    assert context["http"]["method"] == "POST"
    assert context["http"]["path"] == "/echo/a%20b"
    assert (context["domainName"], context["domainPrefix"]) == ("switchboard.test", "switchboard")
    assert (context["routeKey"], context["stage"]) == ("POST /echo/{name}", "$default")
    assert "stageVariables" not in seen


@pytest.mark.parametrize("kind", ["application/json", "text/plain; charset=utf-8", "application/xml"])
def test_a_text_body_arrives_as_text(sample: Sample, kind: str) -> None:
    seen = sample.echo(body='{"é": 1}'.encode(), **{"Content-Type": kind})["event"]
    assert (seen["body"], seen["isBase64Encoded"]) == ('{"é": 1}', False)


@pytest.mark.parametrize(("kind", "body"), [("audio/mpeg", b"\xff\xfb"), ("application/json", b"\xff")])
def test_a_body_that_is_not_text_arrives_in_base64(sample: Sample, kind: str, body: bytes) -> None:
    seen = sample.echo(body=body, **{"Content-Type": kind})["event"]
    assert (base64.b64decode(seen["body"]), seen["isBase64Encoded"]) == (body, True)


def test_absent_parts_are_left_out_of_the_event(sample: Sample) -> None:
    seen = sample.get("/echo").json()["event"]
    assert not {"body", "cookies", "queryStringParameters", "pathParameters"} & seen.keys()
    assert seen["routeKey"] == "ANY /echo"
    assert seen["rawQueryString"] == ""


def test_cookies_are_separated_and_repeated_headers_are_joined(sample: Sample) -> None:
    connection = http.client.HTTPConnection(urlsplit(sample.platform.base_url).netloc)
    connection.putrequest("GET", "/echo")
    for name, value in (("Cookie", "a=1; b=2"), ("X-Twice", "one"), ("X-Twice", "two")):
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    seen = json.loads(answer.read())["event"]
    connection.close()
    assert seen["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in seen["headers"]
    assert seen["headers"]["x-twice"] == "one,two"
    assert answer.headers.get_all("set-cookie") == ["a=1", "b=2"]


def test_double_slashes_and_chunked_bodies_arrive_unchanged(sample: Sample) -> None:
    connection = http.client.HTTPConnection(urlsplit(sample.platform.base_url).netloc)
    connection.request(
        "POST",
        "/echo//twice",
        body=iter([b"one,", b"two"]),
        headers={"Content-Type": "text/plain"},
        encode_chunked=True,
    )
    seen = json.loads(connection.getresponse().read())["event"]
    assert (seen["rawPath"], seen["body"]) == ("/echo//twice", "one,two")
    connection.request("GET", "//echo")  # the connection is still in order
    assert connection.getresponse().status == 404
    connection.close()


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/echo", "ANY /echo"),
        ("/echo/word", "POST /echo/{name}"),
        ("/echo/two/words", "POST /echo/{rest+}"),
    ],
)
def test_the_most_specific_route_is_taken(sample: Sample, path: str, route: str) -> None:
    assert sample.echo(path)["event"]["routeKey"] == route


def test_a_route_without_path_variables_takes_precedence(sample: Sample) -> None:
    assert sample.send("POST", "/echo/fixed").json() == {"act": "answered"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("GET", "/act"), ("POST", "/act/"), ("GET", "/")]
)
def test_a_request_that_no_route_matches_is_answered_with_404(sample: Sample, method: str, path: str) -> None:
    answer = sample.send(method, path)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})


def test_an_answer_without_a_status_is_the_json_body_of_a_200(sample: Sample) -> None:
    answer = sample.act("answer", answer={"some": "thing"})
    assert (answer.status, answer.json()) == (200, {"some": "thing"})
    assert answer.header("content-type") == "application/json"


def test_a_base64_encoded_body_is_decoded(sample: Sample) -> None:
    encoded = base64.b64encode(b"\x00\xff").decode()
    headers = {"content-type": "audio/mpeg"}
    answer = sample.act(
        "answer", answer={"statusCode": 201, "headers": headers, "body": encoded, "isBase64Encoded": True}
    )
    assert (answer.status, answer.body, answer.header("content-type")) == (201, b"\x00\xff", "audio/mpeg")


@pytest.mark.parametrize(
    "broken",
    [
        {"statusCode": "no number"},
        {"statusCode": 200, "body": {"an": "object"}},
        {"statusCode": 200, "headers": ["a", "list"]},
        {"statusCode": 200, "headers": {"x": {"y": 1}}},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
    ],
)
def test_a_malformed_response_of_a_function_is_answered_with_500(
    sample: Sample, broken: dict[str, object]
) -> None:
    answer = sample.act("answer", answer=broken)
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize("size", [10 * 1024 * 1024 + 1, 12 * 1024 * 1024])
def test_a_body_above_10_mb_is_refused(sample: Sample, size: int) -> None:
    answer = sample.send("POST", "/act", b"x" * size)
    assert (answer.status, answer.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x" * 6_291_456, "application/json"),
        (b'"' * 3_200_000, "application/json"),  # two bytes each once they are escaped
        (b"x" * 4_720_000, "application/octet-stream"),  # a third more in base64
    ],
    ids=["text", "quotes", "binary"],
)
def test_a_body_above_the_6_mb_that_lambda_takes_is_refused_without_invoking_a_function(
    sample: Sample, body: bytes, kind: str
) -> None:
    before = len(sample.invocations())
    answer = sample.send("POST", "/echo", body, {"Content-Type": kind})
    assert (answer.status, answer.json()) == (413, {"message": "Request Entity Too Large"})
    assert len(sample.invocations()) == before


@pytest.mark.parametrize(
    ("size", "kind"), [(6_280_000, "application/json"), (4_700_000, "application/octet-stream")]
)
def test_a_body_of_almost_6_mb_reaches_the_function(sample: Sample, size: int, kind: str) -> None:
    assert sample.send("POST", "/act", b" " * (size - 2) + b"{}", {"Content-Type": kind}).status != 413


def test_a_cors_preflight_is_answered_without_invoking_a_function(sample: Sample) -> None:
    before = len(sample.invocations())
    asked = {"Origin": "https://desk.example.com", "Access-Control-Request-Method": "POST"}
    answer = sample.send("OPTIONS", "/echo", headers=asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("access-control-allow-origin") == "https://desk.example.com"
    assert answer.header("access-control-allow-methods") == "GET,POST"
    assert answer.header("access-control-allow-headers") == "authorization,content-type"
    assert answer.header("access-control-max-age") == "600"
    refused = sample.send("OPTIONS", "/echo", headers={**asked, "Origin": "https://evil.example.com"})
    assert (refused.status, refused.header("access-control-allow-origin")) == (204, "")
    assert len(sample.invocations()) == before


def test_the_apis_cors_headers_replace_those_of_the_function(sample: Sample) -> None:
    allowed = sample.get("/echo", {"Origin": "https://flex.twilio.com"})
    assert allowed.header("access-control-allow-origin") == "https://flex.twilio.com"
    assert sample.get("/echo").header("access-control-allow-origin") == ""


def raw(sample: Sample, request: bytes) -> tuple[int, str, Any]:
    """Send bytes as they are; gives status, content type and the body, parsed."""
    with socket.create_connection(("127.0.0.1", urlsplit(sample.platform.base_url).port), 10) as connection:
        with contextlib.suppress(OSError):  # refused before all was sent
            connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers["content-type"], json.loads(answer.read())


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        (b"BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n", 404, "Not Found"),
        (b"BREW /_local/health HTTP/1.1\r\nHost: a\r\n\r\n", 405, "/_local/health takes GET"),
        (b"GET /" + b"e" * 70_000 + b" HTTP/1.1\r\n\r\n", 414, HTTPStatus.REQUEST_URI_TOO_LONG.phrase),
        (
            b"GET /echo HTTP/1.1\r\n" + b"x: y\r\n" * 200 + b"\r\n",
            431,
            "Request Header Fields Too Large",
        ),
        (
            b"GET /echo HTTP/1.1\r\nx: " + b"y" * 3_000_000 + b"\r\n\r\n",
            431,
            "Request Header Fields Too Large",
        ),
        (
            b"GET /echo HTTP/1.1\r\nx: " + b"y" * 10_230 + b"\r\n\r\n",
            431,
            "Request Header Fields Too Large",
        ),
        (b"GET /echo HTTP/7.0\r\n\r\n", 505, "HTTP Version Not Supported"),
        (b"\x16\x03\x01\x02\r\n\r\n", 400, "Bad Request"),
    ],
    ids=[
        "method",
        "method here",
        "path",
        "headers",
        "long header",
        "longer than the quota",
        "version",
        "TLS",
    ],
)
def test_malformed_and_oversized_requests_are_refused_in_json(
    sample: Sample, request_: bytes, status: int, message: str
) -> None:
    assert raw(sample, request_) == (status, "application/json", {"message": message})


def test_headers_within_the_quota_are_accepted(sample: Sample) -> None:
    assert raw(sample, b"GET /echo HTTP/1.1\r\nx: " + b"y" * 10_000 + b"\r\n\r\n")[0] == 200


def test_a_request_whose_body_does_not_arrive_times_out(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "_BODY_SECONDS", 0.02)
    for head in (b"Content-Length: 10", b"Transfer-Encoding: chunked"):
        answer = raw(sample, b"POST /echo/x HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\n2\r\n")
        assert answer == (408, "application/json", {"message": "Request Timeout"})


def test_a_connection_is_kept_open_for_several_requests(sample: Sample) -> None:
    connection = http.client.HTTPConnection(urlsplit(sample.platform.base_url).netloc)
    connection.connect()
    local_end = connection.sock.getsockname()
    for _ in range(3):
        connection.request("POST", "/echo/x", body=b"some text", headers={"Content-Type": "text/plain"})
        assert json.loads(connection.getresponse().read())["event"]["body"] == "some text"
        assert connection.sock.getsockname() == local_end
    connection.close()


def test_the_server_keeps_working_after_malformed_requests(sample: Sample) -> None:
    for length in ("many", "-5", "²"):
        connection = http.client.HTTPConnection(urlsplit(sample.platform.base_url).netloc)
        connection.putrequest("POST", "/act")
        connection.putheader("Content-Length", length.encode())
        connection.endheaders()
        assert connection.getresponse().status == 400
        connection.close()
    assert sample.get("/echo").status == 200
