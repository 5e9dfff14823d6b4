"""Liquid in the local Studio."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.twilio.studio.liquid import fill, unknown_parts

CONTEXT: dict[str, Any] = {
    "trigger": {"call": {"From": "sip:+12025550142@pbx.example.com", "To": "+12025550101"}},
    "widgets": {"menu": {"Digits": "2"}, "http": {"parsed": {"list": ["a", "b"], "ok": True}}},
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("no output", "no output"),
        ("{{widgets.menu.Digits}}", "2"),
        ("{{ widgets.menu.Digits }} and {{widgets.menu.SpeechResult}}.", "2 and ."),
        ("{{trigger.call.To | url_encode}}", "%2B12025550101"),
        ("{{trigger.call.From | split: '@' | first | split: ':' | last}}", "+12025550142"),
        ('{{trigger.call.To | split:"@" | first | split:":" | last}}', "+12025550101"),
        ("{{trigger.call.None | split: '@' | first}}", ""),
        ("{{widgets.none.Digits | default: 'nothing' | upcase}}", "NOTHING"),
        ("{{'a|b: c' | replace: '|', ': '}}", "a: b: c"),
        ("{{widgets.http.parsed.list | join: ', '}}", "a, b"),
        ("{{widgets.http.parsed.list.1}}{{widgets.http.parsed.list.7}}", "b"),
        ("{{widgets.http.parsed.ok}}", "true"),
        ("{{widgets.menu.Digits | plus: 1 | append: '!' | prepend: 'no. '}}", "no. 3!"),
        ("{{'abcdef' | slice: -3, 2}}{{'abc' | size}}{{'abcdef' | truncate: 4}}", "de3a..."),
        (
            "{{'a-b-c' | remove: '-'}}{{'a-b-c' | remove_first: '-'}}{{' x ' | strip | capitalize}}",
            "abcab-cX",
        ),
    ],
)
def test_an_output_is_replaced_by_its_value(template: str, filled: str) -> None:
    assert fill(template, CONTEXT) == filled


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        ("{{trigger.call.From | split: '@' | first}}", []),
        ("{% assign x = 1 %}{{x}}", ["the Liquid tag assign"]),
        ("{{x | md5 | upcase}}", ["the Liquid filter md5"]),
        ("{{x == 1}}", ["the Liquid output {{x == 1}}"]),
        ("{{}}", ["the Liquid output {{}}"]),
        ("{{x | }}", ["the Liquid filter "]),
    ],
)
def test_what_is_not_filled_in_is_named(template: str, parts: list[str]) -> None:
    assert list(unknown_parts(template)) == parts


@given(st.text())
def test_a_template_without_braces_stays_as_it_is(text: str) -> None:
    plain = text.replace("{", "")
    assert fill(plain, {}) == plain


@given(st.text(alphabet=st.characters(exclude_characters="{}'\"")), st.text(max_size=3))
def test_a_template_whose_parts_are_all_known_is_filled_without_an_error(text: str, value: str) -> None:
    template = f"{{{{{text}}}}}"
    if not list(unknown_parts(template)):
        assert isinstance(fill(template, {"x": value}), str)
