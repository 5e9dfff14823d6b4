"""The grammar of voice TwiML: what may be saved, and that all that the twilio package can write may be."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml import TwiML, voice_response
from twilio.twiml.voice_response import VoiceResponse

from local.twilio.voice import schema
from sip_router.domain import twiml_grammar
from sip_router.domain.twiml_grammar import grammar_problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<Foo/>", "has an element that TwiML does not have: <Foo>"),
        ("<say>Hello</say>", "has <say>, which must be written <Say>"),
        (
            '<Gather timeout="abc"/>',
            "has timeout in <Gather>, which must be a whole number of seconds",
        ),
        ('<Dial timeout="-1">+4930</Dial>', 'has timeout in <Dial>, which must be a whole number: "-1"'),
        ('<Dial record="maybe"/>', "has record in <Dial>, which must be"),
        (
            '<Redirect method="PUT">/a</Redirect>',
            "has method in <Redirect>, which must be GET or POST",
        ),
        ('<Say loud="yes">Hello</Say>', "has an attribute that <Say> does not have: loud"),
        ("<Number>+4930</Number>", "has <Number> as a verb, which it is not"),
        ("<Gather><Dial/></Gather>", "has <Dial> inside of <Gather>, where it does not belong"),
        ("<Say><Play/></Say>", "has <Play> inside of <Say>"),
        ("<Dial><Client><Identity><Say/></Identity></Client></Dial>", "has <Say> inside of <Identity>"),
        ("<Gather>Press 1</Gather>", "has text inside of <Gather>, where none belongs"),
        ("<Response><Hangup>now</Hangup></Response>", "has text inside of <Hangup>"),
        ('<Reject reason="tired"/>', "has reason in <Reject>, which must be"),
        ("<Connect><Stream><Say/></Stream></Connect>", "has <Say> inside of <Stream>"),
        ('<x:Say xmlns:x="urn:x">Hello</x:Say>', "has an element that TwiML does not have: <x:Say>"),
        ("<Say>Hello", "is not well-formed XML"),
    ],
)
def test_twiml_that_breaks_the_grammar_is_refused_with_the_reason(text: str, problem: str) -> None:
    assert (grammar_problem(text) or "").startswith(problem)


@pytest.mark.parametrize(
    "text",
    [
        "<Hangup/>",
        '<Say voice="Polly.Joanna" language="en-US" loop="0">Hi <break time="1s"/><s>you</s></Say>',
        '<Say><lang xml:lang="de-DE">Guten <prosody rate="slow">Tag</prosody></lang></Say>',
        '<Gather input="speech dtmf" timeout="auto" numDigits="1" finishOnKey="" action="/a?b=c&amp;d=e">'
        "<Say>One</Say><Pause/><Play>https://example.com/a.mp3</Play></Gather>",
        '<Dial callerId="+4930" record="record-from-answer-dual" action="/next" method="get">+4930123</Dial>',
        '<Dial><Sip username="a" password="b">sip:a@example.com</Sip></Dial>',
        "<Dial><Client><Identity>ann</Identity><Parameter name='a' value='b'/></Client></Dial>",
        '<Dial><Conference beep="onEnter" record="record-from-start">Room</Conference></Dial>',
        '<Enqueue workflowSid="WW1"><Task priority="5" timeout="200">{"a": 1}</Task></Enqueue>',
        '<Start><Stream url="wss://example.com"><Parameter name="a" value="b"/></Stream></Start>',
        '<Connect action="/a"><ConversationRelay url="wss://example.com" anyNewAttribute="x"/></Connect>',
        '<Refer action="/a"><Sip>sip:a@example.com</Sip></Refer>',
        "<Response><!-- closed --><Pause length='2'/>\n<Reject reason='busy'/></Response>",
        '<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:a="b"><Hangup/></Response>',
    ],
)
def test_twiml_that_twilio_accepts_may_be_saved(text: str) -> None:
    assert grammar_problem(text) is None


# What the package's methods call the text of an element.
CONTENT = {
    "message", "url", "words", "number", "name", "phone_number", "sip_url", "sim_sid", "identity", "body",
    "sid", "client_identity", "application_sid",
}  # fmt: skip


def samples(element: TwiML, depth: int = 0) -> Iterator[None]:
    """Nest everything into an element that the package can nest into it, each with all of its attributes."""
    for name, method in inspect.getmembers(type(element), inspect.isfunction):
        source = inspect.getsource(method)
        if name.startswith("_") or hasattr(TwiML, name) or ".nest(" not in source or depth > 3:
            continue
        values: dict[str, Any] = {
            parameter: sample(name, parameter)
            for parameter in inspect.signature(method).parameters
            if parameter not in {"self", "kwargs"}
        }
        nested = method(element, **values)
        yield
        if type(nested) is not type(element):
            yield from samples(nested, depth + 1)


def sample(element: str, parameter: str) -> str:
    """Return a value that an attribute takes, by its name."""
    if parameter in CONTENT and not (parameter in {"name", "url"} and element in {"stream", "number", "sip"}):
        return "a"
    return next((value for pattern, value in VALUES if re.search(pattern, f"{element}.{parameter}")), "a")


VALUES = [
    (r"gather\.input", "dtmf speech"),
    (r"conference\.record$", "record-from-start"),
    (r"dial\.record$", "record-from-answer"),
    (r"\.(trim)$", "trim-silence"),
    (r"\.reason$", "busy"),
    (r"\.beep$", "onExit"),
    (r"recording_track$", "both"),
    (r"machine_detection$", "Enable"),
    (r"method$", "POST"),
    (
        r"(answer_on_bridge|bargein|barge_in|copy_parent_to|debug|enhanced|hangup_on_star|muted|play_beep|"
        r"profanity_filter|security_code|sequential|transcribe|action_on_empty_result|"
        r"(start|end)_conference_on_(enter|exit))$",
        "true",
    ),
    (
        r"(timeout|time_limit|length|loop|num_digits|max_\w+|min_\w+|priority|weight|max_queue_size|"
        r"machine_detection_\w+|max_participants|finish_on_key|digits)$",
        "5",
    ),
]


def test_twiml_that_the_twilio_package_can_write_may_be_saved() -> None:
    response = VoiceResponse()

    nested = sum(1 for _ in samples(response))

    assert nested > 200
    assert grammar_problem(str(response)) is None


def test_twiml_that_the_stand_in_for_twilio_carries_out_may_be_saved() -> None:
    for name, attributes in schema._ATTRIBUTES.items():
        assert set(attributes.split()) <= set(twiml_grammar._ELEMENTS[name].attributes), name
    for name, inside in schema._INSIDE.items():
        assert inside - {"ReferSip"} <= twiml_grammar._ELEMENTS[name].inside, name
    assert twiml_grammar._ELEMENTS["Response"].inside >= schema.VERBS


def test_the_package_has_no_element_that_the_grammar_does_not_know() -> None:
    # Read as text: Python 3.11's own parser fails now and then after a RecursionError of an earlier test.
    source = Path(voice_response.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'self\.name = "(.+?)"', source))

    unknown = {name for name in names if "TwiML does not have" in (grammar_problem(f"<{name}/>") or "")}

    assert len(names) > 50
    assert unknown == set()


@given(
    st.lists(
        st.sampled_from(
            [
                "<Say>",
                "</Say>",
                "<Dial>",
                "</Dial>",
                "<Foo/>",
                "<Gather timeout='",
                "'/>",
                "a",
                "&lt;",
                "<!--",
                "-->",
            ]
        ),
        max_size=10,
    ).map("".join)
)
def test_any_text_can_be_checked_by_the_grammar(text: str) -> None:
    problem = grammar_problem(text)

    assert problem is None or problem.startswith(("has ", "is ", "must "))
