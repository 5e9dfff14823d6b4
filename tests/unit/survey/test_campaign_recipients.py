"""What a look at a session makes of a campaign's recipient, without AWS."""

from dataclasses import replace

import pytest

from survey.domain.campaign.campaign import Campaign, status_after, statuses_before
from survey.domain.campaign.recipient import HOUR_MS, Recipient, follow, has_begun, remind
from survey.domain.campaign.recipient_list import (
    ListError,
    Rejected,
    decode,
    read_csv,
    read_entries,
    without_lines,
)
from survey.domain.campaign.window import Window
from survey.domain.session import Session, Status

NOW = 1_800_000_000_000
CAMPAIGN = Campaign(
    campaign_id="c",
    survey_id="default",
    medium="voice",
    rows=1,
    created_at=NOW,
    per_minute=60,
    window=Window.parse("09:00-20:00"),
    remind_after_ms=HOUR_MS,
)
ASKED = Recipient("+12025550142", 1).claim(NOW).asked(CAMPAIGN, NOW)
SESSION = Session("+12025550142", "default", "s", "sms", "en-US", NOW, NOW, NOW + 24 * HOUR_MS)


def _ended(status: Status) -> Session:
    return SESSION.end(status, NOW)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("COMPLETED", "completed"),
        ("OPTED_OUT", "optedOut"),
        ("FAILED", "failed"),
        ("CANCELED", "failed"),
        ("VOICEMAIL", "unreached"),
        ("EXPIRED", "unreached"),
    ],
)
def test_a_survey_that_has_ended_is_an_outcome(status: Status, outcome: str) -> None:
    after = follow(ASKED, _ended(status), CAMPAIGN, NOW)
    assert (after.status, after.due_at, after.is_over) == (outcome, 0, True)


def test_a_session_that_is_gone_is_an_outcome() -> None:
    assert follow(ASKED, None, CAMPAIGN, NOW).status == "unfinished"


@pytest.mark.parametrize("status", ["BUSY", "NO_ANSWER"])
def test_a_call_in_vain_is_due_again_hours_later_and_at_last_given_up(status: Status) -> None:
    again = follow(ASKED, _ended(status), CAMPAIGN, NOW)
    assert (again.status, again.purpose, again.due_at, again.count) == (
        "waiting",
        "retry",
        NOW + 3 * HOUR_MS,
        None,
    )
    called = again.claim(NOW).asked(CAMPAIGN, NOW)
    last = follow(called, _ended(status), CAMPAIGN, NOW)
    assert last.due_at == NOW + 27 * HOUR_MS
    assert follow(last.claim(NOW).asked(CAMPAIGN, NOW), _ended(status), CAMPAIGN, NOW).status == "unreached"


def test_who_began_and_stopped_is_reminded_once() -> None:
    begun = replace(SESSION, processed_ids=("SM1",), question="q")
    assert has_begun(begun)
    assert follow(ASKED, begun, CAMPAIGN, NOW).due_at == NOW + HOUR_MS
    due = follow(ASKED, begun, CAMPAIGN, NOW + HOUR_MS)
    assert (due.status, due.due_at) == ("asked", NOW + HOUR_MS)
    reminded = remind(due).claim(NOW)
    assert reminded.count == "asked"
    asked = reminded.asked(CAMPAIGN, NOW + HOUR_MS)
    assert asked.reminders == 1
    assert follow(asked, begun, CAMPAIGN, NOW + 2 * HOUR_MS).due_at > NOW + 24 * HOUR_MS
    assert follow(asked, replace(begun).end("EXPIRED", NOW), CAMPAIGN, NOW).status == "unfinished"


def test_who_never_replied_or_is_on_the_phone_is_not_reminded() -> None:
    for session in (SESSION, replace(SESSION, medium="voice", question="q")):
        after = follow(ASKED, session, CAMPAIGN, NOW + 2 * HOUR_MS)
        assert after.due_at > NOW + 24 * HOUR_MS


def test_a_recipient_who_is_put_off_waits_or_stays_claimed() -> None:
    claimed = Recipient("+12025550142", 1).claim(NOW)
    assert (claimed.claim(NOW + 5).claimed_at, claimed.count) == (NOW, None)
    assert claimed.postpone(NOW + 1).status == "waiting"
    assert remind(ASKED).claim(NOW).postpone(NOW + 1).status == "asked"
    held = claimed.hold(NOW + 1, "why")
    assert (held.status, held.claimed_at, held.due_at, held.reason) == ("claimed", NOW, NOW + 1, "why")


def test_a_campaign_counts_who_waits_and_is_finished_once_nobody_does() -> None:
    campaign = replace(CAMPAIGN, rows=3, cursor=3).counted({"asked": 1, "completed": 1, "started": 2})
    assert (campaign.waiting, campaign.is_finished) == (1, False)
    over = campaign.counted({"asked": -1, "failed": 2})
    assert (over.waiting, over.is_finished) == (0, True)
    assert not replace(over, cursor=2).is_finished


def test_a_minute_is_filled_once() -> None:
    filled = CAMPAIGN.refilled(NOW)
    assert (filled.tokens, filled.next_minute_at) == (60, NOW + 60_000)
    used = replace(filled, tokens=1)
    assert used.refilled(NOW + 59_999) is used
    assert used.refilled(NOW + 60_000).tokens == 60


def test_actions_lead_from_some_statuses_to_one() -> None:
    assert (statuses_before("pause"), status_after("pause")) == ({"running"}, "paused")
    assert status_after("cancel") == "canceled"


def test_the_first_look_comes_before_the_session_ends() -> None:
    assert CAMPAIGN.first_look_ms == HOUR_MS
    assert replace(CAMPAIGN, remind_after_ms=0).first_look_ms == CAMPAIGN.session_ms


# ── Lists ──────────────────────────────────────────────────────────────────────────────────────────


def _read(content: bytes) -> list[Recipient | Rejected]:
    return list(read_csv(content, lambda fields: {name: str(value) for name, value in fields.items()}))


def test_a_list_without_names_has_numbers_and_languages() -> None:
    one, other = _read(b"+12025550142;es-MX\n+1 (202) 555-0143\n")
    assert isinstance(one, Recipient)
    assert isinstance(other, Recipient)
    assert (one.number, one.language, other.number) == ("+12025550142", "es-MX", "+12025550143")


def test_a_row_with_too_many_cells_or_an_open_quotation_is_rejected_alone() -> None:
    wide, broken, good = _read(b'to,name\n+12025550142,Ada,x\n"+12025550143,Ada\n+12025550144,Ada\n')
    assert (wide, isinstance(broken, Rejected)) == (
        Rejected(2, "+12025550142", "has more than 2 columns"),
        True,
    )
    assert isinstance(good, Recipient)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"name\nAda\n", b"to,To\n+12025550142,\n"])
def test_a_file_that_is_no_list_is_an_error(content: bytes) -> None:
    with pytest.raises(ListError):
        _read(content)


def test_a_file_of_any_common_encoding_is_text() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decode("Zoë,x".encode(encoding)) == "Zoë,x"


def test_entries_of_json_have_their_place_as_line() -> None:
    read = list(read_entries([{"to": "+12025550142"}, 7, {"to": 7}, {"to": "1E+10"}], lambda _fields: {}))
    assert [one.line for one in read] == [1, 2, 3, 4]
    assert [isinstance(one, Recipient) for one in read] == [True, False, False, False]
    assert "rounded" in str(read[3])


def test_a_file_without_some_lines_says_the_same_about_the_others() -> None:
    lists = [
        "to;name;language\n+12025550142;Ada;\n\n+12025550143;Grace, H.;es-MX\n12;x;\n+12025550144;Zoë;\n",
        "+12025550142;es-MX\r\n+12025550143\r\n+12025550144;fr-FR\r\n",
        "sep=;\n+12025550142;es-MX\n+12025550143;fr-FR",
        "+12025550142\r+1 (202) 555-0143\r",
        "+12025550142\n+12025550143,es-MX\n",
    ]
    for text in lists:
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            content = text.encode(encoding)
            entries = _read(content)
            for left_out in entries:
                rest = [one for one in entries if one.line != left_out.line]
                assert _read(without_lines(content, {left_out.line})) == rest
            assert _read(without_lines(content, {one.line for one in entries})) == []


@pytest.mark.parametrize("content", [b"", b"name\nAda\n"])
def test_of_a_file_that_is_no_list_nothing_can_be_left_out(content: bytes) -> None:
    with pytest.raises(ListError):
        without_lines(content, {2})
