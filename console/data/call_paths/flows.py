"""The names of flows, which only Twilio knows: https://www.twilio.com/docs/studio/rest-api/v2/flow."""

from collections.abc import Mapping
from typing import Final

from console.context import Console

_MOST: Final = 1_000


def load_flow_names(console: Console) -> Mapping[str, str]:
    """Return the account's flows: names by SID.

    Raises
    ------
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable, tools.stack.stack.StackError
        Twilio does not tell them.
    """
    flows = console.stack.twilio.studio.v2.flows.stream(limit=_MOST, page_size=_MOST)
    return {str(flow.sid): str(flow.friendly_name or "") for flow in flows}
