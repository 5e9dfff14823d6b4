"""The dialog that starts one survey."""

from nicegui import ui

from console.context import Console
from console.data.surveys import starting
from console.data.surveys.starting import StartDraft
from console.dialogs import dialog
from console.parts import button, problem
from console.refusal import REFUSALS, explain
from tools.stack.routes import RouteRefusal

_KEPT = "survey start"


async def ask_to_start(console: Console, survey_id: str) -> bool:
    """Let the operator start a survey, and return whether one was started; what was typed is kept."""
    draft: StartDraft = console.kept.setdefault(_KEPT, StartDraft())
    form = StartForm(console, survey_id, draft)
    started = bool(await form.dialog)
    form.dialog.delete()
    return started


class StartForm:
    """The dialog.

    Parameters
    ----------
    console
    survey_id
    draft
        What the fields hold.
    """

    def __init__(self, console: Console, survey_id: str, draft: StartDraft) -> None:
        self._console, self._survey_id, self._draft = console, survey_id, draft
        with dialog(ui.context.client, f"Start survey {survey_id}") as self.dialog:
            ui.label("One person is texted or called now, whatever the time is where they are.")
            to = ui.input("Number, such as +12025550142").bind_value(draft, "number").props("outlined dense")
            medium = ui.select(starting.MEDIA, label="Medium").bind_value(draft, "medium")
            medium.props("outlined dense options-dense")
            language = ui.input("Language, such as es-MX; empty for the default").bind_value(
                draft, "language"
            )
            language.props("outlined dense")
            more = ui.textarea("Fields for placeholders, as lines name=value").bind_value(draft, "fields")
            more.props("outlined dense autogrow")
            ui.checkbox("Ask again, although the person has answered or is answering").bind_value(
                draft, "again"
            )
            self._fields = {"To": to, "defaultLanguage": language}
            self._more = more
            self._problems = ui.element("div").classes("body")
            with ui.element("div").classes("line"):
                self._button = button("Start", "send", self._start, kind="main")
                button("Cancel", "close", lambda: self.dialog.submit(False))
        self.dialog.open()

    async def _start(self) -> None:
        for field in (*self._fields.values(), self._more):
            field.error = None
        self._problems.clear()
        try:
            request = self._draft.request(self._survey_id)
        except ValueError as error:
            self._more.error = str(error)
            return
        key, medium = self._draft.key_of(request), self._draft.medium
        self._button.disable()
        try:
            sid = await self._console.answers.do(lambda: starting.start(self._console, medium, request, key))
        except RouteRefusal as error:
            self._show(error)
            return
        except REFUSALS as error:
            with self._problems:
                problem(explain(error))
            return
        finally:
            self._button.enable()
        self._draft.succeeded()
        with self.dialog:
            ui.notify(f"Started: {sid}", type="positive")
        self.dialog.submit(True)

    def _show(self, refusal: RouteRefusal) -> None:
        """Show each error at its field, and what belongs to none below."""
        others = []
        for error in refusal.errors:
            field = self._fields.get(error["field"])
            if field is not None:
                field.error = error["message"]
            elif error["field"] in self._draft.fields:
                self._more.error = f"{error['field']}: {error['message']}"
            else:
                others.append(f"{error['field']}: {error['message']}")
        if others or not refusal.errors:
            with self._problems:
                problem("\n".join(others) or str(refusal))
