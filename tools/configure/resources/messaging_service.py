"""A Messaging Service's webhook, which takes its numbers' messages unless their own webhooks do.

https://www.twilio.com/docs/messaging/api/service-resource
"""

from typing import Any, ClassVar

from switchboard.twilio.outcome import Refused
from tools.configure.resources.resource import TwilioFields


class MessagingService(TwilioFields):
    """A Messaging Service of the account; its key is its SID."""

    kind = "messaging-service"
    fields: ClassVar[tuple[str, ...]] = ("inbound_request_url", "inbound_method")

    @property
    def title(self) -> str:
        """The service."""
        return f"Messaging Service {self.key}"

    def instance(self) -> Any:
        """Return the service, None where the account has no such one."""
        try:
            return self.stack.twilio.messaging.v1.services(self.key).fetch()
        except Refused as error:
            if error.status == 404:
                return None
            raise


def inbound_service(client: Any, number_sid: str) -> Any:
    """Return the Messaging Service whose own webhook takes a number's messages; None where the number's does.

    Where ``use_inbound_webhook_on_number`` is set, the number's webhook counts more than the service's.
    """
    for service in client.messaging.v1.services.list():
        if any(one.sid == number_sid for one in service_numbers(client, service.sid)):
            return None if service.use_inbound_webhook_on_number else service
    return None


def service_numbers(client: Any, service_sid: str) -> list[Any]:
    """Return the phone numbers that send for a service."""
    return list(client.messaging.v1.services(service_sid).phone_numbers.list())
