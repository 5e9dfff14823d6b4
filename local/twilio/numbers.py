"""The account's numbers and messaging service, as an operator sets them in Twilio's console."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from local.template.parameters import FLEX_NUMBER, MESSAGING_SERVICE_SID, STUDIO_NUMBER, SURVEY_NUMBER


@dataclass(frozen=True)
class Number:
    """A phone number (or the address of a SIP domain) of the account.

    Parameters
    ----------
    address
        E.164, or ``sip:…`` for a SIP domain's host.
    sid
        PN… or, of a SIP domain, SD….
    name
        What it is for.
    voice_url, voice_method, voice_fallback_url
        Where an incoming call is sent; "" takes no calls.
    sms_url, sms_method, sms_fallback_url
        Where an incoming message is sent; "" takes no messages.
    status_callback, status_callback_method
        Where the end of an incoming call is reported; "" nowhere.
    sms_application_sid, voice_application_sid, trunk_sid
        An application or a trunk that takes messages or calls; the URLs above then count no more.
    """

    address: str
    sid: str
    name: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_application_sid: str = ""
    voice_application_sid: str = ""
    trunk_sid: str = ""


@dataclass(frozen=True)
class MessagingService:
    """A messaging service and the numbers that send for it.

    Parameters
    ----------
    sid, name
        MG… and what it is for.
    senders
        Numbers of its pool, E.164; the first sends.
    advanced_opt_out
        Whether Twilio answers STOP, START and HELP itself and tells the webhook so with OptOutType.
    use_inbound_webhook_on_number
        Whether an incoming message goes to the number's webhook rather than to the service's.
    inbound_request_url, inbound_method, fallback_url
        The service's webhook; without a URL messages are not handed on.
    campaigns
        Statuses of its A2P 10DLC campaigns, such as VERIFIED.
    """

    sid: str
    name: str
    senders: tuple[str, ...]
    advanced_opt_out: bool = True
    use_inbound_webhook_on_number: bool = True
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    campaigns: tuple[str, ...] = ("VERIFIED",)


@dataclass
class Numbers:
    """The numbers, SIP domains and messaging services of the account."""

    numbers: dict[str, Number] = field(default_factory=dict)
    services: dict[str, MessagingService] = field(default_factory=dict)

    def add(self, number: Number) -> None:
        """Add a number, or change the one with this address."""
        self.numbers[number.address] = number

    def change_service(self, sid: str, **changes: Any) -> MessagingService:
        """Change attributes of a messaging service."""
        self.services[sid] = replace(self.services[sid], **changes)
        return self.services[sid]

    def called(self, address: str) -> Number | None:
        """Return the number, or the SIP domain, that a call to ``address`` reaches."""
        if address.lower().startswith(("sip:", "sips:")):
            host = address.partition(":")[2].rpartition("@")[2].partition(";")[0].partition(":")[0].lower()
            return self.numbers.get(f"sip:{host}")
        return self.numbers.get(address)

    def message_webhook(self, number: Number) -> tuple[str, str, str]:
        """Return method, URL and fallback URL of a number's incoming messages; an empty URL takes none."""
        service = self.service_of(number.address)
        if service is not None and not service.use_inbound_webhook_on_number:
            return service.inbound_method, service.inbound_request_url, service.fallback_url
        url = "" if number.sms_application_sid else number.sms_url
        return number.sms_method, url, number.sms_fallback_url

    def service_of(self, number: str) -> MessagingService | None:
        """Return the messaging service that a number sends for."""
        return next((one for one in self.services.values() if number in one.senders), None)


def sample_numbers(public_base_url: str) -> Numbers:
    """Return the account that ``make run`` starts with: a number that takes surveys by text and by phone."""
    numbers = Numbers()
    numbers.add(
        Number(
            address=SURVEY_NUMBER,
            sid="PN" + "5e" * 16,
            name="Surveys",
            voice_url=f"{public_base_url}/voice/survey",
            sms_url=f"{public_base_url}/sms/webhook",
            status_callback=f"{public_base_url}/voice/survey/status",
        )
    )
    service = MessagingService(MESSAGING_SERVICE_SID, "Surveys", (SURVEY_NUMBER,))
    numbers.services[service.sid] = service
    return numbers


def studio_number(public_base_url: str, flow_webhook: str) -> Number:
    """Return a number that is connected to a flow and reports its calls to the application first."""
    return Number(
        address=STUDIO_NUMBER,
        sid="PN" + "57" * 16,
        name="Reception (Studio)",
        voice_url=flow_webhook,
        status_callback=f"{public_base_url}/pn-call-status-callback",
    )


def flex_number(flow_webhook: str) -> Number:
    """Return a number that is connected to a flow, which receives the end of its calls itself."""
    return Number(
        address=FLEX_NUMBER,
        sid="PN" + "f1" * 16,
        name="Contact center (Flex)",
        voice_url=flow_webhook,
        status_callback=flow_webhook,
    )


def studio_flow_number(name: str, address: str, flow_webhook: str, public_base_url: str) -> Number:
    """Return a number, or a SIP domain, that is connected to a flow of ``config-files/studio``.

    The end of a call of the menu, whose path is recorded, is reported to the application first.
    """
    kind = "SD" if address.startswith("sip:") else "PN"
    flow_sid = flow_webhook.rpartition("/")[2]
    recorded = f"{public_base_url}/pn-call-status-callback?flowSid={flow_sid}"
    return Number(
        address=address,
        sid=kind + flow_sid.removeprefix("FW"),
        name=f"Studio flow: {name}",
        voice_url=flow_webhook,
        status_callback=recorded if name == "menu" else flow_webhook,
    )
