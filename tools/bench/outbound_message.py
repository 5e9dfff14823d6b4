"""The outbound messages' part of ``switchboard bench``: what starting a message costs."""

from local.platform import Platform
from local.template import parameters
from tools.bench import requests
from tools.caller import Caller

HEADS = ("outbound messages", *requests.HEADS)


def run(platform: Platform) -> list[tuple[str, ...]]:
    """Start messages to new numbers: with a task for an agent, and without."""
    caller = Caller(platform)

    def start(path: str, area: str, text_field: str) -> requests.Send:
        return lambda number: caller.key_post(
            path,
            {
                "fromNumber": parameters.FLEX_NUMBER,
                "toName": "Ada",
                "toNumber": f"+1{area}555{number:04}",
                text_field: f"Hello, this is message {number}.",
            },
        )

    with_task, without = "/flex-initiate-outbound-sms-task", "/flex-initiate-outbound-sms"
    return requests.table(
        caller,
        [
            (
                f"POST {with_task}",
                "OutboundInitiateSmsTask",
                start(with_task, "606", "initialNotificationMessage"),
            ),
            (f"POST {without}", "OutboundInitiateSms", start(without, "707", "messageBody")),
        ],
    )
