"""A text message passes the files that docs/survey.md names, in few steps, and no others."""

import inspect
import itertools
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from survey.handlers import sms_webhook
from survey.storage import definitions
from switchboard import aws, bus
from switchboard.aws import s3
from switchboard.http.request import Caller, Params, Request
from switchboard.settings import clear_settings
from tests.data.surveys import CONFIG, ENGLISH, SPANISH

FEATURE = PROJECT_ROOT / "functions" / "survey"
FILES = {
    "survey-config.json": CONFIG,
    "voice-prompts/survey-en-US.env": ENGLISH.encode(),
    "voice-prompts/survey-es-MX.env": SPANISH.encode(),
}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TALK = ("hi", "go", "4", "yes", "because")
READERS = ("domain/language/", "domain/forms/", "domain/languages.py", "domain/placeholders.py")
"""Read and fill in texts, and know no session."""

REQUESTS = {path.relative_to(FEATURE).as_posix() for path in FEATURE.glob("requests/*.py")}
"""Make values of what callers send."""

MOST_FILES = 10
DOCUMENTED_FILES = 9
MOST_RETURNS = 14


class Table:
    """The table of sessions, in memory, for one respondent."""

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}

    def query_items(self, **_request: Any) -> list[dict[str, Any]]:
        return [aws.from_item(item) for item in self.items.values()]

    def put_item(self, Item: dict[str, Any], **_request: Any) -> None:  # noqa: N803  # DynamoDB's name
        self.items[Item["surveyId"]["S"]] = Item

    def update_item(self, **_request: Any) -> None:
        """Count a reply."""


class Trace:
    """The files that functions run in, and the returns from one to another, while a message is answered.

    Methods and properties of the values that are handed on do not count.
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        self.returns: list[tuple[str, str]] = []

    def __enter__(self) -> "Trace":
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        file = _file(frame)
        if not file or file.startswith(READERS) or "." in frame.f_code.co_qualname:
            return
        outer = frame.f_back
        while outer is not None and not _file(outer):
            outer = outer.f_back
        caller = _file(outer) if outer else ""
        if caller == file or {file, caller} & REQUESTS:
            return
        if event == "call" and file not in self.files:
            self.files.append(file)
        if event == "return" and caller:
            self.returns.append((file, caller))


def _file(frame: FrameType) -> str:
    """Return the file of the feature that a frame runs in, or the empty string."""
    path = Path(frame.f_code.co_filename)
    return path.relative_to(FEATURE).as_posix() if path.is_relative_to(FEATURE) else ""


@pytest.fixture
def _storage(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table()
    monkeypatch.setenv("SURVEY_SESSIONS_TABLE", "sessions")
    monkeypatch.setenv("CONFIG_BUCKET", "config")
    clear_settings()
    monkeypatch.setattr(aws, "client", lambda _service: table)
    monkeypatch.setattr(aws, "query_items", table.query_items)
    monkeypatch.setattr(s3, "get", lambda _bucket, key: s3.S3Object(FILES[key], NOW, "", {}))
    monkeypatch.setattr(bus, "publish", lambda *_event: None)
    definitions.load_definition(definitions.SurveyRef("default", "en-US"))


def _receive(body: str) -> str:
    form = Params({"From": "+15555550123", "To": "+15555550100", "Body": body, "MessageSid": body}.items())
    request = Request(
        method="POST",
        path="/sms/webhook",
        url="https://example.com/sms/webhook",
        headers={},
        query=Params(),
        form=form,
        json=None,
        params=form,
        path_parameters={},
        caller=Caller("twilio"),
        idempotency_token=None,
    )
    return str(inspect.unwrap(sms_webhook.handler.invoke)(request).body)  # type: ignore[call-arg,arg-type,union-attr]


def _documented_files() -> list[str]:
    page = (PROJECT_ROOT / "docs" / "survey.md").read_text(encoding="utf-8")
    section = page.partition("## The way of one text message\n")[2].partition("\n## ")[0]
    return re.findall(r"^\d+\. `([a-z_/]+\.py)`", section, re.MULTILINE)


@pytest.mark.usefixtures("_storage")
def test_a_text_message_passes_few_files_and_returns_seldom() -> None:
    passed = set()
    for body in TALK:
        with Trace() as trace:
            reply = _receive(body)
        assert "<Message>" in reply
        assert len(trace.files) <= MOST_FILES, trace.files
        assert len(trace.returns) <= MOST_RETURNS, trace.returns
        assert trace.files[:2] == ["handlers/sms_webhook.py", "turns.py"]
        passed |= set(trace.files)
    documented = _documented_files()
    assert set(documented[:DOCUMENTED_FILES]) <= passed
    # The welcome is no question: what a reply to it asks for is in answers.py.
    assert passed - set(documented[:DOCUMENTED_FILES]) <= {"domain/answers.py"}


def test_the_event_of_a_turn_leads_to_the_result_file() -> None:
    files = _documented_files()[DOCUMENTED_FILES:]
    assert (files[0], files[-1]) == ("handlers/write_result.py", "storage/results.py")
    for caller, called in itertools.pairwise(files):
        module = f"survey.{called.removesuffix('.py').replace('/', '.')}"
        assert f"from {module} import" in (FEATURE / caller).read_text(encoding="utf-8")
