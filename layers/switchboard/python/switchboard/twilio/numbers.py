"""The account's phone numbers: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

import json

from switchboard.twilio.rest_client import account_sid, http


def voice_url(number: str) -> str | None:
    """Return the URL that Twilio asks when a number of the account is called; None if it has no such number.

    By the HTTP client alone: the webhook that asks would import hundreds of modules with twilio.rest.

    Parameters
    ----------
    number : str
        E.164.
    """
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid()}/IncomingPhoneNumbers.json"
    page = json.loads(http().request("GET", url, params={"PhoneNumber": number}).text)
    # The filter also finds numbers that only contain this one.
    for found in page["incoming_phone_numbers"]:
        if found["phone_number"] == number:
            return found["voice_url"] or ""
    return None
