"""The pages, in the order in which the frame names them."""

from collections.abc import Sequence
from typing import Final

from console.frame import Page
from console.pages import health, try_it
from console.pages.call_paths import page as call_paths
from console.pages.callbacks import page as callbacks
from console.pages.conversations import page as conversations
from console.pages.sip_routes import page as sip_routes
from console.pages.survey_files import page as survey_files
from console.pages.surveys import page as surveys

PAGES: Final[Sequence[Page]] = (
    try_it.PAGE,
    surveys.PAGE,
    survey_files.PAGE,
    call_paths.PAGE,
    sip_routes.PAGE,
    callbacks.PAGE,
    conversations.PAGE,
    health.PAGE,
)
