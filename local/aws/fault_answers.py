"""Wire format of injected AWS errors: the status and body that each service would answer with.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import json
from collections.abc import Mapping
from typing import Final

_THROTTLED: Final = 429
_CODES: Final[Mapping[int, str]] = {
    400: "ValidationException",
    403: "AccessDeniedException",
    429: "ThrottlingException",
    503: "ServiceUnavailable",
}
_S3_CODES: Final[Mapping[int, str]] = {
    400: "InvalidRequest",
    403: "AccessDenied",
    429: "SlowDown",
    503: "ServiceUnavailable",
}
_MESSAGE: Final = "A fault was ordered"


def fault_answer(service: str, status: int) -> tuple[int, str, bytes]:
    """Return the HTTP status, the content type and the body of a failure.

    AWS has no status 429: a service that throttles says so with 400 and an error code, S3 with 503.
    """
    if service == "s3":
        code = _S3_CODES.get(status, "InternalError")
        body = f"<Error><Code>{code}</Code><Message>{_MESSAGE}</Message></Error>"
        return (503 if status == _THROTTLED else status), "application/xml", body.encode()
    error = {"__type": _CODES.get(status, "InternalFailure"), "message": _MESSAGE}
    return (400 if status == _THROTTLED else status), "application/x-amz-json-1.1", json.dumps(error).encode()
