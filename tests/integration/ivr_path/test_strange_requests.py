"""Any signed request gets an answer other than 5xx."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import Caller

QUIET = settings(max_examples=25)
SIDS = {prefix: prefix + "0123456789abcdef" * 2 for prefix in ("CA", "FN", "FW", "AC")}
NAMES = [
    "callSid",
    "executionSid",
    "flowSid",
    "CallSid",
    "CallStatus",
    "CallDuration",
    "From",
    "To",
    "Direction",
]
VALUES = st.one_of(
    st.sampled_from([*SIDS.values(), "completed", "ringing", "", "12", "-1", "²", "inbound", "sip:a@b"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
FORMS = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), VALUES, max_size=8)
DOCUMENTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["com.twilio.unknown", ""]), "data": DOCUMENTS}, optional={"id": DOCUMENTS}
    ),
    max_size=12,
)


@pytest.mark.parametrize("path", ["/widget-store-studio-data", "/pn-call-status-callback"])
@QUIET
@given(form=FORMS, query=FORMS)
def test_any_signed_form_is_accepted_or_refused(
    caller: Caller, path: str, form: dict[str, str], query: dict[str, str]
) -> None:
    target = f"{path}?{urlencode(query)}" if query else path
    assert caller.signed_post(target, form).status in {200, 204, 302, 400}


@pytest.mark.parametrize("path", ["/widget-store-studio-data", "/pn-call-status-callback", "/eventstream"])
@QUIET
@given(content=st.one_of(DOCUMENTS, FORMS, EVENTS))
def test_any_signed_json_is_accepted_or_refused(caller: Caller, path: str, content: Any) -> None:
    assert caller.signed_json(path, content).status in {200, 204, 302, 400}


@QUIET
@given(query=st.dictionaries(st.sampled_from(["flowSid", "from", "to", "limit", "cursor"]), VALUES))
def test_any_query_of_the_list_is_accepted_or_refused(caller: Caller, query: dict[str, str]) -> None:
    assert caller.key_get(f"/ivr-paths?{urlencode(query)}").status in {200, 400}


@QUIET
@given(
    sid=st.one_of(VALUES.filter(lambda text: text not in {"", ".", ".."}), st.sampled_from([*SIDS.values()]))
)
def test_any_call_sid_is_found_or_refused(caller: Caller, sid: str) -> None:
    from urllib.parse import quote

    assert caller.key_get(f"/ivr-paths/{quote(sid, safe='')}").status in {200, 404}
