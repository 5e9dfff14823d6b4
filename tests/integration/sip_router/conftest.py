"""The SIP router of the platform that all tests share, each time without a saved route table."""

import pytest

from local.platform import Platform
from tests.integration.sip_router.router import SipRouter
from tests.support import Caller, empty_table


@pytest.fixture
def router(platform: Platform, caller: Caller) -> SipRouter:
    """The router as it is before a route table is saved: the seed is live."""
    empty_table(platform, platform.resource_name("SipRoutes"))
    found = SipRouter(caller)
    found.grow_stale()
    return found
