"""The seed: ``sip-routes.json``, as the operator uploaded it."""

from typing import Final

from sip_router.domain.seed import SEED_KEY, NotARouteTableError, Seed, empty_seed, parse_seed
from sip_router.settings import settings
from switchboard.aws.file_versions import read_usable
from switchboard.aws.s3 import S3Object
from switchboard.errors import FieldError, SwitchboardError
from switchboard.log import count, logger

_LOGGED_FAULTS: Final = 20


class UnreadableSeedError(SwitchboardError):
    """500: ``sip-routes.json`` is there, but is no route table."""

    def __init__(self, problem: str) -> None:
        super().__init__(500, f"{SEED_KEY}: {problem}", [FieldError(field=SEED_KEY, message=problem)])


def read_seed() -> Seed:
    """Return the seed; without a file, a route table that apologises to every caller.

    While the file is no route table, an older version of it serves.

    Raises
    ------
    UnreadableSeedError
        Neither the file nor an older version of it is a route table.
    switchboard.aws.AwsError
        S3 does not answer.
    """
    try:
        seed = read_usable(settings().sip_routes_bucket, SEED_KEY, _parse, NotARouteTableError)
    except NotARouteTableError as error:
        raise UnreadableSeedError(str(error)) from None
    if seed is None:
        logger.warning("There are no SIP routes yet", extra={"looked_for": SEED_KEY})
        return empty_seed()
    if seed.faults:
        problems = [fault.without_quotes() for fault in seed.faults[:_LOGGED_FAULTS]]
        logger.warning(
            "Some SIP routes cannot be used", extra={"problems": problems, "faults": len(seed.faults)}
        )
        count("SipRoutesFaulty")
    return seed


def _parse(found: S3Object) -> Seed:
    written_at = found.modified_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return parse_seed(found.body, written_at)
