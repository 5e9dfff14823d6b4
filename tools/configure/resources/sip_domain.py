"""A SIP domain's webhooks: https://www.twilio.com/docs/voice/sip/api/sip-domain-resource."""

from typing import Any, ClassVar

from tools.configure.resources.resource import TwilioFields


class SipDomain(TwilioFields):
    """A SIP domain of the account; its key is its name, such as ``example.sip.twilio.com``."""

    kind = "sip-domain"
    fields: ClassVar[tuple[str, ...]] = (
        "voice_url",
        "voice_method",
        "voice_status_callback_url",
        "voice_status_callback_method",
    )

    @property
    def title(self) -> str:
        """The domain."""
        return f"SIP domain {self.key}"

    def instance(self) -> Any:
        """Return the domain, None where the account has no such one."""
        return find_domain(self.stack.twilio, self.key)


def find_domain(client: Any, name: str) -> Any:
    """Return a SIP domain of the account, None where it has no such one."""
    found = client.sip.domains.list()
    return next((one for one in found if str(one.domain_name).lower() == name.lower()), None)
