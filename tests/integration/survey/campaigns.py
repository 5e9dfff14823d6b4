"""Campaigns at the edge of the running platform: the routes, the schedule, and what people were sent."""

from typing import Any

from local.http_messages import HttpResponse
from local.platform import Platform
from tests.support import Caller

ALL_DAY = "00:00-24:00"


class Campaigns:
    """An operator with an API key, and the time."""

    def __init__(self, platform: Platform, caller: Caller, survey: str) -> None:
        self.platform, self.caller, self.survey = platform, caller, survey
        self.made: list[str] = []

    def post(self, headers: dict[str, str] | None = None, **fields: Any) -> HttpResponse:
        """Ask for a campaign; by SMS and at any hour, unless the fields say otherwise."""
        body = {"medium": "sms", "window": ALL_DAY, **fields}
        return self.caller.key_post(
            f"/surveys/{self.survey}/campaigns", body, as_json=True, headers=headers or {}
        )

    def create(self, *numbers: str, **fields: Any) -> str:
        """Create a campaign of some numbers, and return its id."""
        if "recipients" not in fields and "file" not in fields:
            fields["recipients"] = [{"to": number} for number in numbers]
        answer = self.post(**fields)
        assert answer.status == 202, answer.text
        campaign_id: str = answer.json()["campaignId"]
        self.made.append(campaign_id)
        return campaign_id

    def get(self, campaign_id: str) -> dict[str, Any]:
        """Return a campaign as the route tells it."""
        answer = self.caller.key_get(f"/surveys/{self.survey}/campaigns/{campaign_id}")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def counts(self, campaign_id: str) -> dict[str, Any]:
        """Return a campaign's counts that are not zero."""
        return {name: value for name, value in self.get(campaign_id).items() if type(value) is int and value}

    def act(self, campaign_id: str, action: str) -> HttpResponse:
        path = f"/surveys/{self.survey}/campaigns/{campaign_id}"
        return self.caller.key_post(path, {"action": action}, as_json=True)

    def run(self) -> None:
        """Let the scheduled function run, once the events before are processed."""
        assert self.platform.wait_until_idle(30)
        ran = self.caller.local("POST", "/schedules/SurveySendCampaigns")
        assert ran["outcome"] == "success", ran
        assert self.platform.wait_until_idle(30)

    def passes(self, **of_time: float) -> None:
        """Let hours, minutes or seconds pass; what is due runs once."""
        lengths = {"hours": 3600, "minutes": 60, "seconds": 1}
        seconds = sum(lengths[name] * number for name, number in of_time.items())
        self.caller.local("POST", "/clock", {"advanceSeconds": seconds})
        assert self.platform.wait_until_idle(30)

    def contacts(self, number: str) -> list[dict[str, Any]]:
        """Return the messages and calls to a number that Twilio accepted."""
        return [
            one
            for one in self.caller.twilio_requests()
            if one["method"] == "POST"
            and one["status"] == 201
            and one["params"].get("To", "").removeprefix("whatsapp:") == number
        ]

    def cancel_all(self) -> None:
        """Leave nothing behind for the runs of other tests."""
        for campaign_id in self.made:
            self.act(campaign_id, "cancel")
