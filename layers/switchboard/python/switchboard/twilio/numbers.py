"""The account's phone numbers: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

from switchboard.twilio.rest_client import rest_client


def voice_url(number: str) -> str | None:
    """Return the URL that Twilio asks when a number of the account is called; None if it has no such number.

    Parameters
    ----------
    number : str
        E.164.
    """
    # The filter also finds numbers that only contain this one.
    for found in rest_client().incoming_phone_numbers.stream(phone_number=number):
        if found.phone_number == number:
            return found.voice_url or ""
    return None
