"""Deleting what remains of a stack: tables, buckets with all versions, secrets. There is no way back."""

import time
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.destroy.inventory import secret_names
from tools.destroy.remains import Remains

_TRIES: Final = 5
_PAUSE_SECONDS: Final = 2.0
_GONE: Final = frozenset({"NoSuchBucket", "ResourceNotFoundException"})


def delete_data(session: Any, remains: Remains, say: Callable[[str], None]) -> None:
    """Delete what remains; what is gone already is no error, so an interrupted deletion can be run again."""
    dynamodb, s3, ssm = (session.client(service) for service in ("dynamodb", "s3", "ssm"))
    for table in remains.tables:
        if _unless_gone(lambda table=table: _delete_table(dynamodb, table)):  # type: ignore[misc]
            say(f"Deleted table {table}")
    for bucket in remains.buckets:
        if _unless_gone(lambda bucket=bucket: _delete_bucket(s3, bucket)):  # type: ignore[misc]
            say(f"Deleted bucket {bucket}")
    names = secret_names(ssm, remains.stage)
    for start in range(0, len(names), 10):  # the most of one request
        ssm.delete_parameters(Names=names[start : start + 10])
    for name in names:
        say(f"Deleted secret {name}")


def _unless_gone(delete: Callable[[], None]) -> bool:
    """Delete something; returns whether it was there."""
    try:
        delete()
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return False
        raise
    return True


def _delete_table(dynamodb: Any, name: str) -> None:
    if dynamodb.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        dynamodb.get_waiter("table_exists").wait(TableName=name)
    dynamodb.delete_table(TableName=name)


def _delete_bucket(s3: Any, name: str) -> None:
    for attempt in range(1, _TRIES + 1):
        _empty(s3, name)
        try:
            s3.delete_bucket(Bucket=name)
        except ClientError as error:
            # Access logs are delivered late, and may have come meanwhile.
            if error.response["Error"]["Code"] != "BucketNotEmpty" or attempt == _TRIES:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _empty(s3: Any, name: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        found = [
            {"Key": item["Key"], "VersionId": item["VersionId"]}
            for kind in ("Versions", "DeleteMarkers")
            for item in page.get(kind, ())
        ]
        for start in range(0, len(found), 1000):  # the most of one request
            batch = {"Objects": found[start : start + 1000], "Quiet": True}
            failed = s3.delete_objects(Bucket=name, Delete=batch).get("Errors", ())
            if failed:
                raise ClientError(
                    {"Error": {"Code": failed[0]["Code"], "Message": failed[0]["Key"]}}, "DeleteObjects"
                )
