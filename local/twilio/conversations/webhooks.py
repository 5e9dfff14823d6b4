"""Webhooks about messages in a conversation: a URL, or a Studio flow.

https://www.twilio.com/docs/conversations-classic/conversations-webhooks
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.sids import iso8601
from local.twilio.webhook import WebhookFailed

if TYPE_CHECKING:
    from local.twilio.account import Account
    from local.twilio.conversations.conversation import Conversation, ConversationMessage, ConversationWebhook


def notify(
    account: Account, webhook: ConversationWebhook, conversation: Conversation, message: ConversationMessage
) -> None:
    """Send a message to one webhook; a flow, which the stand-in has for calls only, is named in the feed."""
    if webhook.target == "studio":
        flow_sid = webhook.configuration["flow_sid"]
        account.feed.add({"kind": "flow", "flowSid": flow_sid, "sid": conversation.sid, "body": message.body})
        return
    params = {
        "EventType": "onMessageAdded",
        "AccountSid": account.sid,
        "ConversationSid": conversation.sid,
        "MessageSid": message.sid,
        "Index": str(message.index),
        "Author": message.author,
        "ParticipantSid": message.participant_sid,
        "Body": message.body,
        "Source": "SMS",
        "DateCreated": iso8601(message.created),
    }
    url = str(webhook.configuration.get("url", ""))
    method = str(webhook.configuration.get("method") or "POST")
    try:
        account.webhooks.send(method, url, params)
    except WebhookFailed as failure:
        account.alert(failure.code, failure.message, sid=conversation.sid, url=url)
