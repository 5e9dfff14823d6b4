"""Settings from the environment, and DynamoDB items."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard import aws
from switchboard.aws import from_item, to_item
from switchboard.settings import (
    Common,
    Settings,
    SettingsError,
    Words,
    clear_settings,
    common,
    from_environment,
)


class Example(Settings):
    config_bucket: str
    session_seconds: int = 86400
    threshold: float = 0.5
    start_on_inbound: bool = True
    languages: Words = ("en-US",)


def test_settings_have_the_environments_values_in_their_own_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIG_BUCKET", "bucket")
    monkeypatch.setenv("SESSION_SECONDS", " ")  # blank: as if it were not set
    assert from_environment(Example) == Example(config_bucket="bucket")
    clear_settings()
    for name, text in {
        "SESSION_SECONDS": "60",
        "THRESHOLD": "0.75",
        "START_ON_INBOUND": " False ",
        "LANGUAGES": "en-US, es-MX,",
    }.items():
        monkeypatch.setenv(name, text)
    assert from_environment(Example) == Example(
        config_bucket="bucket",
        session_seconds=60,
        threshold=0.75,
        start_on_inbound=False,
        languages=("en-US", "es-MX"),
    )
    assert from_environment(Example) is from_environment(Example)


def test_a_missing_or_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONFIG_BUCKET", raising=False)
    with pytest.raises(SettingsError, match="Example: the environment variable CONFIG_BUCKET: is not set"):
        from_environment(Example)
    monkeypatch.setenv("CONFIG_BUCKET", "bucket")
    for name, text in {"SESSION_SECONDS": "a day", "START_ON_INBOUND": "perhaps"}.items():
        monkeypatch.setenv(name, text)
        with pytest.raises(SettingsError, match=f"{name}: .*{text}"):
            from_environment(Example)
        monkeypatch.delenv(name)


def test_the_common_settings_are_read_from_the_environment() -> None:
    settings = common()
    assert isinstance(settings, Common)
    assert settings.allowed_origins == ("https://desk.example.com",)
    assert settings.secret_cache_seconds == 300


text = st.text(st.characters(codec="utf-8"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not value.is_integer())
    | text
    | st.binary()
    | st.sets(text, min_size=1)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


@given(item=st.dictionaries(text, values, max_size=5))
def test_an_item_is_read_back_unchanged_but_for_fields_that_are_none(item: dict[str, Any]) -> None:
    expected = {name: value for name, value in item.items() if value is not None}
    returned = from_item(to_item(item))
    assert returned == expected
    assert repr(returned).count("True") == repr(expected).count("True")  # True is not 1


def test_dynamodb_stores_and_returns_every_type_of_value(monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="Items",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {
        "id": "1",
        "n": 5,
        "f": 0.25,
        "ok": True,
        "tags": {"a", "b"},
        "raw": b"\x00",
        "deep": [{"x": None}],
    }
    dynamodb.put_item(TableName="Items", Item=to_item(item))
    assert from_item(dynamodb.get_item(TableName="Items", Key=to_item({"id": "1"}))["Item"]) == item
    assert from_item({"ns": {"NS": ["1", "2.5"]}, "bs": {"BS": [b"a"]}}) == {"ns": {1, 2.5}, "bs": {b"a"}}
    with pytest.raises(aws.ServiceError) as missing:
        dynamodb.get_item(TableName="Nothing", Key=to_item({"id": "1"}))
    assert missing.value.code == "ResourceNotFoundException"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), set()])
def test_a_number_that_dynamodb_cannot_store_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match="DynamoDB stores no"):
        to_item({"a": value})


@pytest.mark.parametrize("value", [object(), 1j, {1j}])
def test_a_type_that_dynamodb_does_not_support_is_an_error(value: Any) -> None:
    with pytest.raises(TypeError, match="Unsupported type"):
        to_item({"a": value})


def test_clients_are_made_once_and_give_up_early() -> None:
    assert aws.client("dynamodb") is aws.client("dynamodb")
    config: Any = aws.boto3_client("dynamodb").meta.config  # its attributes are made at run time
    assert (config.connect_timeout, config.read_timeout) == (1, 5)
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}
