"""The dialog that creates a campaign: the list, what a dry run finds about it, and then the sending."""

from collections.abc import Mapping
from typing import Any, Final

from nicegui import events, ui

from console.context import Console
from console.data.surveys import campaigns
from console.data.surveys.campaigns import CampaignDraft
from console.dialogs import dialog
from console.parts import button, hint, problem, table
from console.refusal import REFUSALS, explain
from tools.stack.routes import RouteRefusal
from tools.survey_campaigns.commands import LARGEST_FILE

_KEPT: Final = "survey campaign draft"
_SHOWN: Final = 20


async def ask_for_campaign(console: Console, survey_id: str) -> bool:
    """Let the operator create a campaign, and return whether one was created; what was typed is kept."""
    draft: CampaignDraft | None = console.kept.get(_KEPT)
    if draft is None or draft.survey_id != survey_id:
        draft = console.kept[_KEPT] = CampaignDraft(survey_id)
    form = CampaignForm(console, draft)
    created = bool(await form.dialog)
    form.dialog.delete()
    if created:
        console.kept.pop(_KEPT, None)
    return created


class CampaignForm:
    """The dialog.

    Parameters
    ----------
    console
    draft
        What the fields hold.
    """

    def __init__(self, console: Console, draft: CampaignDraft) -> None:
        self._console, self._draft = console, draft
        self._fields: dict[str, Any] = {}
        with dialog(ui.context.client, f"Send survey {draft.survey_id} to a list of people") as self.dialog:
            ui.label(
                "A CSV file with the column number, and, where you wish, language, timeZone and fields for "
                "placeholders. Nobody is contacted before you have seen what a dry run finds."
            )
            self._draw_file()
            with ui.element("div").classes("survey-fields"):
                self._draw_fields()
            self._found = ui.element("div").classes("body")
            with ui.element("div").classes("line"):
                self._try = button("Try it out", "fact_check", self._try_out, kind="main")
                button("Close", "close", lambda: self.dialog.submit(False))
        self._say_file()
        self._draw_found()
        self.dialog.open()

    def _draw_file(self) -> None:
        """Draw a button of our own: the parts of Quasar's uploader have no names for screen readers."""
        upload = ui.upload(
            on_upload=self._take,
            on_rejected=self._refuse_file,
            auto_upload=True,
            max_file_size=LARGEST_FILE,
        )
        upload.props('accept=".csv,text/csv"').classes("hidden")
        with ui.element("div").classes("line"):
            choose = button("Choose a file", "upload_file", lambda: None)
            choose.on("click", js_handler=f"() => runMethod({upload.id}, 'pickFiles', [])")
            self._file = ui.label().classes("data").props('role="status"')

    def _draw_fields(self) -> None:
        request = self._draft.request
        medium = ui.select(campaigns.MEDIA, label="Medium", value=request["medium"])
        medium.props("options-dense")
        language = ui.input("Language, if a row has none", value=request["defaultLanguage"])
        per_minute = ui.number("People a minute at most", value=request["perMinute"], precision=0)
        window = ui.input("Hours of each number's own day", value=request["window"])
        retries = ui.number("Calls repeated at most", value=request["retries"], precision=0)
        remind = ui.number(
            "Minutes until a reminder; 0: none", value=request["remindAfterMinutes"], precision=0
        )
        again = ui.checkbox("Ask those, too, who have answered before", value=request["again"])
        lookup = ui.checkbox(
            "Leave out landlines (Twilio Lookup charges for each number)", value=self._draft.lookup
        )
        lookup.bind_enabled_from(medium, "value", lambda value: value == "sms")
        self._fields = {
            "medium": medium,
            "defaultLanguage": language,
            "perMinute": per_minute,
            "window": window,
            "retries": retries,
            "remindAfterMinutes": remind,
        }
        for name, field in self._fields.items():
            field.props("outlined dense")
            field.on_value_change(lambda event, name=name: self._change(name, event.value))
        again.on_value_change(lambda event: self._change("again", event.value))
        lookup.on_value_change(lambda event: self._change_lookup(event.value))

    def _change(self, name: str, value: Any) -> None:
        self._draft.request[name] = int(value) if isinstance(value, float) else "" if value is None else value
        self._forget_found()

    def _change_lookup(self, value: Any) -> None:
        self._draft.lookup = bool(value)
        self._forget_found()

    def _forget_found(self) -> None:
        """Take back what a dry run has found: it was about something else."""
        if self._draft.checked is not None:
            self._draft.checked = None
            self._draw_found()

    async def _take(self, event: events.UploadEventArguments) -> None:
        self._draft.file_name, self._draft.content = event.file.name, await event.file.read()
        self._draft.checked = None
        with self.dialog:
            self._say_file()
            self._draw_found()

    def _refuse_file(self) -> None:
        self._say(f"The file must be a CSV file of at most {LARGEST_FILE // 1024 // 1024} MiB.")

    def _say_file(self) -> None:
        size = len(self._draft.content)
        self._file.text = (
            f"Chosen: {self._draft.file_name}, {size:,} bytes" if size else "No file is chosen yet."
        )

    async def _try_out(self) -> None:
        if not self._draft.content:
            self._say("Choose a file first.")
            return
        if await self._do(lambda: self._draft.try_out(self._console), "Reading the list …") is None:
            return
        if self._draft.checked is None:
            self._say("Something was changed meanwhile: try it out again.")
        else:
            self._draw_found()

    async def _send(self) -> None:
        made = await self._do(lambda: self._draft.send(self._console), "Storing the list …")
        if made is None:
            self._draw_send()  # sent again, it is the same campaign
            return
        if made["campaignId"] is None:
            self._say("Nobody is left to be asked.")
            return
        with self.dialog:
            ui.notify(f"Campaign {made['campaignId']} sends to {_people(made['accepted'])}.", type="positive")
        self.dialog.submit(True)

    async def _do(self, work: Any, words: str) -> Mapping[str, Any] | None:
        """Return what work returns; None after it was refused, which is shown then."""
        for field in self._fields.values():
            if hasattr(field, "error"):
                field.error = None
        self._found.clear()
        with self._found:
            ui.label(words).props('role="status"')
        self._try.disable()
        try:
            found: Mapping[str, Any] = await self._console.answers.do(work)
        except RouteRefusal as error:
            self._show(error)
        except REFUSALS as error:
            self._say(explain(error))
        else:
            return found
        finally:
            self._try.enable()
        return None

    def _show(self, refusal: RouteRefusal) -> None:
        """Show each error at its field, and what belongs to none below."""
        others = []
        for error in refusal.errors:
            field = self._fields.get(error["field"])
            if field is None:
                others.append(f"{error['field']}: {error['message']}")
            else:
                field.error = error["message"]
        self._found.clear()
        if others or not refusal.errors:
            self._say("\n".join(others) or str(refusal))

    def _say(self, message: str) -> None:
        self._found.clear()
        with self._found:
            problem(message)

    def _draw_found(self) -> None:
        self._found.clear()
        found = self._draft.checked
        if found is None:
            return
        with self._found:
            for warning in found["warnings"]:
                hint(str(warning), "warning")
            if found["rejected"]:
                self._draw_rejected(found)
            if lookup := found.get("lookup"):
                hint(
                    f"Twilio Lookup was asked about {lookup['asked']:,} numbers: {lookup['landlines']:,} are "
                    f"landlines, {lookup['unknown']:,} are of an unknown type and are kept."
                )
            if found["unchecked"]:
                hint(f"{found['unchecked']:,} of them are checked for earlier answers when it is their turn.")
            if not found["accepted"]:
                hint("Nobody is left to be asked.", "block")
                return
            self._draw_send()

    def _draw_send(self) -> None:
        """Draw the button that sends what was tried out."""
        found = self._draft.checked
        if found is not None:
            with self._found, ui.element("div").classes("line").props('role="status"'):
                ui.label(f"To be asked: {found['accepted']:,}. Left out: {found['rejectedCount']:,}.")
                button(f"Send to {_people(found['accepted'])}", "send", self._send, kind="main")

    def _draw_rejected(self, found: Mapping[str, Any]) -> None:
        rows = [
            (one["line"], " ".join(str(self._console.masked(str(one["to"]))).split()), one["message"])
            for one in found["rejected"][:_SHOWN]
        ]
        table("Rows that are left out", ("Line", "Number", "Why"), rows, numbers=(0,))
        if found["rejectedCount"] > len(rows):
            ui.label(f"The first {len(rows)} of {found['rejectedCount']:,} rows that are left out.").classes(
                "quiet"
            )


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
