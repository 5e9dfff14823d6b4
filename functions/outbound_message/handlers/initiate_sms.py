"""POST /flex-initiate-outbound-sms: a message to a customer whose reply goes to a Studio flow."""

from outbound_message.initiate import initiate
from outbound_message.requests.initiate import InitiateSms
from switchboard.http.auth import ApiKey, FlexToken, TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read_request


@endpoint(ApiKey(), FlexToken(), TwilioSignature(), services=("dynamodb", "events"))
def handler(request: Request) -> Reply:
    """Send the message in the customer's conversation."""
    message = read_request(InitiateSms, request).to_message()
    return json_reply(initiate(request, message))
