"""AWS Signature Version 4: of requests without a query string in a header, of URLs in their query string.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Credentials:
    """What requests are signed with."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def sign(
    headers: Mapping[str, str],
    body: bytes,
    *,
    method: str = "POST",
    path: str = "/",
    region: str,
    service: str,
    credentials: Credentials,
    at: float,
) -> dict[str, str]:
    """Return the headers of a request with its signature.

    Parameters
    ----------
    headers : Mapping[str, str]
        Lower-case names, among them host. All of them are signed.
    body : bytes
    method, path : str
        The path is encoded once, as S3 signs it; where that would matter, other services have the root only.
    region, service : str
        The credential scope, such as "eu-west-1" and "dynamodb".
    credentials : Credentials
    at : float
        The time of signing, in seconds since the epoch.
    """
    stamp = _stamp(at)
    signed = {**headers, "x-amz-date": stamp}
    if credentials.session_token:
        signed["x-amz-security-token"] = credentials.session_token
    names = sorted(signed)
    lines = [
        method,
        path,
        "",
        *(f"{name}:{' '.join(signed[name].split())}" for name in names),
        "",
        ";".join(names),
        hashlib.sha256(body).hexdigest(),
    ]
    scope = _scope(stamp, region, service)
    signed["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={_signature(lines, stamp, scope, credentials)}"
    )
    return signed


def presign(
    host: str, path: str, *, seconds: int, region: str, service: str, credentials: Credentials, at: float
) -> str:
    """Return the query string with which everybody may GET a path for a while.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    stamp = _stamp(at)
    scope = _scope(stamp, region, service)
    fields = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    if credentials.session_token:
        fields["X-Amz-Security-Token"] = credentials.session_token
    query = urlencode(sorted(fields.items()), quote_via=quote, safe="~")
    lines = ["GET", path, query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"]
    return f"{query}&X-Amz-Signature={_signature(lines, stamp, scope, credentials)}"


def _stamp(at: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))


def _scope(stamp: str, region: str, service: str) -> str:
    return f"{stamp.partition('T')[0]}/{region}/{service}/aws4_request"


def _signature(canonical: Sequence[str], stamp: str, scope: str, credentials: Credentials) -> str:
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}".encode(), "sha256").hex()
