"""POST /flex-initiate-outbound-sms-task: a conversation with a customer, and a task for an agent."""

from outbound_message.initiate import initiate
from outbound_message.requests.initiate import InitiateSmsTask
from switchboard.http.auth import ApiKey, FlexToken, TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read_request


@endpoint(ApiKey(), FlexToken(), TwilioSignature(), services=("dynamodb", "events"))
def handler(request: Request) -> Reply:
    """Route the conversation to an agent, and send the initial message if there is one."""
    message = read_request(InitiateSmsTask, request).to_message()
    return json_reply(initiate(request, message))
