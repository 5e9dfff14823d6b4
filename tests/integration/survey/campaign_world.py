"""A campaign's runs in this process: killed at any call to AWS or Twilio, with answers that get lost."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.model import OperationModel
from twilio.http.response import Response

from local.platform import Platform
from survey.campaigns import pace
from survey.domain.campaign.campaign import Campaign, CampaignMedium
from survey.domain.campaign.recipient import Recipient
from survey.domain.campaign.window import Window
from survey.handlers import follow_campaigns, send_campaigns
from survey.storage import campaigns as storage
from survey.storage.campaign_rows import ListWriter
from switchboard import aws, timestamps
from switchboard.aws.secrets import clear_secrets
from switchboard.errors import TwilioUnreachable
from switchboard.settings import clear_settings
from switchboard.twilio import rest_client
from switchboard.twilio.http_client import RetryingHttpClient
from tests.integration.survey.talk import Respondent, new_number
from tests.killer import READING, Killed
from tests.support import Caller

FUNCTION = "SurveySendCampaigns"


class CampaignWorld:
    """Runs the handlers on a table of its own; the people, their phones and Twilio are the platform's.

    Attributes
    ----------
    calls, changes : int
        Calls to AWS and Twilio since the process began, and those that may have changed something.
    dies_after : int or None
        The change after which the process ends, before it is answered. A process that is killed at a call
        which changes nothing leaves behind what it leaves after the change before.
    lost : int
        So many answers of Twilio to come get lost.
    """

    def __init__(
        self, platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch, survey: str
    ) -> None:
        self.platform, self.caller, self.survey = platform, caller, survey
        self.calls, self.changes, self.lost = 0, 0, 0
        self.dies_after: int | None = None
        self._lock = threading.Lock()
        self._patch = monkeypatch
        self._set_environment()
        clock = SimpleNamespace(time=platform.clock.now)
        monkeypatch.setattr(timestamps, "time", clock)
        monkeypatch.setattr(pace, "LEAST_PER_SECOND", 1000)
        self._break_clients()
        self.campaign = self._empty()

    def create(self, medium: CampaignMedium, number_of_people: int, **fields: Any) -> list[Respondent]:
        """Create the world's campaign, and return its people."""
        people = [
            Respondent(self.platform, self.caller, new_number(), self.survey) for _ in range(number_of_people)
        ]
        self.campaign = self._empty(medium=medium, rows=len(people), **fields)
        writer = ListWriter(self.survey, self.campaign.campaign_id, self.campaign.list_id)
        for line, person in enumerate(people, 1):
            writer.add(Recipient(person.number, line))
        writer.flush()
        storage.create(self.campaign)
        return people

    def run(self) -> None:
        """Run the scheduled function."""
        context = SimpleNamespace(
            function_name=FUNCTION, aws_request_id="test", get_remaining_time_in_millis=lambda: 75_000
        )
        send_campaigns.handler(_event("Scheduled Event", {}), context)

    @contextmanager
    def dying_after(self, changes: int) -> Iterator[None]:
        """Let the process end after so many changes; then a new one begins."""
        self.calls, self.changes, self.dies_after = 0, 0, changes
        try:
            yield
        except Killed:
            pass
        finally:
            self.dies_after = None

    def passes(self, seconds: float) -> None:
        self.platform.clock.advance(seconds)

    def tell_end(self, person: Respondent) -> None:
        """Deliver the event that a person's survey has ended, however often that was done before."""
        detail = {"surveyId": self.survey, "respondent": person.number, "sessionId": ""}
        follow_campaigns.handler(_event("survey.ended", detail), None)

    def contacts(self, person: Respondent) -> list[str]:
        """Return the messages and calls to a person that Twilio has carried out, by their texts and URLs."""
        stand_in = self.platform.stand_in
        texts = [
            message.body
            for message in stand_in.texts.messages.values()
            if message.to == person.number and message.direction == "outbound-api"
        ]
        return [*texts, *(call.sid for call in stand_in.calls.all() if call.phone == person.number)]

    def stored(self) -> Campaign:
        found = storage.load(self.survey, self.campaign.campaign_id)
        assert found is not None
        return found

    def _empty(self, **fields: Any) -> Campaign:
        """Return another campaign in a table of its own."""
        client = self.platform.aws.client("dynamodb")
        known = client.describe_table(TableName=self.platform.resource_name("SurveyCampaigns"))["Table"]
        parts = ("IndexName", "KeySchema", "Projection")
        name = f"campaigns-of-a-test-{uuid.uuid4().hex}"
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=known["KeySchema"],
            AttributeDefinitions=known["AttributeDefinitions"],
            GlobalSecondaryIndexes=[
                {part: index[part] for part in parts} for index in known["GlobalSecondaryIndexes"]
            ],
        )
        self._patch.setenv("SURVEY_CAMPAIGNS_TABLE", name)
        clear_settings()
        values = {"medium": "sms", "rows": 1, "per_minute": 3000, "window": Window.parse("00:00-24:00")}
        return Campaign(
            campaign_id=uuid.uuid4().hex,
            survey_id=self.survey,
            created_at=timestamps.now_ms(),
            base_url=self.platform.public_base_url,
            list_id="list",
            **{**values, **fields},
        )

    def _set_environment(self) -> None:
        for name, value in self.platform.functions.variables(
            self.platform.application.functions[FUNCTION]
        ).items():
            self._patch.setenv(name, value)
        clear_settings()
        clear_secrets()
        aws.clear_clients()
        rest_client.clear_client()

    def _before_call(self, *, changes: bool) -> None:
        self._live()
        with self._lock:
            self.calls += 1
            self.changes += changes

    def _live(self, **_: Any) -> None:
        if self.dies_after is not None and self.changes >= self.dies_after:
            raise Killed

    def _break_clients(self) -> None:
        request = RetryingHttpClient.answer

        def broken_request(client: RetryingHttpClient, method: str, url: str, **more: Any) -> Response:
            self._before_call(changes=method != "GET")
            found = request(client, method, url, **more)
            self._live()
            with self._lock:
                is_lost, self.lost = self.lost > 0, max(0, self.lost - 1)
            if is_lost:
                raise TwilioUnreachable
            return found

        def before_call(model: OperationModel, **_: Any) -> None:
            self._before_call(changes=not model.name.startswith(READING))

        self._patch.setattr(RetryingHttpClient, "answer", broken_request)
        for service in ("dynamodb", "s3", "events", "ssm"):
            events = aws.boto3_client(service).meta.events
            events.register("before-call", before_call)
            events.register("after-call", self._live)


@contextmanager
def campaign_world(
    platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch, survey: str
) -> Iterator[CampaignWorld]:
    """Let handlers run in this process, and leave nothing of that behind."""
    try:
        yield CampaignWorld(platform, caller, monkeypatch, survey)
    finally:
        monkeypatch.undo()
        clear_settings()
        clear_secrets()
        aws.clear_clients()
        rest_client.clear_client()


def _event(kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": uuid.uuid4().hex,
        "detail-type": kind,
        "source": "test",
        "account": "1",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }
