"""Objects in S3. botocore is imported when it is first used: on a caller's way S3 is rarely asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard import aws


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
        with aws.translated_errors():
            answer = aws.client("s3").get_object(Bucket=bucket, Key=key)
            return S3Object(
                body=answer["Body"].read(),
                modified_at=answer["LastModified"],
                etag=answer["ETag"],
                metadata=answer.get("Metadata", {}),
                version_id=answer.get("VersionId"),
            )
    except aws.ServiceError as error:
        if error.code in {"NoSuchKey", "404"}:
            return None
        raise


def read(bucket: str, key: str) -> bytes | None:
    """Return an object's content; None if there is no such object. Raises what `get` raises."""
    found = get(bucket, key)
    return found.body if found else None


def write(
    bucket: str, key: str, body: bytes | str, content_type: str = "application/json", **extra: Any
) -> None:
    """Write an object; `extra` are further parameters of PutObject, such as ContentEncoding."""
    content = body.encode() if isinstance(body, str) else body
    with aws.translated_errors():
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type, **extra)


def delete(bucket: str, key: str) -> None:
    """Delete an object; one that is not there is no error."""
    with aws.translated_errors():
        aws.client("s3").delete_object(Bucket=bucket, Key=key)
