"""The update of an account's Flex configuration."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twilio.rest import Client


class _Body(dict[str, Any]):
    """The JSON body of an update, in the form that the twilio library asks for."""

    def to_dict(self) -> dict[str, Any]:
        """Return the body."""
        return dict(self)


def update_flex_configuration(client: "Client", account_sid: str, **properties: Any) -> None:
    """Replace whole properties of the Flex configuration; the others stay.

    https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api
    """
    client.flex_api.v1.configuration().update(body=_Body({"account_sid": account_sid, **properties}))
