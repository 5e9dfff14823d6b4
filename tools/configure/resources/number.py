"""A phone number's webhooks.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from typing import Any, ClassVar

from tools.configure.resources.resource import TwilioFields


class Number(TwilioFields):
    """A phone number of the account; its key is the number in E.164 form."""

    kind = "number"
    fields: ClassVar[tuple[str, ...]] = (
        "sms_url",
        "sms_method",
        "sms_application_sid",
        "voice_url",
        "voice_method",
        "voice_application_sid",
        "trunk_sid",
        "status_callback",
        "status_callback_method",
    )

    @property
    def title(self) -> str:
        """The number."""
        return f"number {self.key}"

    def instance(self) -> Any:
        """Return the number of the account, None where it has no such number."""
        return find_number(self.stack.twilio, self.key)


def find_number(client: Any, number: str) -> Any:
    """Return a number of the account, None where it has no such number."""
    found = client.incoming_phone_numbers.list(phone_number=number)
    return next((one for one in found if one.phone_number == number), None)


def sms_webhook(url: str) -> dict[str, str]:
    """Return the fields that send a number's messages to a URL; an application would count more."""
    return {"sms_url": url, "sms_method": "POST", "sms_application_sid": ""}


def voice_webhook(url: str) -> dict[str, str]:
    """Return the fields that send a number's calls to a URL; an application or a trunk would count more."""
    return {"voice_url": url, "voice_method": "POST", "voice_application_sid": "", "trunk_sid": ""}


def status_webhook(url: str) -> dict[str, str]:
    """Return the fields that report the end of a number's calls to a URL."""
    return {"status_callback": url, "status_callback_method": "POST"}
