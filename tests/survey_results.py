"""Lifelike results of a survey, any number of them, written where the index of results has them."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from local.platform import Platform
from survey.domain.result import result_key
from survey.domain.results.entry import ResultEntry, file_entry
from survey.domain.session import DAY_MS
from switchboard import aws

_STATUSES: Final = {
    "COMPLETED": 62,
    "ABANDONED": 14,
    "EXPIRED": 9,
    "OPTED_OUT": 4,
    "NO_ANSWER": 6,
    "STARTED": 5,
}
_NOT_ASKED: Final = {"NO_ANSWER"}
_WISHES: Final = (
    "Shorter waiting times on the phone",
    "More parking near the entrance, please. I had to walk for ten minutes with my mother.",
    "Nothing, everybody was very friendly",
    "Please call back when you say that you will",
    "Weekend appointments would help people who work",
    "La sala de espera estaba muy fría",
    "The nurse explained everything. The bill did not.",
    "Longer opening hours on Fridays",
)


def lifelike(number: int, now: int, days: int = 30) -> Iterator[dict[str, Any]]:
    """Yield results of the survey in config-files, by respondents of their own."""
    chance = random.Random(number)
    statuses, weights = list(_STATUSES), list(_STATUSES.values())
    for index in range(number):
        status = chance.choices(statuses, weights)[0]
        started = now - int(chance.random() ** 1.3 * days * DAY_MS) - 600_000
        questions: list[dict[str, Any]] = []
        at = started
        dealt = 3 if status == "COMPLETED" else 0 if status in _NOT_ASKED else chance.choice((0, 0, 1, 1, 2))
        values = (
            ("questionServiceRate", chance.choices((1, 2, 3, 4, 5), (4, 6, 15, 40, 35))[0]),
            ("questionRecommend", chance.choices(("yes", "no", "maybe"), (70, 12, 18))[0]),
            ("questionImprove", chance.choice(_WISHES)),
        )
        for name, value in values[:dealt]:
            at += int(chance.expovariate(1 / 25_000)) + 3000
            questions.append(
                {"questionName": name, "answer": value, "value": value, "answeredAt": at, "skipped": False}
            )
        yield {
            "surveyTo": f"1202{5_550_000 + index:07}"[:11],
            "surveyMedium": chance.choices(("sms", "voice", "whatsapp"), (60, 32, 8))[0],
            "surveyStarted": started,
            "surveyCompleted": at if status == "COMPLETED" else None,
            "surveyStatus": status,
            "languageSet": chance.choices(("en-US", "es-MX"), (78, 22))[0],
            "questions": questions,
            "sessionId": f"{index:032x}",
            "surveyEnded": None if status == "STARTED" else at,
            "openQuestion": None if dealt == 3 else values[dealt][0],
        }


def write(platform: Platform, survey: str, documents: Iterator[dict[str, Any]], now: int) -> None:
    """Write results into the index, as SurveyWriteResult would have one after the other."""
    table = platform.resource_name("SurveyResults")
    client = platform.aws.client("dynamodb")
    days: Counter[str] = Counter()
    names: dict[str, set[str]] = {}
    while batch := list(islice(documents, 25)):
        entries = [_entry(survey, document) for document in batch]
        for entry in entries:
            days[entry.day] += 1
            asked = {one["questionName"] for one in entry.document["questions"]}
            names.setdefault(entry.day, set()).update(asked)
        requests: Any = [{"PutRequest": {"Item": aws.to_item(_item(entry, now))}} for entry in entries]
        client.batch_write_item(RequestItems={table: requests})
    for day, changes in days.items():
        item = {"id": f"#days#{survey}", "part": day, "changes": changes, "changedAt": now - 600_000}
        if names[day]:
            item["questionNames"] = names[day]
        client.put_item(TableName=table, Item=aws.to_item(item))


def _entry(survey: str, document: dict[str, Any]) -> ResultEntry:
    key = result_key(f"+{document['surveyTo']}", survey)
    return file_entry(key, json.dumps({**document, "surveyId": survey}).encode(), 0)


def _item(entry: ResultEntry, now: int) -> dict[str, Any]:
    return {
        "id": entry.respondent,
        "part": entry.survey_id,
        "surveyDay": f"{entry.survey_id}#{entry.day}",
        "startedAt": entry.started_at,
        "surveyStatus": entry.status,
        "version": entry.version,
        "revision": 1,
        "writtenAt": now,
        "result": entry.content,
    }
