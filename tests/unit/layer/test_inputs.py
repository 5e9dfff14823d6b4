"""Which values are accepted from outside, type by type, and how what is wrong is worded."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from switchboard.cursor import encode_cursor
from switchboard.errors import BadRequest
from switchboard.http.request import Caller, Params, Request
from switchboard.inputs.errors import InputError, WrongField
from switchboard.inputs.files import FileError, read_json
from switchboard.inputs.forms import JsonObject, OrNone, Sid, Text, WholeNumber
from switchboard.inputs.model import (
    JAVASCRIPT_ABSENT,
    ConfigModel,
    EventModel,
    RequestModel,
    WebhookModel,
    parse,
    read,
    read_request,
)
from switchboard.inputs.types import (
    E164,
    PHONE_NUMBER,
    AnySid,
    CallSid,
    Channel,
    Cursor,
    Flag,
    HttpUrl,
    Identifier,
    LanguageTag,
    Moment,
    MomentMs,
    TimestampMs,
    WorkflowSid,
)

HEX = "0123456789abcdef" * 2
LIMIT = Annotated[int, WholeNumber(1, 1000)]
BALANCE = Annotated[int, WholeNumber(-5, 5)]
JSON_NUMBER = Annotated[int, WholeNumber(0, 9, digits_as_text=False)]
MESSAGE_SID = Annotated[str, Sid("SM", "MM")]
NAME = Annotated[str, Text(5, strip=True, min_length=1)]
VARIABLES = Annotated[dict[str, Any], JsonObject(20)]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_MS = 1_772_366_400_000


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (E164, "+15550100123", "+15550100123"),
        (E164, "+1234567", "+1234567"),
        (E164, "+123456789012345", "+123456789012345"),
        (E164, " +15550100123 ", "+15550100123"),
        (E164, " 15550100123", "+15550100123"),
        (Channel, "whatsapp:+15550100123", "whatsapp:+15550100123"),
        (Channel, "whatsapp: 15550100123", "whatsapp:+15550100123"),
        (Channel, " 15550100123", "+15550100123"),
        (WorkflowSid, f"WW{HEX}", f"WW{HEX}"),
        (WorkflowSid, f" WW{HEX.upper()}\n", f"WW{HEX.upper()}"),
        (AnySid, f"ZZ{HEX}", f"ZZ{HEX}"),
        (MESSAGE_SID, f"MM{HEX}", f"MM{HEX}"),
        (LIMIT, "1", 1),
        (LIMIT, " 1000 ", 1000),
        (LIMIT, "007", 7),
        (LIMIT, 20, 20),
        (BALANCE, "-5", -5),
        (JSON_NUMBER, 9, 9),
        (Flag, "true", True),
        (Flag, " TRUE ", True),
        (Flag, "1", True),
        (Flag, True, True),
        (Flag, 1, True),
        (Flag, "false", False),
        (Flag, "0", False),
        (Flag, False, False),
        (NAME, " Ana M ", "Ana M"),
        (Annotated[str, Text(5)], " hi ", " hi "),
        (Moment, "2026-03-01T12:00:00Z", NOON),
        (Moment, "2026-03-01T13:00:00+01:00", NOON),
        (Moment, "2026-03-01T13:00:00 01:00", NOON),
        (Moment, "2026-03-01T12:00", NOON),
        (Moment, "2026-03-01 12:00", NOON),
        (Moment, "2026-03-01", NOON - timedelta(hours=12)),
        (MomentMs, "2026-03-01T12:00:00.123Z", NOON_MS + 123),
        (TimestampMs, "2026-03-01T12:00:00Z", NOON_MS),
        (TimestampMs, NOON_MS, NOON_MS),
        (TimestampMs, str(NOON_MS), NOON_MS),
        (TimestampMs, NOON_MS // 1000, NOON_MS),
        (LanguageTag, "en-US", "en-US"),
        (LanguageTag, "zh-Hant-TW", "zh-Hant-TW"),
        (Identifier, "visit_2-b", "visit_2-b"),
        (HttpUrl, "https://example.com/a?b=c", "https://example.com/a?b=c"),
        (VARIABLES, {"1": "Ana"}, {"1": "Ana"}),
        (VARIABLES, '{"1": "Ana"}', {"1": "Ana"}),
        (Cursor, encode_cursor("a", "b"), ("a", "b")),
    ],
)
def test_a_value_in_an_accepted_form_is_read(form: Any, value: Any, expected: Any) -> None:
    assert TypeAdapter(form).validate_python(value) == expected


PHONE = "must be a phone number in E.164 form: + and 7 to 15 digits"
RANGE = "must be a whole number from 1 to 1000"
ISO = "must be a date and time in ISO 8601, such as 2026-03-01T09:00:00Z"
TIME = "must be a time: ISO 8601, or seconds or milliseconds since the epoch"


@pytest.mark.parametrize(
    ("form", "value", "message"),
    [
        *(
            (E164, value, PHONE)
            for value in ("15550100123", "+123456", "+1234567890123456", "+1555a", "x", 5)
        ),
        *((E164, value, PHONE) for value in ("+١٢٣٤٥٦٧٨", "+1555 0100123", "whatsapp:+15550100123", "  ")),
        (Channel, "sms:+15550100123", f"{PHONE}, or whatsapp: before it"),
        *(
            (WorkflowSid, value, "must be a SID: WW and 32 hex digits")
            for value in (f"CA{HEX}", f"WW{HEX}0", f"ww{HEX}", "WW", 5, f"WW{HEX[:-1]}g")
        ),
        (MESSAGE_SID, f"CA{HEX}", "must be a SID: SM or MM and 32 hex digits"),
        (AnySid, f"A1{HEX}", "must be a SID: two capital letters and 32 hex digits"),
        *(
            (LIMIT, value, RANGE)
            for value in (
                "0",
                "1001",
                "1.0",
                "+5",
                "1e2",
                "yes",
                "٣",
                "1_0",
                "9" * 5000,
                0,
                1.0,
                True,
                [1],
                "",
            )
        ),
        (JSON_NUMBER, "5", "must be a whole number from 0 to 9, without quotation marks"),
        *((Flag, value, "must be true or false") for value in ("yes", "on", "t", "", "2", 2, 1.0, [])),
        (NAME, "abcdef", "must have at most 5 characters"),
        (NAME, 5, "must be text"),
        (NAME, " ", "must not be empty"),
        *(
            (Moment, value, ISO)
            for value in ("yesterday", "9999-12-31T23:59:59Z", "0001-01-01", "", 5, "12:00")
        ),
        *((TimestampMs, value, TIME) for value in (0, -1, True, "9" * 15, 1.5, None, "noon")),
        (LanguageTag, "english", "must be a language code, such as en-US"),
        (Identifier, "../x", "must be letters, digits, _ and -, at most 64"),
        (HttpUrl, "javascript:alert(1)", "must be a URL that begins with http:// or https://"),
        *((VARIABLES, value, "must be a JSON object") for value in ("[]", "{", 5, "[" * 100_000)),
        (VARIABLES, {"1": "x" * 20}, "must have at most 20 characters"),
        (Cursor, "!", "must be the cursor of the page before"),
    ],
)
def test_another_value_is_refused_with_what_it_must_be(form: Any, value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(form).validate_python(value)
    assert str(refused.value.errors()[0]["ctx"]["error"]) == message


@given(
    st.text(st.characters(codec="utf-8")),
    st.sampled_from([E164, WorkflowSid, LIMIT, Flag, Moment, LanguageTag]),
)
def test_no_text_makes_a_type_fail_in_another_way(text: str, form: Any) -> None:
    with contextlib.suppress(ValidationError):
        TypeAdapter(form).validate_python(text)


def test_a_form_tells_whether_a_text_has_it() -> None:
    assert PHONE_NUMBER.matches("+15550100123")
    assert not PHONE_NUMBER.matches(" +15550100123")
    assert Sid("CA").matches(f"CA{HEX}")
    assert not Sid("CA").matches(f"WW{HEX}")


@given(st.integers(1, 1000))
def test_a_number_is_the_same_as_digits_and_as_json(number: int) -> None:
    assert (
        TypeAdapter(LIMIT).validate_python(str(number))
        == TypeAdapter(LIMIT).validate_python(number)
        == number
    )


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_a_moment_survives_a_plus_sign_that_was_not_encoded(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert TypeAdapter(Moment).validate_python(aware.isoformat().replace("+", " ")) == aware


class Callback(RequestModel):
    absent: ClassVar = JAVASCRIPT_ABSENT

    number_to_call: E164
    workflow_sid: WorkflowSid | None = None
    recording_sid: CallSid | None = Field(None, validation_alias=AliasChoices("RecordingSid", "recordingSid"))
    from_: Moment | None = None
    to: Moment | None = None
    kind: Literal["voice", "sms"] = "voice"
    duration: Annotated[int | None, WholeNumber(0, 9), OrNone()] = None
    name: str = ""

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if name == "root":
            raise ValueError("must not be a reserved name")
        return name

    @model_validator(mode="after")
    def _check_order(self) -> "Callback":
        if self.from_ and self.to and self.from_ > self.to:
            raise WrongField("from", "must not be after to")
        return self


def refusal(values: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(BadRequest) as refused:
        read(Callback, values)
    assert refused.value.message == "; ".join(f"{e['field']}: {e['message']}" for e in refused.value.errors)
    return [(error["field"], error["message"]) for error in refused.value.errors]


@pytest.mark.parametrize("absent", ["", "  ", "undefined", "null", None])
def test_a_field_without_a_value_counts_as_absent(absent: Any) -> None:
    values = {"numberToCall": "+15550100123", "workflowSid": absent, "RecordingSid": absent, "kind": absent}
    found = read(Callback, values | {"recordingSid": f"CA{HEX}"})
    assert (found.workflow_sid, found.recording_sid, found.kind) == (None, f"CA{HEX}", "voice")
    assert refusal({"numberToCall": absent}) == [("numberToCall", "is missing")]


def test_the_first_spelling_that_has_a_value_counts() -> None:
    values = {"numberToCall": "+15550100123", "RecordingSid": f"CA{HEX}", "recordingSid": "wrong"}
    assert read(Callback, values).recording_sid == f"CA{HEX}"


def test_everything_that_is_wrong_is_told_by_the_callers_own_names() -> None:
    values = {"workflowSid": "1", "recordingSid": "2", "from": "3", "kind": "fax", "duration": "x", "name": 5}
    assert refusal(values) == [
        ("numberToCall", "is missing"),
        ("workflowSid", "must be a SID: WW and 32 hex digits"),
        ("recordingSid", "must be a SID: CA and 32 hex digits"),
        ("from", ISO),
        ("kind", "must be one of: voice, sms"),
        ("name", "must be text"),
    ]


def test_fields_are_compared_with_each_other() -> None:
    times = {"from": "2026-03-02", "to": "2026-03-01"}
    assert refusal({"numberToCall": "+15550100123", **times}) == [("from", "must not be after to")]
    assert refusal({"numberToCall": "+15550100123", "name": "root"}) == [
        ("name", "must not be a reserved name")
    ]


def test_a_value_that_need_not_fit_is_none_where_it_does_not() -> None:
    assert read(Callback, {"numberToCall": "+15550100123", "duration": "long"}).duration is None
    assert read(Callback, {"numberToCall": "+15550100123", "duration": "7"}).duration == 7


def test_our_own_names_are_not_accepted_from_outside() -> None:
    assert refusal({"number_to_call": "+15550100123"}) == [("numberToCall", "is missing")]
    assert Callback(number_to_call="+15550100123").number_to_call == "+15550100123"


@given(
    st.dictionaries(st.sampled_from(["numberToCall", "workflowSid", "from", "kind"]), st.text(min_size=12))
)
def test_a_refusal_never_quotes_a_value(values: dict[str, str]) -> None:
    message = ""
    try:
        read(Callback, values)
    except BadRequest as refused:
        message = refused.message
    assert not any(value in message for value in values.values())


def request(json_body: Any = None, *, content_type: str = "application/json", **form: str) -> Request:
    params = Params(form.items())
    return Request(
        method="POST",
        path="/",
        url="",
        headers={"content-type": content_type},
        query=Params([("kind", "sms")]),
        form=params,
        json=json_body,
        params=Params([("kind", "sms")]).overlaid(params),
        caller=Caller("key"),
    )


def test_json_and_forms_are_read_alike_over_the_query_string() -> None:
    by_json = read_request(Callback, request({"numberToCall": "+15550100123", "duration": 7}))
    form = "application/x-www-form-urlencoded"
    by_form = read_request(Callback, request(content_type=form, numberToCall=" 15550100123", duration="7"))
    assert by_json == by_form
    assert by_json.kind == "sms"


@pytest.mark.parametrize("body", [[], 5, None])
def test_json_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(BadRequest, match="must be a JSON object"):
        read_request(Callback, request(body))


class Webhook(WebhookModel):
    call_sid: CallSid
    from_: str = ""


def test_a_webhook_is_named_as_twilio_names_it() -> None:
    found = read(Webhook, {"CallSid": f"CA{HEX}", "From": "anonymous", "Extra": "1"})
    assert (found.call_sid, found.from_) == (f"CA{HEX}", "anonymous")


class Say(ConfigModel):
    type: Literal["say"]
    text: str


class Dial(ConfigModel):
    type: Literal["dial"]
    numbers: tuple[E164, ...] = Field(max_length=2)


class Routes(ConfigModel):
    routes: tuple[Annotated[Say | Dial, Field(discriminator="type")], ...] = Field(min_length=1)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "the document: must be an object"),
        ({}, "routes: is missing"),
        ({"routes": None}, "routes: is missing"),
        ({"routes": 5}, "routes: must be a list"),
        ({"routes": []}, "routes: must not be empty"),
        ({"routes": [5]}, "routes[0]: must be an object"),
        ({"routes": [{}]}, "routes[0].type: is missing"),
        ({"routes": [{"type": "sing"}]}, "routes[0].type: must be one of: say, dial"),
        ({"routes": [{"type": "say"}]}, "routes[0].text: is missing"),
        ({"routes": [{"type": "say", "text": 5}]}, "routes[0].text: must be text"),
        ({"routes": [{"type": "dial", "numbers": ["1"]}]}, f"routes[0].numbers[0]: {PHONE}"),
        (
            {"routes": [{"type": "dial", "numbers": ["+1555010000"] * 3}]},
            "routes[0].numbers: must have at most 2 entries",
        ),
    ],
)
def test_what_is_wrong_in_a_document_is_named_by_its_path(document: Any, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(Routes, document)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"routes": [\n  {"type": "say",\n   "text": 5}]}', "f.json:3: routes[0].text: must be text"),
        (b'{"routes": [\n  {"type": "say"}]}', "f.json:2: routes[0].text: is missing"),
        (b'{"routes":\n x}', "f.json:2: is not JSON: Expecting value"),
        (b'{"routes":\n "\xff"}', "f.json:2: is not UTF-8: save the file with that encoding"),
        (b"[" * 100_000, "f.json: is nested too deeply"),
        (b"9" * 5000, "f.json: holds a number with too many digits"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(content: bytes, problem: str) -> None:
    with pytest.raises(FileError) as refused:
        read_json(Routes, content, "f.json")
    assert str(refused.value) == problem


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    content = b"\xef\xbb\xbf" + json.dumps({"routes": [{"type": "say", "text": "Hi"}]}).encode()
    assert read_json(Routes, content, "f.json").routes == (Say(type="say", text="Hi"),)


def test_a_stored_blank_text_is_a_value_and_null_is_none() -> None:
    class Stored(EventModel):
        note: str = "none"
        count: Annotated[int, Strict()] = 0

    assert (parse(Stored, {"note": ""}).note, parse(Stored, {"note": None}).note) == ("", "none")
    with pytest.raises(InputError, match="count: must be a whole number"):
        parse(Stored, {"count": "5"})


@pytest.mark.parametrize("generous", [int, bool, float, int | None])
def test_a_type_that_pydantic_reads_too_generously_cannot_be_used_alone(generous: Any) -> None:
    with pytest.raises(TypeError, match=r"Loose\.value"):
        type("Loose", (RequestModel,), {"__annotations__": {"value": generous}, "__module__": __name__})


def test_the_json_schema_says_what_is_accepted() -> None:
    properties = Callback.model_json_schema()["properties"]
    assert properties["numberToCall"]["pattern"] == r"^(?:\+[0-9]{7,15})$"
    assert {"RecordingSid", "from", "workflowSid"} <= properties.keys()
    assert TypeAdapter(LIMIT).json_schema() == {"type": "integer", "minimum": 1, "maximum": 1000}
