"""Who is let in: signatures over every kind of request, API keys, and what is refused."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from twilio.request_validator import RequestValidator

from switchboard import settings
from switchboard.http.auth import ApiKey, FlexToken, TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from tests.unit.layer.conftest import PutSecret
from tests.unit.layer.events import (
    ACCOUNT_SID,
    API_KEYS,
    AUTH_TOKEN,
    CALL_SID,
    DOMAIN,
    FORM,
    JSON,
    Context,
    event,
    signature,
    signed_form,
    signed_json,
    with_key,
)

INBOUND = [("CallSid", CALL_SID), ("From", "+15555550123"), ("Body", "Más, por favor 👍"), ("Empty", "")]


def answer(request: Request) -> Reply:
    return json_reply(
        {
            "caller": request.caller.kind,
            "url": request.url,
            "params": {name: request.params.getlist(name) for name in request.params},
            "json": request.json,
        }
    )


webhook = endpoint(TwilioSignature())(answer)
with_api_key = endpoint(ApiKey())(answer)
anyone = endpoint(FlexToken(), TwilioSignature(), ApiKey())(answer)


def called(handler: Any, event: dict[str, Any]) -> tuple[int, Any]:
    reply = handler(event, Context())
    return reply["statusCode"], json.loads(reply["body"])


@pytest.mark.parametrize("encoded", [True, False])
def test_a_signed_form_is_accepted_in_base64_or_as_text(encoded: bool) -> None:
    status, body = called(webhook, signed_form(INBOUND, encoded=encoded))
    assert status == 200
    assert body["caller"] == "twilio"
    assert body["params"] == {name: [value] for name, value in INBOUND}


def test_the_signature_covers_blank_values_and_repeated_names() -> None:
    pairs = [("Tag", "b"), ("Tag", "a"), ("Tag", ""), ("Note", "")]
    status, body = called(webhook, signed_form(pairs))
    assert (status, body["params"]) == (200, {"Tag": ["b", "a", ""], "Note": [""]})
    for changed in (pairs[:2] + pairs[3:] + [("Tag", "c")], pairs[1:]):
        forged = signed_form(changed)
        forged["headers"]["x-twilio-signature"] = signed_form(pairs)["headers"]["x-twilio-signature"]
        assert called(webhook, forged)[0] == 403


def test_the_signature_covers_the_query_string_as_it_was_sent() -> None:
    query = "survey=a%20b&to=%2B15555550123&blank=&x=~%7E"
    status, body = called(webhook, signed_form(INBOUND, query=query))
    assert status == 200
    assert body["url"] == f"https://{DOMAIN}/sms/webhook?{query}"
    assert body["params"]["to"] == ["+15555550123"]
    # The same words, encoded otherwise, are another URL.
    reencoded = signed_form(INBOUND, query=query)
    reencoded["rawQueryString"] = query.replace("a%20b", "a+b")
    assert called(webhook, reencoded)[0] == 403


def test_a_parameter_of_the_body_takes_precedence_over_the_query() -> None:
    status, body = called(webhook, signed_form([("a", "body"), ("a", "last")], query="a=query&b=query"))
    assert (status, body["params"]) == (200, {"a": ["body", "last"], "b": ["query"]})


def test_a_get_request_is_signed_over_its_url_alone() -> None:
    query = "CallSid=CA1&Digits="
    headers = {"x-twilio-signature": signature(f"https://{DOMAIN}/voice?{query}")}
    get = event(method="GET", path="/voice", query=query, headers=headers)
    assert called(webhook, get) == (
        200,
        {
            "caller": "twilio",
            "url": f"https://{DOMAIN}/voice?{query}",
            "params": {"CallSid": ["CA1"], "Digits": [""]},
            "json": None,
        },
    )


SIP_QUERY = "To=sip%3A4321%40example.com&City=Trezzo+Sull%27Adda&Caller=a%2Bb&Empty="


@pytest.mark.parametrize(
    "signed",
    [
        SIP_QUERY,
        "To=sip:4321@example.com&City=Trezzo+Sull'Adda&Caller=a%2Bb&Empty=",
    ],
)
@pytest.mark.parametrize(
    "sent",
    [
        SIP_QUERY,
        "To=sip:4321@example.com&City=Trezzo+Sull'Adda&Caller=a%2Bb&Empty=",
        SIP_QUERY.replace("%3A", "%3a"),
    ],
)
def test_a_sip_address_in_the_query_may_be_signed_encoded_or_not(signed: str, sent: str) -> None:
    headers = {"x-twilio-signature": signature(f"https://{DOMAIN}/voice?{signed}")}
    status, body = called(webhook, event(method="GET", path="/voice", query=sent, headers=headers))
    assert (status, body["params"]["To"]) == (200, ["sip:4321@example.com"])


@pytest.mark.parametrize(
    "sent",
    [
        SIP_QUERY.replace("4321", "4322"),
        SIP_QUERY.replace("%40", "%2540"),
        SIP_QUERY.replace("%2B", "+"),
        SIP_QUERY.replace("%2B", "%20"),
        SIP_QUERY.replace("&Empty=", ""),
        SIP_QUERY.replace("%40", "%26"),
        "&".join(reversed(SIP_QUERY.split("&"))),
    ],
)
def test_a_query_other_than_the_signed_one_is_refused(sent: str) -> None:
    for signed in (SIP_QUERY, SIP_QUERY.replace("%3A", ":").replace("%40", "@").replace("%27", "'")):
        headers = {"x-twilio-signature": signature(f"https://{DOMAIN}/voice?{signed}")}
        assert called(webhook, event(method="GET", path="/voice", query=sent, headers=headers))[0] == 403


def shared_key(key: str, algorithm: str, secret: str, settings: str = "key={},algorithm={}") -> Any:
    url = f"https://{DOMAIN}/voice"
    headers = {
        "content-type": FORM,
        "x-twilio-signature": RequestValidator(secret).compute_signature(url, dict(INBOUND), algorithm),
        "x-twilio-webhooks-signature-settings": settings.format(key, algorithm),
    }
    return event(urlencode(INBOUND).encode(), path="/voice", headers=headers)


@pytest.mark.parametrize("algorithm", ["HMAC_SHA256", "HMAC_SHA1"])
@pytest.mark.parametrize("settings", ["key={},algorithm={}", " algorithm={1} , key={0} , more"])
def test_a_webhook_can_be_signed_with_a_shared_key(
    put_secret: PutSecret, algorithm: str, settings: str
) -> None:
    put_secret("webhook-keys", "webhooks_sharedkey_1=c2VjcmV0,\nwebhooks_sharedkey_2=b3RoZXI=\n")
    for key, secret in (("webhooks_sharedkey_1", "c2VjcmV0"), ("webhooks_sharedkey_2", "b3RoZXI=")):
        assert called(webhook, shared_key(key, algorithm, secret, settings))[0] == 200
    for key, secret in (
        ("webhooks_sharedkey_1", "b3RoZXI="),
        ("webhooks_sharedkey_3", "c2VjcmV0"),
        ("webhooks_sharedkey_1", AUTH_TOKEN),
        ("webhooks_sharedkey_1", ""),
    ):
        assert called(webhook, shared_key(key, algorithm, secret, settings))[0] == 403


def test_a_shared_key_is_checked_by_the_algorithm_in_the_header(put_secret: PutSecret) -> None:
    put_secret("webhook-keys", "one=secret,two=")
    for header, status in (
        ("key=one,algorithm=HMAC_SHA256", 200),
        ("key=one,algorithm=HMAC_SHA1", 403),
        ("key=one", 403),
        ("key=one,algorithm=HMAC_MD5", 403),
        ("algorithm=HMAC_SHA256", 403),
        ("", 403),
    ):
        assert called(webhook, shared_key("", "HMAC_SHA256", "secret", header))[0] == status
    assert called(webhook, shared_key("two", "HMAC_SHA256", ""))[0] == 403


def test_an_added_shared_key_is_accepted_at_once_and_none_is_required(put_secret: PutSecret) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert called(webhook, shared_key("one", "HMAC_SHA256", "secret"))[0] == 403
        put_secret("webhook-keys", "one=secret")
        clock.shift(6)
        assert called(webhook, shared_key("one", "HMAC_SHA256", "secret"))[0] == 200


def test_a_signature_over_the_url_with_its_port_is_accepted() -> None:
    headers = {"x-twilio-signature": signature(f"https://{DOMAIN}:443/voice")}
    assert called(webhook, event(path="/voice", headers=headers))[0] == 200


def test_a_path_that_api_gateway_decoded_is_checked_as_it_was_signed() -> None:
    headers = {"x-twilio-signature": signature(f"https://{DOMAIN}/flow/caf%C3%A9%20one")}
    assert called(webhook, event(path="/flow/café one", headers=headers))[0] == 200


def test_the_public_base_url_replaces_the_domain_and_its_path_mapping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://voice.example.com/line/")
    settings.clear_settings()
    signed = event(
        path="/sms", headers={"x-twilio-signature": signature("https://voice.example.com/line/sms")}
    )
    assert called(webhook, signed)[1]["url"] == "https://voice.example.com/line/sms"


@pytest.mark.parametrize("encoded", [True, False])
def test_signed_json_is_accepted_by_the_hash_of_its_body(encoded: bool) -> None:
    body = json.dumps([{"id": "EZ1", "data": {"név": "Ünnep"}}], ensure_ascii=False).encode()
    status, answered = called(webhook, signed_json(body, encoded=encoded))
    assert (status, answered["json"]) == (200, [{"id": "EZ1", "data": {"név": "Ünnep"}}])


def test_scalar_fields_of_a_json_object_are_parameters() -> None:
    body = b'{"callSid":"CA1","n":5,"f":1.5,"yes":true,"nothing":null,"deep":{"a":1},"list":[1]}'
    status, answered = called(webhook, signed_json(body, query="n=4&q=1"))
    assert status == 200
    assert answered["params"].items() >= {
        "callSid": ["CA1"], "n": ["5"], "f": ["1.5"], "yes": ["true"], "q": ["1"]
    }.items()  # fmt: skip
    assert not {"nothing", "deep", "list"} & answered["params"].keys()


def test_changed_json_is_refused_before_it_is_parsed() -> None:
    changed = signed_json(b'{"a":1}', encoded=False) | {"body": '{"a":'}
    assert called(webhook, changed)[0] == 403


def test_signed_json_sent_again_without_its_body_is_refused() -> None:
    replayed = signed_json(b'{"a":1}')
    del replayed["body"]
    assert called(webhook, replayed)[0] == 403
    as_form = signed_json(b'{"a":1}')
    as_form["headers"]["content-type"] = FORM
    assert called(webhook, as_form | {"body": base64.b64encode(b"a=1").decode()})[0] == 403


def test_json_without_a_hash_is_refused_although_the_url_is_signed() -> None:
    headers = {"content-type": JSON, "x-twilio-signature": signature(f"https://{DOMAIN}/eventstream")}
    assert called(webhook, event(b"{}", path="/eventstream", headers=headers))[0] == 403


def test_a_body_must_match_both_of_two_hashes() -> None:
    body = b'{"a":1}'
    other = hashlib.sha256(b"{}").hexdigest()
    assert called(webhook, signed_json(body, query=f"bodySHA256={other}"))[0] == 403


def test_invalid_json_with_a_valid_signature_is_answered_with_400() -> None:
    for broken in (b"{", b"[NaN]", b'"\\ud800"', b"\xff", b"1e999", b"[" * 100_000, b"9" * 5000):
        assert called(webhook, signed_json(broken))[0] == 400, broken[:20]


OTHER_ACCOUNT = "AC" + "9" * 32


@pytest.mark.parametrize("field", ["AccountSid", "accountSid"])
def test_a_signed_request_of_another_account_is_refused(field: str) -> None:
    assert called(webhook, signed_form([*INBOUND, (field, OTHER_ACCOUNT)]))[0] == 403
    assert called(webhook, signed_form(INBOUND, query=f"{field}={OTHER_ACCOUNT}"))[0] == 403
    assert called(webhook, signed_json(json.dumps({field: OTHER_ACCOUNT}).encode()))[0] == 403
    assert called(webhook, signed_json(json.dumps({field: [ACCOUNT_SID]}).encode()))[0] == 403
    assert called(anyone, signed_form([*INBOUND, (field, OTHER_ACCOUNT)]))[0] == 403


def test_every_account_sid_in_a_request_must_be_the_configured_one() -> None:
    both = [("AccountSid", OTHER_ACCOUNT), ("AccountSid", ACCOUNT_SID)]
    assert called(webhook, signed_form(both))[0] == 403
    mixed = signed_form([("AccountSid", ACCOUNT_SID)], query=f"AccountSid={OTHER_ACCOUNT}")
    assert called(webhook, mixed)[0] == 403


def test_a_request_with_the_configured_account_or_none_is_accepted() -> None:
    for pairs in ([("AccountSid", ACCOUNT_SID)], [("AccountSid", "")], [("ParentAccountSid", OTHER_ACCOUNT)]):
        assert called(webhook, signed_form([*INBOUND, *pairs]))[0] == 200
    for body in ({"AccountSid": ACCOUNT_SID}, {"AccountSid": None}, {"deep": {"AccountSid": OTHER_ACCOUNT}}):
        assert called(webhook, signed_json(json.dumps(body).encode()))[0] == 200


def test_a_request_without_a_signature_is_refused_before_its_body_is_read() -> None:
    for body in (b"x" * 300_000, b"%zz", b"\xff", b""):
        status, answered = called(webhook, event(body, headers={"content-type": "image/png"}))
        assert (status, answered) == (403, {"message": "The X-Twilio-Signature header is missing."})


@pytest.mark.parametrize("wrong", ["", "x", "ä" * 28, "A" * 27 + "=", f"{signature('https://elsewhere')}"])
def test_a_wrong_signature_is_refused(wrong: str) -> None:
    forged = signed_form(INBOUND)
    forged["headers"]["x-twilio-signature"] = wrong
    assert called(webhook, forged)[0] == 403


def test_a_signature_made_with_another_token_is_refused() -> None:
    assert called(webhook, signed_form(INBOUND, token="another"))[0] == 403


def test_a_body_that_cannot_be_decoded_is_answered_with_400() -> None:
    signed = {"x-twilio-signature": "anything", "content-type": FORM}
    for body, content_type, status in (
        (b"a=%zz", FORM, 400),
        (b"a=%ff", FORM, 400),
        (b"a=\xff", FORM, 400),
        (b"&".join([b"a=1"] * 1001), FORM, 400),
        (b"a" * (256 * 1024 + 1), FORM, 413),
        (b"a=1", "multipart/form-data; boundary=x", 415),
        (b"a=1", "", 415),
        (b"a=1", "text/plain", 415),
    ):
        headers = signed | {"content-type": content_type}
        assert called(webhook, event(body, headers=headers))[0] == status, (body[:20], content_type)
    not_base64 = event(b"a=1", headers=signed) | {"body": "a=1", "isBase64Encoded": True}
    assert called(webhook, not_base64)[0] == 400
    assert called(webhook, event(query="a=%f", headers=signed))[0] == 400


def test_a_body_of_exactly_256_kib_is_accepted() -> None:
    value = "a" * (256 * 1024 - 2)
    assert called(webhook, signed_form([("a", value)]))[0] == 200
    assert called(webhook, signed_form([("a", value + "a")]))[0] == 413


@pytest.mark.parametrize("key", API_KEYS)
@pytest.mark.parametrize(
    ("content_type", "body"), [(FORM, b"To=%2B15555550123"), (JSON, b'{"To":"+15555550123"}')]
)
def test_each_api_key_is_accepted_with_a_form_or_json(key: str, content_type: str, body: bytes) -> None:
    status, answered = called(
        with_api_key, event(body, headers=with_key(key) | {"content-type": content_type})
    )
    assert (status, answered["caller"]) == (200, "key")
    assert answered["params"] == {"To": ["+15555550123"]}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer first-api-ke",
        "Bearer first-api-key2",
        "Basic first-api-key",
        "first-api-key",
        "Bearer first-api-key second-api-key",
        "Bearer first-api-key,second-api-key",
        "Bearer ä",
    ],
)
def test_any_other_authorization_is_refused(authorization: str) -> None:
    assert called(with_api_key, event(headers={"authorization": authorization}))[0] == 403


def test_no_key_is_accepted_where_the_parameter_is_empty(put_secret: Any) -> None:
    put_secret("api-keys", " ,\n")
    assert called(with_api_key, event(headers={"authorization": "Bearer ,"}))[0] == 403


def test_any_one_of_several_accepted_authenticators_is_enough() -> None:
    assert called(anyone, event(headers=with_key()))[1]["caller"] == "key"
    assert called(anyone, signed_form(INBOUND))[1]["caller"] == "twilio"
    both = signed_form(INBOUND)
    both["headers"]["authorization"] = "Bearer wrong"
    assert called(anyone, both)[1]["caller"] == "twilio"
    status, answered = called(anyone, event())
    assert (status, answered["message"]) == (
        403,
        "None of the proofs that this endpoint accepts came with the request.",
    )


def test_an_endpoint_without_an_authenticator_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="who may call"):
        endpoint()
