"""Objects in S3, by requests of the layer's own: callers wait for questions and recordings.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final
from urllib.parse import quote

from switchboard.aws.errors import ServiceError
from switchboard.aws.http_client import Answer, Call, HttpClient, endpoint_override, regional_host

_METADATA: Final = "x-amz-meta-"
_CODE: Final = re.compile(rb"<Code>(\w+)</Code>")
_MESSAGE: Final = re.compile(rb"<Message>([^<]*)</Message>")


@dataclass(frozen=True, slots=True)
class S3Object:
    """An object as GetObject returns it.

    Attributes
    ----------
    body : bytes
    modified_at : datetime
        With a time zone.
    etag : str
    metadata : Mapping[str, str]
        The object's own metadata, without the ``x-amz-meta-`` prefix.
    version_id : str or None
        None in a bucket without versions.
    """

    body: bytes
    modified_at: datetime
    etag: str
    metadata: Mapping[str, str]
    version_id: str | None = None


def get(bucket: str, key: str) -> S3Object | None:
    """Return an object; None if there is no such object.

    Without s3:ListBucket S3 answers 403 for an object that is not there, which is an error here.

    Raises
    ------
    switchboard.aws.AwsError
        The object cannot be read.
    """
    try:
        return _client(bucket).send(_call("GetObject", "GET", key), _read_object)
    except ServiceError as error:
        if error.code in {"NoSuchKey", "404"}:
            return None
        raise


def read(bucket: str, key: str) -> bytes | None:
    """Return an object's content; None if there is no such object. Raises what `get` raises."""
    found = get(bucket, key)
    return found.body if found else None


def write(
    bucket: str,
    key: str,
    body: bytes | str,
    content_type: str = "application/json",
    *,
    content_encoding: str = "",
) -> None:
    """Write an object.

    Raises
    ------
    switchboard.aws.AwsError
        It cannot be written.
    """
    content = body.encode() if isinstance(body, str) else body
    headers = {"content-type": content_type}
    if content_encoding:
        headers["content-encoding"] = content_encoding
    _client(bucket).send(_call("PutObject", "PUT", key, headers, content), _check)


def delete(bucket: str, key: str) -> None:
    """Delete an object; one that is not there is no error.

    Raises
    ------
    switchboard.aws.AwsError
        It cannot be deleted.
    """
    _client(bucket).send(_call("DeleteObject", "DELETE", key), _check)


def exists(bucket: str, key: str) -> bool:
    """Tell whether there is an object. Raises what `get` raises."""
    try:
        _client(bucket).send(_call("HeadObject", "HEAD", key), _check)
    except ServiceError as error:
        if error.status == 404:
            return False
        raise
    return True


def presigned_url(bucket: str, key: str, seconds: int) -> str:
    """Return a URL at which everybody may read an object for so many seconds."""
    return _client(bucket).presigned_url(_path(key), seconds)


def clear_clients() -> None:
    """Make new clients from now on, for a process whose environment has changed."""
    _client.cache_clear()


def _call(
    operation: str, method: str, key: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Call:
    # The signature holds the content's hash, by which S3 also finds a body that was damaged on its way.
    signed = {**(headers or {}), "x-amz-content-sha256": hashlib.sha256(body).hexdigest()}
    return Call(operation, method, _path(key), signed, body)


def _path(key: str) -> str:
    return f"/{quote(key, safe='/~')}"


@cache
def _client(bucket: str) -> HttpClient:
    return HttpClient("s3", bucket_url(bucket))


def bucket_url(bucket: str) -> str:
    """Return a bucket's URL: its own host at AWS, a path at an endpoint of the environment's.

    A bucket's name with a dot would not match the certificate of its own host
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
    """
    override = endpoint_override("s3")
    if override:
        return f"{override.rstrip('/')}/{bucket}"
    host = regional_host("s3")
    return f"https://{host}/{bucket}" if "." in bucket else f"https://{bucket}.{host}"


def _read_object(answer: Answer) -> S3Object:
    _check(answer)
    headers = answer.headers
    return S3Object(
        body=answer.body,
        modified_at=parsedate_to_datetime(headers["last-modified"]),
        etag=headers["etag"],
        metadata={
            name.removeprefix(_METADATA): value
            for name, value in headers.items()
            if name.startswith(_METADATA)
        },
        version_id=headers.get("x-amz-version-id"),
    )


def _check(answer: Answer) -> None:
    """Raise the error that S3 answered, which is a small XML document."""
    if 200 <= answer.status < 300:
        return
    code, message = _CODE.search(answer.body), _MESSAGE.search(answer.body)
    raise ServiceError(
        code[1].decode("ascii") if code else str(answer.status),
        answer.status,
        message[1].decode("utf-8", "replace") if message else "",
    )
