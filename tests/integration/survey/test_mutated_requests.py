"""Many requests to each route that no decent caller would send: none is answered by a 5xx.

Most are proven (signed, or with a key), so that they get past the guard; bodies, types, encodings and sizes
vary.
"""

import http.client
import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from local.platform import Platform
from local.template.parameters import SURVEY_NUMBER
from tests.support import FORM, Caller

pytestmark = pytest.mark.hypothesis  # the property tests lie inside of parametrized ones
EXAMPLES = 150

TWILIO_ROUTES = ("/sms/webhook", "/voice/survey", "/voice/survey/answer", "/voice/survey/status")
KEY_ROUTES = ("/voice/initiate-call", "/sms/initiate-sms")

NAMES = [
    *(
        "From",
        "To",
        "Body",
        "MessageSid",
        "OptOutType",
        "NumMedia",
        "CallSid",
        "CallStatus",
        "Direction",
        "Digits",
    ),
    *(
        "SpeechResult",
        "Confidence",
        "AnsweredBy",
        "surveyId",
        "defaultLanguage",
        "session",
        "step",
        "bodySHA256",
    ),
    "Token",
]
LIKELY = [
    "+13035550199",
    "+266696687",
    "anonymous",
    "client:x",
    SURVEY_NUMBER,
    "CA" + "0" * 32,
    "CA" + "0" * 31,
    "SM" + "1" * 32,
    "STOP",
    "START",
    "HELP",
    "go",
    "5",
    "9",
    "1",
    "0" * 5000,
    "nan",
    "1e400",
    "-1",
    "outbound-api",
    "inbound",
    "machine_start",
    "fax",
    "completed",
    "no-answer",
    "default",
    "visit",
    "../x",
    "#opt-out",
    "es-MX",
    "",
    " ",
    "\x00",
    "ñ👍\u202e",
    "' OR 1=1 --",
    "{{7*7}}",
]
VALUES = st.one_of(st.sampled_from(LIKELY), st.text(max_size=8))
FIELDS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=10)), VALUES), max_size=8)
USUAL = st.fixed_dictionaries(
    {"From": st.just("+13035550199"), "To": st.just(SURVEY_NUMBER), "CallSid": st.just("CA" + "0" * 32)}
)
TYPES = st.sampled_from(
    [
        FORM,
        "application/x-www-form-urlencoded",
        "application/json",
        "application/json; charset=utf-16",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/vnd.api+json",
        "",
        "ñ/x",
    ]
)
DOCUMENTS: st.SearchStrategy[dict[str, object]] = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(
        VALUES, st.sampled_from([None, True, 0, -1, 10**400, 1.5, float("inf"), [1], [["x"]], {"a": {}}])
    ),
    max_size=6,
)
BODIES = st.one_of(
    FIELDS.map(lambda pairs: urlencode(pairs).encode()),
    st.binary(max_size=200),
    DOCUMENTS.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [b"", b"{", b"[" * 5000, b"%", b"%zz=1", b"a=%ff", b"\xff\xfe", b"a" * 300_000, b"&" * 5000]
    ),
)
QUERIES = st.one_of(
    st.just(""),
    FIELDS.map(urlencode),
    st.text(max_size=20).map(quote),
    st.sampled_from(
        ["%", "a=%ff", "session=" + "0" * 2000, "surveyId=visit&surveyId=default", "step=1&step=2"]
    ),
)


class _Line:
    """One connection to the platform, kept open: a thousand requests would otherwise open a thousand."""

    def __init__(self, platform: Platform) -> None:
        self._connection = http.client.HTTPConnection(platform.base_url.removeprefix("http://"), timeout=30)

    def status(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        try:
            encoded = {name: value.encode() for name, value in headers.items()}
            self._connection.request("POST", path, body, encoded)
            answer = self._connection.getresponse()
            answer.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise
        return answer.status

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def line(platform: Platform) -> Iterator[_Line]:
    opened = _Line(platform)
    yield opened
    opened.close()


def _thoroughly(examples: int) -> settings:
    return settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("route", TWILIO_ROUTES)
@pytest.mark.usefixtures("surveys")
def test_signed_forms_with_strange_fields_never_fail(caller: Caller, line: _Line, route: str) -> None:
    @_thoroughly(EXAMPLES * 6 // 10)
    @given(USUAL, FIELDS, QUERIES)
    def request(usual: dict[str, str], fields: list[tuple[str, str]], query: str) -> None:
        form = usual | dict(fields)
        path = f"{route}?{query}" if query else route
        body = urlencode(form).encode("utf-8", "surrogatepass")
        headers = {"X-Twilio-Signature": caller.sign(path, form), "Content-Type": FORM}
        assert line.status(path, body, headers) < 500

    request()


@pytest.mark.parametrize("route", TWILIO_ROUTES + KEY_ROUTES)
@pytest.mark.usefixtures("surveys")
def test_strange_bodies_never_fail(platform: Platform, caller: Caller, line: _Line, route: str) -> None:
    @_thoroughly(EXAMPLES * 4 // 10)
    @given(BODIES, TYPES, QUERIES, st.booleans())
    def request(body: bytes, kind: str, query: str, is_proven: bool) -> None:
        path = f"{route}?{query}" if query else route
        headers = {"Content-Type": kind}
        if is_proven:
            headers["Authorization"] = f"Bearer {platform.api_key}"
            headers["X-Twilio-Signature"] = caller.sign(path)
        assert line.status(path, body, headers) < 500

    request()


@pytest.mark.parametrize("route", KEY_ROUTES)
@pytest.mark.usefixtures("surveys")
def test_documents_with_strange_fields_never_fail(platform: Platform, line: _Line, route: str) -> None:
    @_thoroughly(EXAMPLES * 6 // 10)
    @given(DOCUMENTS, st.booleans())
    def request(document: dict[str, object], is_whole: bool) -> None:
        # To is spoilt: what reaches Twilio is another test's matter.
        content = {**document, "To": "+1303"} if is_whole else [document]
        body = json.dumps(content).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {platform.api_key}"}
        assert line.status(route, body, headers) < 500

    request()
