"""The guard against Twilio's own validator, over requests that nobody would think of."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus

from hypothesis import example, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from switchboard.http.auth import ApiKey, FlexToken, TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Params, Request
from tests.unit.layer.events import AUTH_TOKEN, DOMAIN, FORM, JSON, Context, event, signed_form, signed_json

CONTENT_TYPES = st.sampled_from(
    [
        FORM,
        JSON,
        "application/cloudevents+json",
        "text/plain",
        "",
        "multipart/form-data",
        ";",
        "APPLICATION/JSON",
    ]
)
text = st.text(st.characters(codec="utf-8"), max_size=12)
pairs = st.lists(st.tuples(text, text), max_size=6)
# Few names and values, so that names repeat and values are blank more often than not.
crowded = st.lists(
    st.tuples(st.sampled_from(["A", "a", "AB", ""]), st.sampled_from(["", "B", "b", "1"])), max_size=6
)
raw = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from([b"a", b"=", b"&", b"%", b"+", b"%41", b"%zz", b"%ff", b"{", b'"', b":1", b"\xf0"])
    ).map(b"".join),
)


def echo(request: Request) -> Reply:
    return json_reply({name: request.params.getlist(name) for name in request.params})


webhook = endpoint(TwilioSignature())(echo)
anyone = endpoint(TwilioSignature(), ApiKey(), FlexToken())(echo)


def encoders() -> st.SearchStrategy[Any]:
    """Ways to percent-encode that are all legal and all different."""
    return st.sampled_from(
        [quote_plus, quote, lambda part: "".join(f"%{byte:02x}" for byte in part.encode())]
    )


def accepted(event: dict[str, Any]) -> bool:
    status = webhook(event, Context())["statusCode"]
    assert status < 500
    return bool(status == 200)


@given(form=st.one_of(pairs, crowded), query=pairs, encode=encoders(), encoded=st.booleans())
@example(form=[("A", ""), ("A", "")], query=[("", "")], encode=quote, encoded=False)
def test_any_form_that_twilio_signs_is_accepted_and_decoded(
    form: list[tuple[str, str]], query: list[tuple[str, str]], encode: Any, encoded: bool
) -> None:
    raw_query = "&".join(f"{encode(name)}={encode(value)}" for name, value in query)
    raw_body = "&".join(f"{encode(name)}={encode(value)}" for name, value in form)
    signed = signed_form(form, query=raw_query, encoded=encoded)
    if raw_body:
        signed["body"] = base64.b64encode(raw_body.encode()).decode() if encoded else raw_body
        signed["isBase64Encoded"] = encoded
    reply = webhook(signed, Context())
    assert reply["statusCode"] == 200
    names = {name for name, _ in form}
    expected = [pair for pair in query if pair[0] not in names] + form
    params = Params(expected)
    assert json.loads(reply["body"]) == {name: params.getlist(name) for name in params}


@given(form=crowded, sent=crowded, body_token=st.sampled_from([AUTH_TOKEN, "another"]))
def test_a_form_is_accepted_exactly_when_twilios_validator_accepts_it(
    form: list[tuple[str, str]], sent: list[tuple[str, str]], body_token: str
) -> None:
    request = signed_form(sent)
    request["headers"]["x-twilio-signature"] = signed_form(form, token=body_token)["headers"][
        "x-twilio-signature"
    ]
    url = f"https://{DOMAIN}/sms/webhook"
    expected = RequestValidator(AUTH_TOKEN).validate(
        url, Params(sent), request["headers"]["x-twilio-signature"]
    )
    assert accepted(request) is expected


@given(
    document=st.recursive(
        st.none() | st.integers() | text, lambda inner: st.lists(inner) | st.dictionaries(text, inner)
    )
)
def test_any_json_that_twilio_signs_is_accepted(document: Any) -> None:
    assert accepted(signed_json(json.dumps(document).encode()))


@given(body=raw, changed=raw)
def test_json_is_accepted_only_with_the_body_that_was_hashed(body: bytes, changed: bytes) -> None:
    signed = signed_json(body)
    signed["body"] = base64.b64encode(changed).decode()
    signed["isBase64Encoded"] = True
    if hashlib.sha256(changed).digest() != hashlib.sha256(body).digest():
        assert not accepted(signed)


@given(
    body=raw,
    content_type=CONTENT_TYPES,
    query=raw.map(lambda query: query.decode("latin-1")),
    path=text.map(lambda path: "/" + path),
    encoded=st.booleans(),
    signature=st.one_of(
        st.none(), st.text(max_size=30), st.binary(min_size=20, max_size=20).map(base64.b64encode)
    ),
    authorization=st.one_of(st.none(), text, text.map(lambda key: "Bearer " + key)),
)
def test_a_changed_request_is_never_accepted_and_never_an_internal_error(
    body: bytes,
    content_type: str,
    query: str,
    path: str,
    encoded: bool,
    signature: str | bytes | None,
    authorization: str | None,
) -> None:
    headers = {"content-type": content_type}
    if signature is not None:
        headers["x-twilio-signature"] = signature.decode() if isinstance(signature, bytes) else signature
    if authorization is not None:
        headers["authorization"] = authorization
    request = event(body, path=path, query=query, headers=headers)
    if not encoded:
        request |= {"body": body.decode("latin-1"), "isBase64Encoded": False}
    for handler in (webhook, anyone):
        status = handler(request, Context())["statusCode"]
        assert status in {400, 403, 413, 415}
    if signature in {None, "", b""}:
        assert webhook(request, Context())["statusCode"] == 403


@given(query=st.text("abc%2B+&=;~", max_size=30))
def test_a_query_string_is_decoded_as_python_does_or_refused(query: str) -> None:
    signed = signed_form([("Body", "hello")], query=query)
    reply = webhook(signed, Context())
    if reply["statusCode"] == 200:
        expected = Params([*parse_qsl(query, keep_blank_values=True), ("Body", "hello")])
        assert json.loads(reply["body"]) == {name: expected.getlist(name) for name in expected}
    else:
        assert reply["statusCode"] == 400
