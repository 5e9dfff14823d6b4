"""The menu of the wait experience, and the numbers that are called back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callback.domain import number_policy
from callback.domain.dialed_number import country_of, may_call, number_of
from callback.domain.menu import WAIT, MenuStep, after_key

CALLER, OTHER = "+14155550100", "+4930123456"


@pytest.mark.parametrize(
    ("step", "digits", "following"),
    [
        ("choice", "*", MenuStep("options")),
        ("choice", "1", WAIT),
        ("option", "1", MenuStep("own number", CALLER)),
        ("option", "2", MenuStep("voicemail")),
        ("option", "3", WAIT),
        ("number", "1", MenuStep("call back", CALLER)),
        ("number", "2", MenuStep("ask number")),
        ("typed", "4930123456", MenuStep("confirm number", OTHER, tries=2)),
        ("typed", "004930123456", MenuStep("confirm number", OTHER, tries=2)),
        ("typed", "0114930123456", MenuStep("confirm number", OTHER, tries=2)),
        ("typed", "19005550123", MenuStep("ask number", is_refused=True, tries=2)),
        ("typed", "", WAIT),
        ("confirm", "1", MenuStep("call back", OTHER)),
        ("confirm", "2", MenuStep("ask number", OTHER, tries=1)),
        ("confirm", "3", WAIT),
    ],
)
def test_a_key_leads_to_its_step(step: str, digits: str, following: MenuStep) -> None:
    assert after_key(step, digits, caller=CALLER, is_open=True, number=OTHER, tries=1) == following


def test_the_third_number_that_is_refused_leads_back_to_the_music() -> None:
    refused = after_key("typed", "19005550123", caller=CALLER, is_open=True, tries=2)
    assert refused == MenuStep("wait", is_refused=True)
    assert after_key("confirm", "2", caller=CALLER, is_open=True, tries=3) == WAIT


def test_a_callback_is_not_offered_while_the_team_is_away_nor_to_a_withheld_number() -> None:
    assert after_key("option", "1", caller=CALLER, is_open=False) == WAIT
    assert after_key("option", "1", caller="anonymous", is_open=True) == MenuStep("ask number")


US, UK, GERMANY = "+12025550100", "+442079460001", "+4930111222"


@pytest.mark.parametrize(
    ("digits", "called", "number", "country"),
    [
        ("6465550123", US, "+16465550123", "United States"),
        ("6415550123", US, "+16415550123", "United States"),
        ("6475550123", US, "+16475550123", "Canada"),
        ("16465550123", US, "+16465550123", "United States"),
        ("5551234567", US, "+15551234567", "United States"),
        ("4930123456", US, "+4930123456", "Germany"),
        ("01164212345678", US, "+64212345678", "New Zealand"),
        ("02079460000", UK, "+442079460000", "United Kingdom"),
        ("0016465550123", UK, "+16465550123", "United States"),
        ("030123456", GERMANY, "+4930123456", "Germany"),
        ("030123456", "anonymous", None, ""),
        ("9005550123", US, None, ""),
        ("4155550100", "", None, ""),
        ("14155550100", "", "+14155550100", "United States"),
        ("80012345678", US, "+80012345678", ""),
    ],
)
def test_a_typed_number_is_tried_in_the_country_of_the_called_number_first(
    digits: str, called: str, number: str | None, country: str
) -> None:
    assert number_of(digits, called) == number
    assert number is None or country_of(number, "en-US") == country


def test_a_number_that_is_typed_again_is_taken_with_its_country_code() -> None:
    assert number_of("6465550123", US, wrong="+16465550123") == "+6465550123"
    assert number_of("14155550100", US, wrong="+14155550100") == "+14155550100"


def test_countries_have_spanish_names_in_spanish() -> None:
    assert country_of("+4930123456", "es-MX") == "Alemania"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+447700900123", None),
        ("+80012345678", None),
        ("+442079460000", None),
        ("+19005550123", "premium-rate"),
        ("+19000000001", "premium-rate"),
        ("+9991234567", "no country"),
        ("+12025550", "no assigned range"),
        ("+19995550123", "no assigned range"),
        ("+881612345678", "network"),
    ],
)
def test_a_number_is_refused_for_a_reason(number: str, reason: str | None) -> None:
    refusal = number_policy.refusal(number)
    assert refusal is None if reason is None else reason in str(refusal)


@given(st.from_regex(r"\+[0-9]{1,16}", fullmatch=True))
def test_a_number_with_any_digits_is_called_back_or_refused(number: str) -> None:
    assert number_policy.refusal(number) is None or not may_call(number)


@given(
    st.sampled_from(["choice", "option", "number", "typed", "confirm"]),
    st.text("0123456789*#", max_size=18),
    st.booleans(),
)
def test_no_sequence_of_keys_calls_a_refused_number_back(step: str, digits: str, is_open: bool) -> None:
    following = after_key(step, digits, caller="anonymous", is_open=is_open, number="+19005550123")
    assert following.kind != "call back"
    assert following.tries <= 3
