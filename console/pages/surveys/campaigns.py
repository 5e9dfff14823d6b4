"""The section with campaigns: progress, pause, resume and cancel, what became of recipients, and new ones."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.surveys import campaigns, exporting
from console.data.surveys.choice import Choice
from console.dialogs import ask
from console.pages.surveys.campaign_form import ask_for_campaign
from console.pages.surveys.results import give
from console.parts import Words, badge, button, hint, problem, text
from console.refusal import REFUSALS, explain
from console.section import Section

_KINDS: Final = {"running": "accent", "paused": "warn", "finished": "good", "canceled": ""}
_MOST: Final = 20
"""As many as the route lists unless it is asked for more."""


class CampaignsSection:
    """The section.

    Parameters
    ----------
    console
    choice
        Campaigns are those of its survey, whenever they were created.
    """

    def __init__(self, console: Console, choice: Choice) -> None:
        self._console, self._survey_id = console, choice.survey_id
        self._client = ui.context.client
        self._section = Section(
            console,
            "Campaigns",
            campaigns.answer_name(choice.survey_id),
            lambda: campaigns.load_campaigns(console, choice.survey_id),
            self._draw,
            seconds=4 if console.platform else 25,
            every=5 if console.platform else 30,
        )

    def _draw(self, found: Sequence[Mapping[str, Any]]) -> None:
        with self._section.actions:
            button("New campaign", "campaign", self._create)
        if not found:
            hint(
                "This survey has no campaigns. A campaign sends it to a list of people: a CSV file with the "
                "column number. `switchboard survey send` does the same.",
                "campaign",
            )
            return
        with ui.element("ul").classes("list"):
            for one in found:
                self._draw_campaign(one)
        if len(found) >= _MOST:
            ui.label(f"The latest {_MOST} are shown.").classes("quiet")

    def _draw_campaign(self, one: Mapping[str, Any]) -> None:
        name, status = str(one["campaignId"]), str(one["status"])
        created = str(one["createdAt"])[:16].replace("T", " ")
        short = name[:8]
        with ui.element("li"):
            with ui.element("div").classes("line"):
                medium = campaigns.MEDIA.get(str(one["medium"]), str(one["medium"]))
                Words("h3", f"{medium}, {created} UTC").classes("data")
                badge(status, _KINDS.get(status, ""))
                with ui.element("div").classes("end"):
                    if status == "running":
                        button("Pause", "pause", partial(self._act, name, "pause"), f"campaign {short}")
                    if status == "paused":
                        button(
                            "Resume", "play_arrow", partial(self._act, name, "resume"), f"campaign {short}"
                        )
                    if status in ("running", "paused"):
                        button(
                            "Cancel",
                            "cancel",
                            partial(self._ask_to_cancel, one),
                            f"campaign {short}",
                            "danger",
                        )
                    button("Recipients", "download", partial(self._recipients, name), f"of campaign {short}")
            _draw_progress(one)
            text(
                f"{one['recipients']:,} recipients, at most {one['perMinute']:,} a minute, "
                f"{one['window']} of their own day, {name}",
                "quiet",
            )
            if one["problem"]:
                problem(str(self._console.masked(one["problem"])))

    async def _act(self, campaign_id: str, action: str) -> None:
        try:
            status = await self._console.answers.do(
                lambda: campaigns.act(self._console, self._survey_id, campaign_id, action),
                campaigns.answer_name(self._survey_id),
            )
        except REFUSALS as error:
            self._tell(explain(error), "negative")
        else:
            self._tell(f"The campaign is {status}.", "positive")
        await self._section.show()

    async def _ask_to_cancel(self, one: Mapping[str, Any]) -> None:
        question = "Cancel this campaign for good?"
        about = f"{one['waiting']:,} people who wait are not contacted. Surveys under way go on."
        if await ask(self._client, question, about, "Cancel the campaign", "cancel", no="Keep it"):
            await self._act(str(one["campaignId"]), "cancel")

    async def _recipients(self, campaign_id: str) -> None:
        try:
            file = await self._console.answers.do(
                lambda: exporting.export_recipients(self._survey_id, campaign_id)
            )
        except REFUSALS as error:
            self._tell(explain(error), "negative")
            return
        with self._client:
            give(file, f"{self._survey_id}-campaign-{campaign_id}.csv")

    async def _create(self) -> None:
        with self._client:
            created = await ask_for_campaign(self._console, self._survey_id)
        if created:
            await self._section.again()

    def _tell(self, message: str, kind: str) -> None:
        with self._client:
            ui.notify(message, type="positive" if kind == "positive" else "negative")


def _draw_progress(one: Mapping[str, Any]) -> None:
    """Draw what became of recipients as one bar; the words below say the same."""
    whole = int(one["recipients"]) or 1
    counts = [(name, words, int(one[name])) for name, words in campaigns.COUNTS.items() if one[name]]
    with ui.element("div").classes("survey-progress").props('aria-hidden="true"'):
        for name, _, number in counts:
            ui.element("div").classes(f"survey-part {name}").style(f"width: {100 * number / whole:.2f}%")
    with ui.element("div").classes("line"):
        for name, words, number in counts:
            with ui.element("span").classes("survey-key"):
                ui.element("span").classes(f"survey-dot survey-part {name}").props('aria-hidden="true"')
                ui.label(f"{number:,} {words}")
