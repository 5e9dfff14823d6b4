"""The kinds of resources that are configured."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tools.configure.resources.config_file import ConfigFile
from tools.configure.resources.event_sink import EventSink
from tools.configure.resources.event_subscription import EventSubscription
from tools.configure.resources.flex import FlexField
from tools.configure.resources.messaging_service import MessagingService
from tools.configure.resources.number import Number
from tools.configure.resources.resource import ConfigureError, Resource
from tools.configure.resources.secret import Secret
from tools.configure.resources.sip_domain import SipDomain
from tools.configure.resources.studio_flow import StudioFlow

if TYPE_CHECKING:
    from tools.stack.stack import Stack

KINDS: Final[Mapping[str, type[Resource]]] = {
    one.kind: one
    for one in (
        Secret,
        ConfigFile,
        EventSink,
        EventSubscription,
        FlexField,
        MessagingService,
        Number,
        SipDomain,
        StudioFlow,
    )
}

AWS_KINDS: Final = frozenset({Secret.kind, ConfigFile.kind})
"""The kinds that are read and changed without Twilio."""


def recorded_resource(stack: "Stack", kind: str, key: str) -> Resource:
    """Return a resource that the record names; nothing is wanted of it.

    Raises
    ------
    ConfigureError
        A newer version of the command has recorded a kind that this one does not know.
    """
    if kind not in KINDS:
        raise ConfigureError(f"the record names a {kind}, which this version does not know: update it")
    return KINDS[kind](stack, key)
