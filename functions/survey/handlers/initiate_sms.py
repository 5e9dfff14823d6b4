"""POST /sms/initiate-sms: send somebody the first message of a survey."""

from survey.domain import dialogue
from survey.reaching import reach
from survey.settings import MessageSettings
from survey.start import invite
from survey.texting import text
from switchboard.auth import ApiKey
from switchboard.endpoint import endpoint
from switchboard.errors import SwitchboardError
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from switchboard.settings import from_environment


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Send the welcome; who is taking the survey reads what is open, who completed it before reads that."""
    settings: MessageSettings = from_environment(MessageSettings)
    if not settings.messaging_sender:
        raise SwitchboardError(500, "MESSAGING_SENDER is not set: there is nobody to send messages from.")
    invited = invite(request, "sms")
    if invited.session.status == "COMPLETED":
        prompt = dialogue.completed_already(invited.definition.prompts, "sms")
    else:
        prompt = dialogue.prompt(invited.session, invited.definition, "sms")
    message_sid = reach(
        invited,
        lambda: text(settings.messaging_sender, invited.to, prompt.message),
        "The message may have been sent",
    )
    return json_reply({"success": True, "smsTo": invited.to, "messageSid": message_sid}, status=201)
