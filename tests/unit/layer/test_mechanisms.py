"""What features share: caches, deadlines, conditional writes, cursors, texts, URLs and Twilio's errors."""

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from switchboard import aws, settings
from switchboard.aws.attribute_values import to_item
from switchboard.aws.conditional import WriteConflict, conflicts, retry_on_conflict
from switchboard.cache import Cache
from switchboard.cursor import CursorError, decode_cursor, encode_cursor
from switchboard.deadline import remaining, try_timeout, within
from switchboard.errors import TwilioUnreachable
from switchboard.public_url import parse_studio_webhook_url, path_prefix, studio_webhook_url
from switchboard.text import replace_lone_surrogates, truncate_utf16, xml_text
from switchboard.timestamps import format_iso, parse_iso_ms
from switchboard.twilio.outcome import Refused, definitely_not_sent


class Source:
    """A source of values that counts how often it is read, and fails when told to."""

    def __init__(self) -> None:
        self.reads = 0
        self.error: Exception | None = None

    def read(self, key: str) -> str:
        self.reads += 1
        if self.error is not None:
            raise self.error
        return f"{key}{self.reads}"


def test_a_value_is_read_again_when_its_time_is_over() -> None:
    source = Source()
    cache = Cache(source.read, 10)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert [cache.get("a"), cache.get("a"), cache.get("b")] == ["a1", "a1", "b2"]
        clock.shift(9.9)
        assert cache.get("a") == "a1"
        assert cache.get("a", max_age=5) == "a3"
        clock.shift(10)
        assert cache.get("a") == "a4"
        clock.shift(-3600)
        assert cache.get("a") == "a5"


def test_the_last_value_serves_while_the_source_fails_and_the_source_is_left_alone() -> None:
    source = Source()
    cache = Cache(source.read, 10, stale_on=(OSError,))
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        cache.get("a")
        clock.shift(11)
        source.error = OSError("down")
        assert [cache.get("a"), cache.get("a")] == ["a1", "a1"]
        assert source.reads == 2
        clock.shift(6)
        assert cache.get("a") == "a1"
        assert source.reads == 3
        source.error = ValueError("bad")
        clock.shift(6)
        with pytest.raises(ValueError, match="bad"):
            cache.get("a")
        source.error = OSError("down")
        with pytest.raises(OSError, match="down"):
            cache.get("never read")


def test_a_source_that_fails_slowly_is_left_alone_from_the_time_of_its_failure() -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        reads = 0

        def fail_slowly(key: str) -> str:
            nonlocal reads
            reads += 1
            clock.shift(8)
            raise OSError("silent")

        cache = Cache(fail_slowly, 10, stale_on=(OSError,))
        cache.set("a", "a1")
        clock.shift(11)
        assert [cache.get("a"), cache.get("a")] == ["a1", "a1"]
        assert reads == 1


def test_the_least_recently_used_value_goes_first() -> None:
    source = Source()
    cache = Cache(source.read, 100, size=2)
    for key in ("a", "b", "a", "c"):
        cache.get(key)
    assert cache.peek("b") is None
    assert (cache.peek("a"), cache.peek("c")) == ("a1", "c3")


def test_the_earliest_of_nested_deadlines_applies() -> None:
    assert remaining(7.0) == 7.0
    assert try_timeout(5.0) == 5.0
    with within(100):
        assert 99 < remaining(7.0) <= 100
        with within(4):
            assert 1.9 < try_timeout(5.0) <= 2.0
            with within(1000):
                assert remaining(7.0) <= 4
        assert remaining(7.0) > 99
        with within(-1):
            assert remaining(7.0) < 0
            assert try_timeout(5.0) > 0


def test_a_conditional_write_is_repeated_after_a_conflict() -> None:
    turns: list[int] = []

    def turn() -> int:
        turns.append(1)
        if len(turns) < 3:
            raise WriteConflict
        return len(turns)

    assert retry_on_conflict(turn) == 3
    with pytest.raises(WriteConflict):
        retry_on_conflict(lambda: (_ for _ in ()).throw(WriteConflict()), tries=2)


def test_a_failed_condition_raises_a_conflict_with_the_current_item() -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="Conditional",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def write(item: dict[str, object]) -> None:
        with conflicts():
            dynamodb.put_item(
                TableName="Conditional",
                Item=to_item(item),
                ConditionExpression="attribute_not_exists(id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    write({"id": "1", "n": 1})
    with pytest.raises(WriteConflict) as conflict:
        write({"id": "1", "n": 2})
    assert conflict.value.item == {"id": "1", "n": 1}
    with pytest.raises(aws.ServiceError, match="ResourceNotFoundException"), conflicts():
        dynamodb.delete_item(TableName="Nothing", Key=to_item({"id": "1"}))


def test_items_of_every_page_are_found() -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="Pages",
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "n", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(5):
        dynamodb.put_item(TableName="Pages", Item=to_item({"id": "1", "n": number}))
    found = aws.query_items(
        TableName="Pages",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "1"}},
        Limit=2,
    )
    assert [item["n"] for item in found] == [0, 1, 2, 3, 4]


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_a_cursor_is_decoded_to_the_fields_that_it_was_made_of(fields: list[str]) -> None:
    assert decode_cursor(encode_cursor(*fields)) == fields


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_refused_as_a_cursor_or_decoded_to_texts(text: str) -> None:
    try:
        fields = decode_cursor(text)
    except CursorError:
        return
    assert all(isinstance(field, str) for field in fields)


@given(st.text(), st.integers(0, 50))
def test_a_text_is_truncated_by_utf16_code_units(text: str, units: int) -> None:
    cut = truncate_utf16(text, units)
    assert len(cut.encode("utf-16-le")) <= 2 * units
    plain = text.encode("utf-16-le", "replace").decode("utf-16-le")
    assert plain.startswith(cut)
    if len(plain.encode("utf-16-le")) <= 2 * units:
        assert cut == plain


def test_texts_are_cleaned_for_xml_and_numbers_read_strictly() -> None:
    assert xml_text("a\x00b\ud800c\tü") == "abc\tü"
    assert replace_lone_surrogates("a\ud83d") == "a\ufffd"


@given(st.integers(0, 4_102_444_800_000))
def test_a_formatted_timestamp_is_parsed_to_the_same_moment(moment: int) -> None:
    assert parse_iso_ms(format_iso(moment)) == moment


def test_a_studio_webhook_url_is_built_and_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://api.example.com/voice/")
    settings.clear_settings()
    assert path_prefix() == "/voice"
    account, flow = "AC" + "a" * 32, "FW" + "b" * 32
    found = parse_studio_webhook_url(studio_webhook_url(account, flow) + "?x=1")
    assert found is not None
    assert (found.account_sid, found.flow_sid) == (account, flow)
    assert (
        parse_studio_webhook_url(f"https://webhooks.twilio.com.evil/v1/Accounts/{account}/Flows/{flow}")
        is None
    )


@pytest.mark.parametrize(
    ("error", "nothing"),
    [
        (TwilioUnreachable(never_connected=True), True),
        (TwilioUnreachable(), False),
        (Refused(400, 21211, "No"), True),
        (Refused(429, None, "No"), True),
        (Refused(503, None, "No"), True),
        (Refused(500, None, "No"), False),
        (Refused(504, None, "No"), False),
        (ValueError(), False),
    ],
)
def test_an_error_tells_whether_twilio_definitely_did_nothing(error: Exception, nothing: bool) -> None:
    assert definitely_not_sent(error) is nothing
