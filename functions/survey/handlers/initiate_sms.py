"""POST /sms/initiate-sms: send a respondent the first message of a survey."""

from survey.domain import dialogue
from survey.messaging import send_text
from survey.settings import MessageSettings
from survey.start import invite, send_or_roll_back
from switchboard.auth import ApiKey
from switchboard.endpoint import endpoint
from switchboard.errors import SwitchboardError
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from switchboard.settings import from_environment


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Send the welcome; of a survey under way what is open now, of a completed one that it is completed."""
    sender = from_environment(MessageSettings).messaging_sender
    if not sender:
        raise SwitchboardError(500, "MESSAGING_SENDER is not set: there is no sender of text messages.")
    invitation = invite(request, "sms")
    if invitation.session.status == "COMPLETED":
        prompt = dialogue.completed_already(invitation.definition.prompts, "sms")
    else:
        prompt = dialogue.prompt(invitation.session, invitation.definition, "sms")
    message_sid = send_or_roll_back(
        invitation, lambda: send_text(sender, invitation.to, prompt.message), "The message may have been sent"
    )
    return json_reply({"success": True, "smsTo": invitation.to, "messageSid": message_sid}, status=201)
