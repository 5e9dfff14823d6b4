"""The editor of a file: CodeMirror with a name, without a trap for the keyboard, in the page's colours.

CodeMirror takes Tab for indentation, so that who has no mouse would not get out of it again
(https://www.w3.org/WAI/WCAG22/Understanding/no-keyboard-trap.html); here Tab moves on, as in every other
field, and Control or Command with ] and [ indents. https://codemirror.net/examples/tab/
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

_NAME: Final = """
((id, name) => {
  const begin = () => {
    const host = getElement(id), editor = host && host.editor;
    if (!editor) { if (document.getElementById('c' + id)) requestAnimationFrame(begin); return; }
    editor.contentDOM.setAttribute('aria-label', name);
    editor.contentDOM.setAttribute('spellcheck', 'false');
    editor.contentDOM.setAttribute('tabindex', '0');
    const colour = () => host.setTheme(
      document.body.classList.contains('body--dark') ? 'vscodeDark' : 'vscodeLight');
    new MutationObserver(colour).observe(document.body, {attributeFilter: ['class']});
    colour();
  };
  begin();
})(%s, %s);
"""
_GO_TO: Final = """
((id, number) => {
  const host = getElement(id), editor = host && host.editor;
  if (!editor) return;
  const line = editor.state.doc.line(Math.max(1, Math.min(number, editor.state.doc.lines)));
  editor.dispatch({selection: {anchor: line.from, head: line.to}, scrollIntoView: true});
  editor.focus();
})(%s, %s);
"""
_LANGUAGES: Final = {"json": "JSON", "env": "Properties files"}


class FileEditor:
    """An editor of one file.

    Parameters
    ----------
    key
        The file's key, which is the editor's name.
    text
        Its text, with line feeds at the ends of lines.
    changed
        Is called with the text after each edit.
    """

    def __init__(self, key: str, text: str, changed: Callable[[str], Any]) -> None:
        self._client = ui.context.client

        def edited(event: ValueChangeEventArguments[str]) -> Any:
            return changed(event.value or "")

        self._box = ui.codemirror(
            text,
            language=_LANGUAGES.get(key.rpartition(".")[2]),  # type: ignore[arg-type]  # two of its literals
            theme="vscodeLight",
            indent="  ",
            line_wrapping=True,
            on_change=edited,
        ).classes("file-editor")
        self._box.on("keydown.capture.tab", js_handler="(event) => event.stopPropagation()")
        self._client.run_javascript(_NAME % (self._box.id, json.dumps(key)))

    @property
    def text(self) -> str:
        """What it shows."""
        return self._box.value or ""

    def mark(self, lines: Iterable[tuple[int, str, str]]) -> None:
        """Mark lines that have a problem: number, severity, and what is wrong."""
        last = self.text.count("\n") + 1
        found: dict[int, list[tuple[str, str]]] = {}
        for number, severity, message in lines:
            if 0 < number <= last:
                found.setdefault(number, []).append((severity, message))
        decorations = [
            {"kind": "line", "line": number, "class": f"has-{min(severity for severity, _ in problems)}"}
            for number, problems in found.items()
        ]
        if decorations != list(self._box.decorations):
            self._box.decorations = decorations
            self._box.line_tooltips = {
                number: "\n".join(message for _, message in problems) for number, problems in found.items()
            }

    def go_to(self, line: int) -> None:
        """Select a line and move the focus to it."""
        self._client.run_javascript(_GO_TO % (self._box.id, line))
