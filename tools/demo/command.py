"""``switchboard demo``: surveys, a campaign, a call through Studio, SIP calls, a conversation's life."""

import typer

from tools.terminal import fail, replace_unprintable

app = typer.Typer(add_completion=False)


@app.command()
def demo() -> None:
    """Watch every feature at work, on a platform of its own; exit code 1 where one did not do its work."""
    from local.log_lines import Terminal
    from local.platform import Platform
    from tools.demo import survey
    from tools.demo.callback import CallbackDemo
    from tools.demo.campaign import CampaignDemo
    from tools.demo.conversation import ConversationDemo
    from tools.demo.ivr_path import IvrDemo
    from tools.demo.sip_router import SipDemo

    replace_unprintable()
    with Platform(0, terminal=Terminal(quiet=True), watch=False) as platform:
        surveys = survey.SurveyDemo(platform)
        _title("A survey by SMS, in English")
        surveys.text(survey.ENGLISH)
        _title("The same survey by phone, in Spanish")
        surveys.call(survey.SPANISH)
        _title("What is left of them: one JSON file each, in S3")
        complete = [surveys.show_result(phone) for phone in (survey.TEXTER, survey.CALLER)]
        _title("A survey that branches, and records a caller's answer")
        complete.append(surveys.follow_up())
        _title("The survey to 200 people on two coasts, within the hours of their own day")
        complete.append(CampaignDemo(platform, surveys.show).run(surveys.replies(survey.ENGLISH)))
        _title("A call into a Studio flow, and the path it took")
        complete.append(IvrDemo(platform, surveys.show).call())
        _title("A caller leaves a voicemail from the queue")
        complete.append(CallbackDemo(platform, surveys.show).leave_voicemail())
        sip = SipDemo(platform, surveys.show)
        _title("Three calls to a SIP domain")
        sip.call()
        _title("A change to its map, published")
        sip.change()
        _title("The same three calls")
        sip.call()
        _title("A message that an agent starts, and the reply two days later")
        conversation = ConversationDemo(platform, surveys.show)
        complete.append(conversation.start())
        _title("The task ends, and two quiet days later the conversation is closed")
        complete.append(conversation.end())
        _title("The next contact opens a new one")
        complete.append(conversation.start_again())
    if not all(complete):
        fail("A survey, a campaign, a call's path, a voicemail or a conversation did not come to its end.")


def _title(text: str) -> None:
    print(f"\n── {text} {'─' * max(80 - len(text), 4)}\n", flush=True)
