"""Any answer of an application and any action of a person is handled without an internal error."""

import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.http_messages import HttpResponse, LocalError
from local.twilio.messaging.segments import segments
from local.twilio.twiml import BadTwiml, parse
from local.twilio.webhook import WebhookFailed, overrides
from tests.integration.twilio.app import NUMBER, PERSON, XML, World

ENDED = {"completed", "busy", "no-answer", "canceled", "failed"}
RELAXED = settings(max_examples=25, suppress_health_check=list(HealthCheck))

URLS = ["/voice/survey", "/next", "next", "", "?a=1", "https://switchboard.test/next", "http://[", "x:y"]
VALUES = ["", "0", "1", "5", "-1", "true", "false", "auto", "GET", "POST", "PUT", "#", "*1", "ä", "busy"]
NAMES = """
action method timeout numDigits finishOnKey input language loop length reason maxLength playBeep waitUrl url
actionOnEmptyResult workflowSid hangupOnStar timeLimit callerId statusCallbackEvent digits
"""
VERBS = """
Say Play Pause Gather Redirect Hangup Reject Record Dial Enqueue Leave Refer Number Client Sip Queue
Conference Task Connect Message say Speak
"""
urls = st.sampled_from(URLS)
texts = st.one_of(
    urls, st.sampled_from(["Hello", "+12025550188", "support", "sip:a@b.test"]), st.text(max_size=20)
)


def escape(text: str) -> str:
    kept = "".join(c for c in text if c in "\t\n" or (c.isprintable() and ord(c) < 0xD800))
    for raw, escaped in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;")):
        kept = kept.replace(raw, escaped)
    return kept


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def build(name: str, attributes: dict[str, str], body: list[str]) -> str:
        written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        return f"<{name}{written}>{''.join(body)}</{name}>"

    attributes = st.dictionaries(st.sampled_from(NAMES.split()), st.sampled_from(VALUES + URLS), max_size=3)
    return st.builds(build, st.sampled_from(VERBS.split()), attributes, st.lists(inner, max_size=3))


elements = st.recursive(texts.map(escape), element, max_leaves=6)
documents = st.lists(element(elements), max_size=4).map(
    lambda found: f"<Response>{''.join(found)}</Response>"
)
deeds = st.one_of(
    st.tuples(st.just("press"), st.text("0123456789*#", min_size=1, max_size=4).map(lambda d: {"digits": d})),
    st.tuples(st.just("press"), st.just({"digits": "1", "more": True})),
    st.tuples(st.just("say"), st.just({"text": "hello"})),
    st.tuples(st.just("silence"), st.just({})),
    st.tuples(
        st.just("other-side"), st.sampled_from(["completed", "busy", "bridged"]).map(lambda r: {"result": r})
    ),
)


def hold(world: World, actions: list[tuple[str, dict]]) -> None:
    """Have a call, and end it; every deed is either done or refused, and the call always ends."""
    call = world.call()
    for deed, fields in actions:
        status, _ = world.http("POST", f"/_local/phone/calls/{call['sid']}/{deed}", fields)
        assert status in {200, 409}
    world.do(call, "hangup")
    ended = world.look(call)
    assert ended["finished"]
    assert ended["status"] in ENDED
    indices = [entry["index"] for entry in ended["transcript"]]
    assert indices == list(range(len(indices)))
    assert all(request.signed for request in world.app.requests)
    assert not [e for e in ended["transcript"] if e["kind"] == "error" and e["code"] == 0]


@RELAXED
@given(first=documents, second=documents, actions=st.lists(deeds, max_size=5))
def test_any_sequence_of_verbs_and_actions_is_handled_without_an_internal_error(
    first: str, second: str, actions: list[tuple[str, dict]]
) -> None:
    world = World()
    world.serve(voice=first, next=second, status="<Response/>")
    world.app.pages["/voice/next"] = second
    hold(world, actions)


@RELAXED
@given(body=st.binary(max_size=200), kind=st.sampled_from(["text/xml", "text/plain", "audio/mpeg", "", "x"]))
def test_any_response_body_is_handled_without_an_internal_error(body: bytes, kind: str) -> None:
    world = World()
    page = HttpResponse(200, (("Content-Type", kind),), body)
    world.serve(voice=page, sms=page, status="<Response/>")
    hold(world, [("silence", {})])
    world.text("hi")


@RELAXED
@given(document=documents, cut=st.integers(0, 300), insert=st.text(max_size=5))
def test_any_damaged_document_is_handled_without_an_internal_error(
    document: str, cut: int, insert: str
) -> None:
    damaged = (document[:cut] + insert + document[cut + 1 :]).encode(errors="replace")
    code = 0
    try:
        parse(damaged)
    except BadTwiml as problem:
        code = problem.code
    assert code in {0, 12100, 11750}


@RELAXED
@given(document=documents)
def test_any_answer_to_a_text_message_is_handled_without_an_internal_error(document: str) -> None:
    world = World()
    world.serve(sms=HttpResponse(200, XML, document.encode()))
    world.text("hi")
    assert world.stand_in.account.tasks.wait(10)


@given(
    form=st.dictionaries(
        st.sampled_from(
            [
                "To",
                "From",
                "Body",
                "MessagingServiceSid",
                "MediaUrl",
                "StatusCallback",
                "Url",
                "Twiml",
                "Timeout",
            ]
        ),
        st.one_of(st.text(max_size=30), st.sampled_from([NUMBER, PERSON, "https://switchboard.test/x"])),
    ),
    resource=st.sampled_from(["Messages.json", "Calls.json"]),
)
@RELAXED
def test_any_form_is_accepted_or_refused_by_the_rest_api(form: dict[str, str], resource: str) -> None:
    world = World()
    status, answer = world.api("POST", resource, form)
    assert status in {201, 400, 404}
    assert (status == 201) == ("sid" in answer)
    world.stand_in.stop()


@RELAXED
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.text(max_size=20),
    body=st.binary(max_size=40),
)
def test_any_request_to_a_local_endpoint_is_accepted_or_refused(method: str, path: str, body: bytes) -> None:
    world = World()
    for prefix in ("/_local/phone/", "/_local/twilio/", "/_local/twilio/api/", "/_local/phone/calls/"):
        assert 200 <= world.send(method, prefix + path, body, path).status < 500


@given(body=st.text(max_size=1600))
def test_the_segments_of_a_message_hold_its_whole_text(body: str) -> None:
    count = segments(body)
    assert count >= 1
    assert count * 160 >= len(body)


@given(fragment=st.text(max_size=30))
def test_any_connection_override_is_read_or_refused(fragment: str) -> None:
    try:
        found = overrides(f"https://switchboard.test/#{fragment}")
    except WebhookFailed:
        return
    assert 0 <= found.retries <= 5
    assert 0 < found.seconds <= 15


def test_concurrent_calls_do_not_affect_each_other() -> None:
    world = World()
    world.serve(status="<Response/>")
    world.twiml("/voice/survey", "<Gather numDigits='1' action='/next'/>")
    world.twiml("/next", "<Redirect>/voice/survey</Redirect>")
    problems: list[LocalError] = []

    def one(index: int) -> None:
        try:
            call = world.call(sender=f"+1202555{index:04}")
            for _ in range(5):
                world.do(call, "press", digits="1")
            world.do(call, "hangup")
        except LocalError as error:
            problems.append(error)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(world.app.asked("/next")) == 100
    assert len(world.app.asked("/voice/survey/status")) == 20
