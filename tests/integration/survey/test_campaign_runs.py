"""Campaigns as they run: rates and hours, replies, calls that are repeated, reminders, pause, cancel."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.survey.campaigns import Campaigns
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import new_number, upload


def _answers(campaigns: Campaigns, person: People, number: str) -> None:
    someone = person(campaigns.survey, number)
    for body in ("go", "5", "fine"):
        someone.texts(body)


def test_people_are_asked_once_and_counted_until_all_have_answered(
    campaigns: Campaigns, person: People
) -> None:
    numbers = [new_number() for _ in range(3)]
    campaign_id = campaigns.create(*numbers)
    assert campaigns.get(campaign_id)["status"] == "running"
    for _ in range(2):
        campaigns.run()
    assert [len(campaigns.contacts(number)) for number in numbers] == [1, 1, 1]
    assert campaigns.counts(campaign_id) == {"recipients": 3, "started": 3, "asked": 3, "perMinute": 60}
    for number in numbers[:2]:
        _answers(campaigns, person, number)
    person(campaigns.survey, numbers[2]).texts("STOP")
    campaigns.run()
    found = campaigns.get(campaign_id)
    assert (found["status"], found["completed"], found["optedOut"], found["waiting"]) == ("finished", 2, 1, 0)
    assert found["finishedAt"]


def test_a_minute_has_as_many_contacts_as_the_campaign_allows(campaigns: Campaigns) -> None:
    campaign_id = campaigns.create(*(new_number() for _ in range(7)), perMinute=3)
    for _ in range(2):
        campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 3
    campaigns.passes(seconds=61)
    campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 6


def _to_hour(campaigns: Campaigns, hour: float) -> None:
    """Move the clock to an hour of the day in UTC."""
    now = datetime.fromtimestamp(campaigns.platform.clock.now(), UTC)
    campaigns.passes(hours=(hour - now.hour - now.minute / 60) % 24)


def test_each_number_is_contacted_within_the_hours_of_its_own_day(campaigns: Campaigns) -> None:
    berlin, tokyo, zoned = "+493012345678", "+81312345678", new_number()
    _to_hour(campaigns, 2.5)  # 3 or 4 o'clock in Berlin, half past eleven in Tokyo
    recipients = [{"to": berlin}, {"to": tokyo}, {"to": zoned, "timeZone": "Asia/Tokyo"}]
    campaign_id = campaigns.create(recipients=recipients, window="09:00-20:00")
    campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 2
    assert (len(campaigns.contacts(berlin)), len(campaigns.contacts(zoned))) == (0, 1)
    _to_hour(campaigns, 9.5)
    campaigns.run()
    assert len(campaigns.contacts(berlin)) == 1
    assert campaigns.counts(campaign_id)["started"] == 3


def test_pause_stops_resume_goes_on_and_cancel_ends_a_campaign(campaigns: Campaigns) -> None:
    campaign_id = campaigns.create(*(new_number() for _ in range(4)), perMinute=1)
    campaigns.run()
    assert campaigns.act(campaign_id, "pause").json()["status"] == "paused"
    assert campaigns.act(campaign_id, "pause").status == 200
    campaigns.passes(minutes=2)
    campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 1
    assert campaigns.act(campaign_id, "resume").json()["status"] == "running"
    campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 2
    assert campaigns.act(campaign_id, "cancel").json()["status"] == "canceled"
    campaigns.passes(minutes=2)
    campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 2
    refused = campaigns.act(campaign_id, "resume")
    assert (refused.status, refused.json()["message"]) == (409, "The campaign is canceled.")
    assert campaigns.act(campaign_id, "explode").status == 400


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", ["busy", "no-answer"])
def test_a_call_that_is_not_answered_is_repeated_twice_at_other_hours(
    campaigns: Campaigns, behaviour: str
) -> None:
    number = new_number()
    campaigns.caller.local("PUT", f"/phone/phones/{number}", {"calls": behaviour})
    campaign_id = campaigns.create(number, medium="voice")
    campaigns.run()
    campaigns.run()
    assert len(campaigns.contacts(number)) == 1
    campaigns.passes(hours=2.9)
    campaigns.run()
    assert len(campaigns.contacts(number)) == 1
    campaigns.passes(minutes=10)
    campaigns.run()
    campaigns.run()
    assert len(campaigns.contacts(number)) == 2
    campaigns.passes(hours=27.1)
    campaigns.run()
    campaigns.run()
    assert len(campaigns.contacts(number)) == 3
    counts = campaigns.counts(campaign_id)
    assert (counts["started"], counts["retried"], counts["unreached"]) == (1, 2, 1)
    assert campaigns.get(campaign_id)["status"] == "finished"


def test_a_call_that_is_answered_asks_the_survey(campaigns: Campaigns) -> None:
    number = new_number()
    campaigns.caller.local("PUT", f"/phone/phones/{number}", {"calls": "answer"})
    campaign_id = campaigns.create(recipients=[{"to": number}], medium="voice", perMinute=10)
    campaigns.run()
    (contact,) = campaigns.contacts(number)
    assert f"surveyId={campaigns.survey}" in contact["params"]["Url"]
    assert campaigns.counts(campaign_id)["asked"] == 1


@pytest.mark.slow
def test_who_began_and_stopped_is_reminded_once(campaigns: Campaigns, person: People) -> None:
    silent, begun = new_number(), new_number()
    campaign_id = campaigns.create(silent, begun, remindAfterMinutes=60)
    campaigns.run()
    person(campaigns.survey, begun).texts("go")
    campaigns.passes(minutes=50)
    campaigns.run()
    assert len(campaigns.contacts(begun)) == 1
    for _ in range(3):
        campaigns.passes(minutes=65)
        campaigns.run()
    (_, reminder) = campaigns.contacts(begun)
    assert "Rate us" in reminder["params"]["Body"]
    assert len(campaigns.contacts(silent)) == 1
    assert campaigns.counts(campaign_id)["reminded"] == 1
    campaigns.passes(hours=25)
    campaigns.caller.local("POST", "/schedules/SurveyExpireSessions")
    campaigns.run()
    found = campaigns.get(campaign_id)
    assert (found["status"], found["unfinished"], found["unreached"]) == ("finished", 1, 1)
    assert len(campaigns.contacts(begun)) == 2


def test_a_reminder_waits_for_the_hours_of_the_day(campaigns: Campaigns, person: People) -> None:
    _to_hour(campaigns, 18)
    number = new_number()
    zoned = [{"to": number, "timeZone": "UTC"}]
    campaigns.create(recipients=zoned, window="09:00-19:00", remindAfterMinutes=120)
    campaigns.run()
    person(campaigns.survey, number).texts("go")
    campaigns.passes(hours=3)
    campaigns.run()
    assert len(campaigns.contacts(number)) == 1
    campaigns.passes(hours=12.5)
    campaigns.run()
    campaigns.run()
    assert len(campaigns.contacts(number)) == 2


def test_who_completed_opted_out_or_began_meanwhile_is_not_asked(
    campaigns: Campaigns, person: People
) -> None:
    done, stopped, under_way = (new_number() for _ in range(3))
    campaign_id = campaigns.create(done, stopped, under_way)
    _answers(campaigns, person, done)
    person(campaigns.survey, stopped).texts("STOP")
    person(campaigns.survey, under_way).texts("hi")
    campaigns.run()
    assert [campaigns.contacts(number) for number in (done, stopped, under_way)] == [[], [], []]
    found = campaigns.get(campaign_id)
    assert (found["status"], found["skipped"], found["optedOut"]) == ("finished", 2, 1)


def test_two_campaigns_about_a_survey_ask_a_person_once(campaigns: Campaigns) -> None:
    number = new_number()
    ids = [campaigns.create(number), campaigns.create(number)]
    campaigns.run()
    assert len(campaigns.contacts(number)) == 1
    assert sorted(campaigns.counts(one).get("started", 0) for one in ids) == [0, 1]


def test_a_number_that_twilio_refuses_fails_and_the_others_are_asked(campaigns: Campaigns) -> None:
    bad, good = new_number(), new_number()
    fault = {"match": "Messages.json", "times": 1, "status": 400, "code": 21211}
    campaigns.caller.local("POST", "/twilio/faults", fault)
    campaign_id = campaigns.create(bad, good)
    campaigns.run()
    counts = campaigns.counts(campaign_id)
    assert (counts["failed"], counts["asked"]) == (1, 1)


def test_a_fault_of_the_account_is_told_and_nobody_fails_for_it(campaigns: Campaigns) -> None:
    fault = {"match": "Messages.json", "times": 30, "status": 429, "code": 20429}
    campaigns.caller.local("POST", "/twilio/faults", fault)
    campaign_id = campaigns.create(*(new_number() for _ in range(3)))
    campaigns.run()
    found = campaigns.get(campaign_id)
    assert (found["status"], found["waiting"], found["failed"]) == ("running", 3, 0)
    assert "Twilio" in found["problem"]
    campaigns.caller.local("DELETE", "/twilio/faults")
    campaigns.passes(minutes=2)
    campaigns.run()
    found = campaigns.get(campaign_id)
    assert (found["asked"], found["problem"]) == (3, None)


def test_a_list_that_is_gone_is_told_and_the_other_campaigns_go_on(campaigns: Campaigns) -> None:
    lost, kept = campaigns.create(new_number()), campaigns.create(new_number())
    s3, bucket = campaigns.platform.aws.client("s3"), campaigns.platform.bucket
    (gone,) = s3.list_objects_v2(Bucket=bucket, Prefix=f"campaigns/{campaigns.survey}/{lost}/")["Contents"]
    s3.delete_object(Bucket=bucket, Key=gone["Key"])
    with pytest.raises(LookupError, match="a campaign failed"):
        campaigns.caller.local("POST", "/schedules/SurveySendCampaigns")
    assert "is gone" in campaigns.get(lost)["problem"]
    assert campaigns.counts(kept)["started"] == 1


def test_whatsapp_gets_the_template_of_the_prompts(campaigns: Campaigns) -> None:
    template = "HX" + "c" * 32
    number = new_number()
    plain = campaigns.post(recipients=[{"to": number}], medium="whatsapp", dryRun=True).json()
    assert "welcomeTemplate" in plain["warnings"][0]
    survey = campaigns.survey = f"{campaigns.survey}-wa"
    config = b'{"questions": [{"questionName": "q", "questionType": "text"}]}'
    prompts = f"welcome=Hello {{name}}\nwelcomeContinue=go\nq=How?\nwelcomeTemplate={template}\n"
    upload(campaigns.platform, survey, config, en_US=prompts + "welcomeTemplateFields=name\n")
    campaign_id = campaigns.create(recipients=[{"to": number, "name": "Ada"}], medium="whatsapp")
    campaigns.run()
    (sent,) = campaigns.contacts(number)
    assert sent["params"]["ContentSid"] == template
    assert sent["params"]["ContentVariables"] == '{"1": "Ada"}'
    assert campaigns.counts(campaign_id)["started"] == 1


def test_campaigns_of_a_survey_are_listed_newest_first(campaigns: Campaigns) -> None:
    ids = []
    for _ in range(2):
        ids.append(campaigns.create(new_number()))
        campaigns.passes(seconds=2)
    listed: list[dict[str, Any]] = campaigns.caller.key_get(f"/surveys/{campaigns.survey}/campaigns").json()[
        "items"
    ]
    assert [one["campaignId"] for one in listed] == ids[::-1]
    one = campaigns.caller.key_get(f"/surveys/{campaigns.survey}/campaigns?limit=1").json()["items"]
    assert [item["campaignId"] for item in one] == ids[1:]
