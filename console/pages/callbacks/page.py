"""Callbacks: who waits to be called back, in which place, and what they have said."""

from console.context import Console
from console.frame import Page
from console.pages.callbacks.board import CallbackBoard
from console.pages.callbacks.recording_route import serve_recordings


def _show(console: Console) -> None:
    CallbackBoard(console)


PAGE = Page(
    "/callbacks",
    "Callbacks",
    "phone_callback",
    "Who waits to be called back, for how long and in which place, and what they have said.",
    _show,
    serve=serve_recordings,
)
