"""Configuration files in the stack's bucket, which keeps the version before for 90 days."""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tools.configure.resources.resource import ConfigureError, Resource, State

_FIELD = "content"


class ConfigFile(Resource):
    """An object of the bucket; its key is the object's. The field is its SHA-256 and its version."""

    kind = "config-file"

    @property
    def title(self) -> str:
        """The object."""
        return f"file {self.key}"

    def read(self) -> State | None:
        """Return the object's digest and version; None where there is no object."""
        try:
            answer = self.stack.client("s3").get_object(Bucket=self.stack.bucket, Key=self.key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise
        return {_FIELD: {"sha256": digest(answer["Body"].read()), "version": answer.get("VersionId", "")}}

    def is_same(self, field: str, one: Any, other: Any) -> bool:  # noqa: ARG002
        """Tell whether two versions have the same content."""
        return bool((one or {}).get("sha256") == (other or {}).get("sha256"))

    def show(self, field: str, value: Any) -> str:  # noqa: ARG002
        """Return the beginning of the digest."""
        return "(missing)" if value is None else f"sha256 {value['sha256'][:12]}"

    def apply(self, present: State | None, fields: State) -> None:  # noqa: ARG002
        """Upload the file, or make an older version the newest one."""
        s3, bucket = self.stack.client("s3"), self.stack.bucket
        content = fields[_FIELD]
        if path := content.get("path"):
            body = Path(path).read_bytes()
            kind = mimetypes.guess_type(self.key)[0] or "text/plain; charset=utf-8"
            s3.put_object(Bucket=bucket, Key=self.key, Body=body, ContentType=kind)
            return
        source = {"Bucket": bucket, "Key": self.key, "VersionId": content["version"]}
        try:
            s3.copy_object(Bucket=bucket, Key=self.key, CopySource=source)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchVersion":
                raise
            text = f"the bucket keeps version {content['version']} no longer: upload the file yourself"
            raise ConfigureError(f"{self.title}: {text}") from None

    def remove(self, fields: State) -> None:  # noqa: ARG002
        """Delete the object; its versions stay as long as the bucket keeps them."""
        self.stack.client("s3").delete_object(Bucket=self.stack.bucket, Key=self.key)


def local_file(path: Path) -> State:
    """Return the fields of an object that should hold a file's content."""
    return {_FIELD: {"sha256": digest(path.read_bytes()), "path": str(path)}}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content in hex."""
    return hashlib.sha256(content).hexdigest()
