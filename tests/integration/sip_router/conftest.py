"""The SIP router of the platform that all tests share, each time without a saved route table."""

import pytest

from local.platform import Platform
from tests.integration.sip_router.router import SipRouter
from tests.support import Caller, empty_table

TABLE = "switchboard-local-SipRoutes"


@pytest.fixture
def router(platform: Platform, caller: Caller) -> SipRouter:
    """The router as it is before anybody saved a route table: the seed is live."""
    empty_table(platform, TABLE)
    found = SipRouter(caller)
    found.grow_stale()
    return found
