"""A respondent, as an operator writes one."""

import re

from survey.domain.result import parse_result_key


def parse_respondent(words: str) -> str:
    """Return a number in E.164 form, or a CallSid.

    Raises
    ------
    ValueError
        What it must be.
    """
    text = re.sub(r"[ ()./-]", "", words)
    found = parse_result_key(f"survey-results/{text.removeprefix('+')}.json")
    # Without the plus sign it may be a number without its country, of which nothing would be found.
    if found is None or found[0] != text:
        raise ValueError("must be + and 7 to 15 digits, or a CallSid")
    return text
