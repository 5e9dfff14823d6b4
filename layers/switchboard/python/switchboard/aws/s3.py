"""Objects in S3.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.aws.clients import boto3_client, client
from switchboard.aws.errors import ServiceError, Unreachable, translated


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


def get(bucket: str, key: str, version_id: str = "") -> S3Object | None:
    """Return an object, or a certain version of it; None if there is no such object.

    Without s3:ListBucket S3 answers 403 for an object that is not there, which is an error here.

    Raises
    ------
    switchboard.aws.AwsError
        The object cannot be read.
    """
    try:
        return _get(bucket, key, version_id)
    except Unreachable:
        # boto3 repeats a request that fails, but not one whose content breaks off.
        return _get(bucket, key, version_id)


def read(bucket: str, key: str) -> bytes | None:
    """Return an object's content; None if there is no such object. Raises what `get` raises."""
    found = get(bucket, key)
    return found.body if found else None


def older_versions(bucket: str, key: str, most: int) -> list[str]:
    """Return the IDs of an object's versions before the current one, newest first.

    Versions from before a deletion are left out. One request, so there may be a few less than `most`.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html

    Raises
    ------
    switchboard.aws.AwsError
        They cannot be listed.
    """
    # Those of longer keys with the same beginning come after those of the key.
    answer = client("s3").list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=most + 1)
    deleted = [mark["LastModified"] for mark in answer.get("DeleteMarkers", ()) if mark["Key"] == key]
    return [
        version["VersionId"]
        for version in answer.get("Versions", ())
        if version["Key"] == key
        and not version["IsLatest"]
        and not (deleted and version["LastModified"] < max(deleted))
    ]


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
    encoding: Any = {"ContentEncoding": content_encoding} if content_encoding else {}
    client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type, **encoding)


def delete(bucket: str, key: str) -> None:
    """Delete an object; one that is not there is no error.

    Raises
    ------
    switchboard.aws.AwsError
        It cannot be deleted.
    """
    client("s3").delete_object(Bucket=bucket, Key=key)


def exists(bucket: str, key: str) -> bool:
    """Tell whether there is an object. Raises what `get` raises."""
    return size(bucket, key) is not None


def size(bucket: str, key: str) -> int | None:
    """Return an object's length in bytes; None if there is no such object. Raises what `get` raises."""
    try:
        return int(client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"])
    except ServiceError as error:
        if error.status == 404:
            return None
        raise


def presigned_url(bucket: str, key: str, seconds: int) -> str:
    """Return a URL at which anyone may read an object for a number of seconds."""
    url: str = client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds
    )
    return url


def _get(bucket: str, key: str, version_id: str) -> S3Object | None:
    version: Any = {"VersionId": version_id} if version_id else {}
    try:
        with translated():
            answer = boto3_client("s3").get_object(Bucket=bucket, Key=key, **version)
            body = answer["Body"].read()
    except ServiceError as error:
        if error.code in {"NoSuchKey", "NoSuchVersion", "404"}:
            return None
        raise
    return S3Object(body, answer["LastModified"], answer["ETag"], answer["Metadata"], answer.get("VersionId"))
