"""POST /flex-initiate-outbound-sms: a message to a customer whose reply goes to a Studio flow."""

from outbound_message.initiate import initiate
from switchboard.auth import ApiKey, FlexToken, TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.reply import Reply, json_reply
from switchboard.request import Request


@endpoint(ApiKey(), FlexToken(), TwilioSignature())
def handler(request: Request) -> Reply:
    """Send the message in the customer's conversation."""
    return json_reply(initiate(request, with_task=False))
