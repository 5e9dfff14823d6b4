"""Sessions that were stored before ``expiresAt`` was the time to live: it was the end of the wait, in ms."""

from typing import Any

from switchboard.aws import to_item
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent, table

HOUR_MS = 3_600_000
RETAIN_SECONDS = 30 * 86400


def _to_older_layout(someone: Respondent, waits_until: int | None = None) -> dict[str, Any]:
    """Store a session as it was stored before, and return it as it is now."""
    session = someone.session()
    assert session is not None
    older = {name: value for name, value in session.items() if name not in {"waitsUntil", "expiresAt"}}
    older["expiresAt"] = waits_until or session["waitsUntil"]
    if "expiresAt" in session:
        older["expiresAtTtl"] = session["expiresAt"]
    someone.platform.aws.client("dynamodb").put_item(TableName=table(someone.platform), Item=to_item(older))
    return session


def test_an_older_item_continues_at_its_open_question_and_is_rewritten(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    before = _to_older_layout(someone)
    assert someone.texts("4") == "Next: Again?"
    after = someone.session()
    assert after is not None
    assert after["version"] == before["version"] + 1
    assert after["waitsUntil"] - after["updatedAt"] == before["waitsUntil"] - before["updatedAt"]
    assert not {"expiresAt", "expiresAtTtl"} & after.keys()


def test_an_older_item_expires_by_the_time_that_it_states(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    session = someone.session()
    assert session is not None
    _to_older_layout(someone, session["updatedAt"] - HOUR_MS)
    assert someone.texts("4") == "Welcome.\n\nReply GO, or ES para español."


def test_an_older_item_that_ends_states_its_time_to_live_in_seconds(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    _to_older_layout(someone)
    someone.texts("STOP")
    ended = someone.session()
    assert ended is not None
    assert ended["surveyStatus"] == "OPTED_OUT"
    assert ended["expiresAt"] == ended["endedAt"] // 1000 + RETAIN_SECONDS
    assert ended["waitsUntil"] > ended["endedAt"]
    assert "expiresAtTtl" not in ended


def test_an_older_item_that_has_ended_is_taken_up_again(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "1"), "5")
    someone.call_ends()
    someone.result("ABANDONED")
    _to_older_layout(someone)
    someone.texts("hi")
    assert someone.texts("go") == "Let us begin.\n\nNext: Again?"
    after = someone.session()
    assert after is not None
    assert not {"expiresAt", "expiresAtTtl"} & after.keys()
