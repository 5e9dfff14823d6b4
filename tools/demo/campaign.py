"""The campaign part of ``switchboard demo``: 200 people on two coasts, each asked in their own daytime."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from local.template.parameters import SURVEY_NUMBER
from tools.caller import Caller
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.platform import Platform

PEOPLE: Final = 200
_ROUTE: Final = "/surveys/default/campaigns"
_FILE: Final = "campaigns/uploads/demo.csv"
_PATIENCE_SECONDS: Final = 60.0
_SHOWN: Final = ("waiting", "asked", "completed", "optedOut")


class CampaignDemo:
    """A list, a campaign, and some of its people.

    Parameters
    ----------
    platform
        Running.
    show
        Prints what has happened on a phone since the last time.
    """

    def __init__(self, platform: Platform, show: Callable[[str], None]) -> None:
        self._platform = platform
        self._caller = Caller(platform)
        self._client = PhoneClient(platform.base_url)
        self._show = show
        self._east = [f"+1212555{number:04}" for number in range(PEOPLE // 2)]
        self._west = [f"+1310555{number:04}" for number in range(PEOPLE // 2)]

    def run(self, answers: list[str]) -> bool:
        """Send the survey to the list while one coast sleeps, and answer as some of its people.

        Parameters
        ----------
        answers
            What a person texts, from the word that begins the survey on.

        Returns
        -------
        bool
            Whether everybody was asked in their own daytime, and once.
        """
        self._write_list()
        request = {"medium": "sms", "file": _FILE, "perMinute": 3000, "window": "09:00-20:00"}
        tried = self._post(_ROUTE, {**request, "dryRun": True})
        print(f"POST {_ROUTE}, a dry run: {tried['accepted']} would be asked")
        for one in tried["rejected"]:
            print(f"  line {one['line']}: {one['to']}: {one['message']}")
        self._to_hour(10, "America/New_York")
        campaign_id = self._post(_ROUTE, request)["campaignId"]
        first = self._minute(campaign_id, "10:00 in New York, 7:00 in Los Angeles")
        for number in self._east[:3]:
            for words in answers:
                self._client.text(number, SURVEY_NUMBER, words)
        self._show(self._east[0])
        self._client.text(self._east[3], SURVEY_NUMBER, "STOP")
        self._to_hour(9, "America/Los_Angeles")
        second = self._minute(campaign_id, "9:00 in Los Angeles")
        print()
        sent = [
            one["params"]["To"]
            for one in self._caller.twilio_requests("/Messages.json")
            if one["method"] == "POST" and one["params"].get("To") in {*self._east, *self._west}
        ]
        is_right = (first["asked"], second["asked"], second["completed"]) == (PEOPLE // 2, PEOPLE - 4, 3)
        return is_right and len(sent) == len(set(sent)) == PEOPLE

    def _write_list(self) -> None:
        rows = [f"{number},Ada" for number in (*self._east, *self._west)]
        content = "\n".join(["number,name", *rows, f"{self._east[7]},Ada again", "555-0100,Grace"])
        s3 = self._platform.aws.client("s3")
        s3.put_object(Bucket=self._platform.bucket, Key=_FILE, Body=content.encode())

    def _minute(self, campaign_id: str, time: str) -> dict[str, Any]:
        """Let the scheduled function run, and print how far the campaign is."""
        self._caller.local("POST", "/schedules/SurveySendCampaigns")
        self._platform.wait_until_idle(_PATIENCE_SECONDS)
        found: dict[str, Any] = self._caller.key_get(f"{_ROUTE}/{campaign_id}").json()
        print(f"\n{time}: " + ", ".join(f"{found[name]} {name}" for name in _SHOWN))
        return found

    def _to_hour(self, hour: int, zone: str) -> None:
        now = datetime.fromtimestamp(self._platform.clock.now(), UTC).astimezone(ZoneInfo(zone))
        hours = (hour - now.hour - now.minute / 60 - now.second / 3600) % 24
        self._client.request("POST", "/clock", {"advanceSeconds": hours * 3600 + 1})
        self._platform.wait_until_idle(_PATIENCE_SECONDS)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._caller.key_post(path, body, as_json=True).json()
        return found
