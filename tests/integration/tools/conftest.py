"""The fixtures of the features whose tools are tested here."""

from tests.integration.ivr_path.conftest import call, new_call
from tests.integration.sip_router.conftest import router
from tests.integration.survey.conftest import person, surveys

__all__ = ["call", "new_call", "person", "router", "surveys"]
