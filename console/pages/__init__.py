"""The pages, in the order in which the frame names them."""

from collections.abc import Sequence
from typing import Final

from console.frame import Page
from console.pages import health, try_it
from console.pages.sip_routes import page as sip_routes
from console.pages.survey_files import page as survey_files

PAGES: Final[Sequence[Page]] = (try_it.PAGE, survey_files.PAGE, sip_routes.PAGE, health.PAGE)
