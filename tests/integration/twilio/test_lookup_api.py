"""Lookup in the stand-in: the type of a number's line, as Twilio's library reads it."""

import pytest
from twilio.rest.lookups.v2.phone_number import PhoneNumberInstance

from local.http_messages import LocalError
from local.template.parameters import ACCOUNT_SID, AUTH_TOKEN
from tests.integration.twilio.app import PERSON, World

HOST, NUMBERS = "lookups.twilio.com", "/v2/PhoneNumbers"
LINE_TYPE = "Fields=line_type_intelligence"


def test_an_answer_has_every_property_that_twilios_library_reads(world: World) -> None:
    status, answer = world.api("GET", f"{NUMBERS}/{PERSON}", host=HOST, query=LINE_TYPE)
    assert status == 200
    instance = PhoneNumberInstance(None, answer)  # type: ignore[arg-type]  # only its properties are read
    assert set(answer) == {name for name in vars(instance) if not name.startswith("_")}
    assert (answer["country_code"], answer["calling_country_code"]) == ("US", "1")
    assert (answer["phone_number"], answer["national_format"]) == (PERSON, "(202) 555-0142")
    assert answer["valid"] is True
    assert answer["url"] == f"https://{HOST}{NUMBERS}/{PERSON}"
    assert set(answer["line_type_intelligence"]) == {
        "error_code",
        "mobile_country_code",
        "mobile_network_code",
        "carrier_name",
        "type",
    }


def test_the_type_of_a_line_is_told_only_where_it_is_asked_for(world: World) -> None:
    assert world.api("GET", f"{NUMBERS}/{PERSON}", host=HOST)[1]["line_type_intelligence"] is None
    for line_type, has_carrier in (("landline", True), ("nonFixedVoip", True), ("unknown", False)):
        world.phone("PUT", f"/phones/{PERSON}", {"lineType": line_type})
        line = world.api("GET", f"{NUMBERS}/{PERSON}", host=HOST, query=LINE_TYPE)[1][
            "line_type_intelligence"
        ]
        assert (line["type"], line["carrier_name"] is not None) == (line_type, has_carrier)
    with pytest.raises(LocalError, match="lineType must be one of mobile, landline"):
        world.phone("PUT", f"/phones/{PERSON}", {"lineType": "pigeon"})


def test_numbers_in_national_format_are_of_a_country(world: World) -> None:
    for number, query in (("2025550142", ""), ("2079460000", "CountryCode=gb"), ("%2B12025550142", "")):
        _, answer = world.api("GET", f"{NUMBERS}/{number}", host=HOST, query=query)
        assert answer["phone_number"] == ("+442079460000" if query else PERSON)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("+1202555", "TOO_SHORT"),
        ("+120255501421", "TOO_LONG"),
        ("+99912345678", "INVALID_COUNTRY_CODE"),
        ("nobody", "NOT_A_NUMBER"),
    ],
)
def test_a_number_that_cannot_exist_is_not_valid_and_has_no_line(
    world: World, number: str, error: str
) -> None:
    status, answer = world.api("GET", f"{NUMBERS}/{number}", host=HOST, query=LINE_TYPE)
    assert (status, answer["valid"], answer["validation_errors"]) == (200, False, [error])
    assert answer["line_type_intelligence"] is None


def test_numbers_of_canada_and_other_packages_need_an_approval(world: World) -> None:
    _, answer = world.api("GET", f"{NUMBERS}/+16135550142", host=HOST, query=LINE_TYPE)
    assert answer["line_type_intelligence"]["error_code"] == 60601
    assert answer["line_type_intelligence"]["type"] is None
    refused, _ = world.api("GET", f"{NUMBERS}/{PERSON}", host=HOST, query=f"{LINE_TYPE},sim_swap")
    assert refused == 400
    stranger = (ACCOUNT_SID, AUTH_TOKEN[::-1])
    assert world.api("GET", f"{NUMBERS}/{PERSON}", host=HOST, credentials=stranger)[0] == 401
