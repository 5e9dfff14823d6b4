"""The record of what was there before: an object of the stack's bucket, written before each change.

It lies in the bucket rather than in SSM because it may grow beyond the 8 KB of a parameter, because the
bucket keeps its older versions, and because S3's conditional writes let one operator at a time change it
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). It holds no secret: of a
secret, the version in SSM.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from botocore.exceptions import ClientError
from pydantic import Field, Strict

from switchboard.inputs.errors import InputError
from switchboard.inputs.model import EventModel, parse
from tools.configure.resources.resource import ConfigureError, Resource, State

if TYPE_CHECKING:
    from tools.stack.stack import Stack

KEY: Final = "configure/record.json"
_CONFLICT: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class FieldRecord(EventModel):
    """A field that the command has set, or was about to set.

    Attributes
    ----------
    before
        The value that it had.
    ours
        The values that the command gave it: the last, and the one that it was about to set.
    """

    before: Any = None
    ours: tuple[Any, ...] = ()


class Entry(EventModel):
    """A resource that the command has changed, or was about to change."""

    kind: str
    key: str
    title: str
    created: Annotated[bool, Strict()] = False
    at: str = ""
    fields: Mapping[str, FieldRecord] = Field(default_factory=dict)

    def is_of(self, resource: Resource) -> bool:
        """Tell whether this is the entry of a resource."""
        return (self.kind, self.key) == (resource.kind, resource.key)


class Record(EventModel):
    """What the command has changed, in the order in which it did."""

    version: Annotated[int, Field(ge=1, le=1), Strict()] = 1
    entries: tuple[Entry, ...] = ()

    def entry_of(self, resource: Resource) -> Entry | None:
        """Return the entry of a resource, if there is one."""
        return next((entry for entry in self.entries if entry.is_of(resource)), None)

    def announcing(self, resource: Resource, present: State | None, fields: State, at: str) -> "Record":
        """Return the record with a change that is about to be made.

        A value that is the command's own is no value that was there before: then the one known stays.
        """
        entry = self.entry_of(resource)
        known: Mapping[str, FieldRecord] = entry.fields if entry else {}
        changed = {
            name: _field(resource, name, known.get(name), (present or {}).get(name), value)
            for name, value in fields.items()
        }
        own = any(is_ours(resource, name, one, (present or {}).get(name)) for name, one in known.items())
        created = present is None or (entry is not None and entry.created and own)
        new = Entry(
            kind=resource.kind,
            key=resource.key,
            title=resource.title,
            created=created,
            at=at,
            fields={**known, **changed},
        )
        if entry is None:
            return Record(entries=(*self.entries, new))
        return Record(entries=tuple(new if one is entry else one for one in self.entries))

    def without(self, entry: Entry, names: frozenset[str]) -> "Record":
        """Return the record without these fields of an entry, and without the entry if no field is left."""
        left = {name: one for name, one in entry.fields.items() if name not in names}
        new = (entry.model_copy(update={"fields": left}),) if left else ()
        return Record(entries=tuple(one for old in self.entries for one in (new if old is entry else (old,))))


def _field(resource: Resource, name: str, known: FieldRecord | None, present: Any, value: Any) -> FieldRecord:
    if known is not None and is_ours(resource, name, known, present):
        return FieldRecord(before=known.before, ours=(present, value))
    return FieldRecord(before=present, ours=(value,))


def is_ours(resource: Resource, name: str, field: FieldRecord, value: Any) -> bool:
    """Tell whether the command gave a field this value."""
    return any(resource.is_same(name, value, one) for one in field.ours)


class RecordStore:
    """Reads and writes the record of a stack, one operator at a time.

    Parameters
    ----------
    stack
        Whose bucket holds it.
    """

    def __init__(self, stack: "Stack") -> None:
        self._s3 = stack.client("s3")
        self._bucket = stack.bucket
        self._etag: str | None = None

    def load(self) -> "Record":
        """Return the record, an empty one where there is none.

        Raises
        ------
        ConfigureError
            It is not one that this version of the command can read.
        """
        content, self._etag = self._read()
        if content is None:
            return Record()
        try:
            return parse(Record, json.loads(content))
        except (ValueError, InputError) as error:
            raise ConfigureError(f"s3://{self._bucket}/{KEY} cannot be read: {error}") from None

    def save(self, record: Record) -> None:
        """Write the record; an empty one is deleted.

        Raises
        ------
        ConfigureError
            It was changed since it was loaded.
        """
        if not record.entries:
            self._s3.delete_object(Bucket=self._bucket, Key=KEY)
            self._etag = None
            return
        content = json.dumps(record.model_dump(mode="json"), indent=1, ensure_ascii=False).encode()
        condition = {"IfMatch": self._etag} if self._etag else {"IfNoneMatch": "*"}
        try:
            answer = self._s3.put_object(
                Bucket=self._bucket, Key=KEY, Body=content, ContentType="application/json", **condition
            )
            self._etag = answer["ETag"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _CONFLICT:
                raise
            # The first try of this same write may have succeeded although its answer was lost.
            written, etag = self._read()
            if written != content:
                text = "the record was changed meanwhile: another `switchboard configure` is under way"
                raise ConfigureError(f"{text}; run it again when that has ended") from None
            self._etag = etag

    def _read(self) -> tuple[bytes | None, str | None]:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=KEY)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None, None
            raise
        return answer["Body"].read(), answer["ETag"]
