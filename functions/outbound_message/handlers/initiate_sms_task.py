"""POST /flex-initiate-outbound-sms-task: a conversation with a customer, and a task for an agent."""

from outbound_message.initiate import initiate
from switchboard.auth import ApiKey, FlexToken, TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.reply import Reply, json_reply
from switchboard.request import Request


@endpoint(ApiKey(), FlexToken(), TwilioSignature())
def handler(request: Request) -> Reply:
    """Route the conversation to an agent, and send the initial message if there is one."""
    return json_reply(initiate(request, with_task=True))
