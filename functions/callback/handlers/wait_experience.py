"""POST, GET /callback/studio/wait-experience and below: what a caller hears and can choose in the queue."""

from callback import wait_steps
from callback.domain import menu
from callback.domain.messages import default_messages
from callback.replies.wait_twiml import goodbye, hold_on
from callback.requests.wait_experience import WaitingCall, WaitUrl
from switchboard.errors import NotFound
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, no_content
from switchboard.http.request import Request
from switchboard.inputs.model import read


def apologize(raw: RawRequest) -> Reply:
    """Answer a request that failed because of a fault in here: the caller waits, or hears an apology."""
    step = raw.path_parameters.get("step", "")
    if step == menu.TRANSCRIBED:
        return no_content()
    messages = default_messages("en-US")
    if step == menu.RECORDED:
        # Twilio has the recording, and its transcription may still get the voicemail a task.
        return goodbye(messages, messages.voicemail_recorded)
    if step == menu.RECORD:
        return goodbye(messages, messages.voicemail_not_captured)
    return hold_on(messages)


@endpoint(TwilioSignature(), fallback=apologize, services=("dynamodb", "s3", "twilio"))
def handler(request: Request) -> Reply:
    """Answer with the next step, https://www.twilio.com/docs/voice/twiml/enqueue#attributes-wait-url."""
    step = request.path_parameters.get("step", "")
    if step and step not in menu.STEPS:
        raise NotFound
    # The query is ours or the operator's; the form describes the call.
    url, call = read(WaitUrl, request.query), read(WaitingCall, request.params)
    return wait_steps.take(step, url, call, request.url)
