"""A person's rows in the lists of campaigns: found, and emptied, so that other rows keep their places."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from survey.storage.campaign_rows import DELETED, FOLDER

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_AT_ONCE: Final = 8


class CampaignLists:
    """The lists of campaigns in a bucket.

    Parameters
    ----------
    s3 : S3Client
    bucket : str
    """

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def find(self, number: str, survey_id: str) -> list[str]:
        """Return the keys of the files in which a person has a row; an empty survey stands for all."""
        prefix = f"{FOLDER}{survey_id}/" if survey_id else FOLDER
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        lists = [key for key in keys if key.endswith(".jsonl")]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(lambda key: any(_is_of(line, number) for line in self._lines(key)), lists)
            return [key for key, has_row in zip(lists, found, strict=True) if has_row]

    def remove(self, key: str, number: str) -> None:
        """Empty a person's rows in a file, and delete its older versions, which have them still."""
        lines = [DELETED if _is_of(line, number) else line for line in self._lines(key)]
        body = "\n".join(lines).encode()
        written = self._s3.put_object(
            Bucket=self._bucket, Key=key, Body=body, ContentType="application/x-ndjson"
        )
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
        for page in pages:
            for version in page.get("Versions", ()):
                if version["Key"] == key and version["VersionId"] != written.get("VersionId"):
                    self._s3.delete_object(Bucket=self._bucket, Key=key, VersionId=version["VersionId"])

    def _lines(self, key: str) -> list[str]:
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body.decode(errors="replace").split("\n")


def _is_of(line: str, number: str) -> bool:
    if number not in line:
        return False
    try:
        row = json.loads(line)
    except ValueError:
        return False
    return isinstance(row, dict) and row.get("to") == number
