"""The pages, in the order in which the frame names them."""

from collections.abc import Sequence
from typing import Final

from console.frame import Page
from console.pages import health, try_it
from console.pages.callbacks import page as callbacks
from console.pages.conversations import page as conversations
from console.pages.sip_routes import page as sip_routes

PAGES: Final[Sequence[Page]] = (
    try_it.PAGE,
    sip_routes.PAGE,
    callbacks.PAGE,
    conversations.PAGE,
    health.PAGE,
)
