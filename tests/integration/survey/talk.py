"""A respondent at the edge of the running platform: sends messages, is on the phone, has a result file."""

import itertools
import json
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.platform import Platform
from local.template.parameters import SURVEY_NUMBER
from tests.support import Caller, eventually

_numbers = itertools.count(1000)


def new_number() -> str:
    """Return a number that no other test uses."""
    return f"+1303555{next(_numbers)}"


def call_sid() -> str:
    return "CA" + secrets.token_hex(16)


def message_sid() -> str:
    return "SM" + secrets.token_hex(16)


@dataclass
class Heard:
    """What a phone was told: the words, what it listens for, and where its answer goes."""

    says: list[str]
    voices: list[tuple[str | None, str | None]]
    gather: Mapping[str, str] | None
    action: str
    hangs_up: bool
    record: Mapping[str, str] | None = None

    @property
    def step(self) -> int:
        return int(parse_qs(urlsplit(self.action).query)["step"][0])


class Respondent:
    """One person with one phone."""

    def __init__(
        self, platform: Platform, caller: Caller, number: str | None = None, survey: str = ""
    ) -> None:
        self.platform = platform
        self.caller = caller
        self.number = new_number() if number is None else number
        self.survey = survey
        self.call_sid = call_sid()

    # ── Text messages ──────────────────────────────────────────────────────────────────────────

    def text_form(self, body: str, **fields: str) -> dict[str, str]:
        return {
            "AccountSid": self.platform.account_sid,
            "From": self.number,
            "To": SURVEY_NUMBER,
            "Body": body,
            "MessageSid": message_sid(),
            "NumMedia": "0",
            **fields,
        }

    def texts(self, body: str, headers: Mapping[str, str] | None = None, **fields: str) -> str:
        """Send a message and return the reply; empty where there is none."""
        path = "/sms/webhook" + (f"?surveyId={self.survey}" if self.survey else "")
        answer = self.caller.signed_post(path, self.text_form(body, **fields), headers)
        assert answer.status == 200, answer.text
        document = ET.fromstring(answer.text)
        assert document.tag == "Response"
        return "\n".join(message.text or "" for message in document)

    # ── The phone ──────────────────────────────────────────────────────────────────────────────

    def call_form(self, **fields: str) -> dict[str, str]:
        return {
            "AccountSid": self.platform.account_sid,
            "CallSid": self.call_sid,
            "From": self.number,
            "To": SURVEY_NUMBER,
            "Direction": "inbound",
            "CallStatus": "in-progress",
            **fields,
        }

    def calls(self, **fields: str) -> Heard:
        """Begin a call."""
        self.call_sid = fields.get("CallSid", call_sid())
        return self.goes_to("/voice/survey" + (f"?surveyId={self.survey}" if self.survey else ""), **fields)

    def presses(self, heard: Heard, digits: str) -> Heard:
        return self.goes_to(heard.action, Digits=digits)

    def speaks(self, heard: Heard, words: str, confidence: str = "0.87") -> Heard:
        return self.goes_to(heard.action, SpeechResult=words, Confidence=confidence)

    def is_silent(self, heard: Heard) -> Heard:
        return self.goes_to(heard.action)

    def goes_to(self, path: str, **fields: str) -> Heard:
        answer = self.caller.signed_post(path, self.call_form(**fields))
        assert answer.status == 200, answer.text
        return heard(answer.text)

    def call_ends(self, status: str = "completed", query: str = "", **fields: str) -> None:
        path = "/voice/survey/status" + (query or (f"?surveyId={self.survey}" if self.survey else ""))
        answer = self.caller.signed_post(path, self.call_form(CallStatus=status, **fields))
        assert answer.status < 300, answer.text

    # ── What is known about the person ─────────────────────────────────────────────────────────

    @property
    def result_key(self) -> str:
        folder = f"surveys/{self.survey}/" if self.survey else ""
        return f"{folder}survey-results/{self.number.removeprefix('+')}.json"

    def result_now(self) -> dict[str, Any] | None:
        s3 = self.platform.aws.client("s3")
        try:
            body = s3.get_object(Bucket=self.platform.bucket, Key=self.result_key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
        document: dict[str, Any] = json.loads(body)
        return document

    def result(self, status: str) -> dict[str, Any]:
        """Return the result file once it tells this status."""

        def look() -> dict[str, Any] | None:
            found = self.result_now()
            return found if found and found["surveyStatus"] == status else None

        found = eventually(look)
        assert found, self.result_now()
        return found

    def version(self) -> int:
        """Return how often the session was written; 0 where there is none."""
        session = self.session()
        return session["version"] if session else 0

    def waited_too_long(self) -> None:
        """Let the session have expired, and no sweep have come by."""
        self.platform.aws.client("dynamodb").update_item(
            TableName=table(self.platform),
            Key={"respondent": {"S": self.number}, "surveyId": {"S": self.survey or "default"}},
            UpdateExpression="SET waitsUntil = :past",
            ExpressionAttributeValues={":past": {"N": "1"}},
        )

    def session(self) -> dict[str, Any] | None:
        """Return the stored session, as plain values."""
        from switchboard.aws import from_item

        answer = self.platform.aws.client("dynamodb").get_item(
            TableName=table(self.platform),
            Key={"respondent": {"S": self.number}, "surveyId": {"S": self.survey or "default"}},
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None


def table(platform: Platform) -> str:
    """Return the name of the table of sessions."""
    return platform.resource_name("SurveySessions")


def heard(twiml: str) -> Heard:
    """Return what a phone would hear."""
    document = ET.fromstring(twiml)
    gather = document.find("Gather")
    says = list(document.iter("Say"))
    record = document.find("Record")
    asking = gather if gather is not None else record
    action = asking.get("action", "") if asking is not None else ""
    redirect = document.find("Redirect")
    if asking is not None:
        assert redirect is not None
        assert redirect.text == action
    return Heard(
        says=[say.text or "" for say in says],
        voices=[(say.get("language"), say.get("voice")) for say in says],
        gather=dict(gather.attrib) if gather is not None else None,
        action=action,
        hangs_up=document.find("Hangup") is not None,
        record=dict(record.attrib) if record is not None else None,
    )


def upload(platform: Platform, survey: str, config: bytes | None, **prompts: str | bytes) -> None:
    """Put a survey's files into the bucket; ``en_US=`` is the prompt file of en-US."""
    s3 = platform.aws.client("s3")
    folder = f"surveys/{survey}/" if survey else ""
    if config is not None:
        s3.put_object(Bucket=platform.bucket, Key=f"{folder}survey-config.json", Body=config)
    for language, content in prompts.items():
        key = f"{folder}voice-prompts/survey-{language.replace('_', '-')}.env"
        body = content if isinstance(content, bytes) else content.encode()
        s3.put_object(Bucket=platform.bucket, Key=key, Body=body)


def event_bus(platform: Platform) -> str:
    buses = platform.aws.client("events").list_event_buses()["EventBuses"]
    names: list[str] = [bus["Name"] for bus in buses if bus["Name"] != "default"]
    return names[0]
