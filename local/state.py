"""Keeping the platform's state between runs: one JSON file in the directory that ``DATA`` names."""

import base64
import contextlib
import fcntl
import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from local.aws.moto_server import Aws, Call
from local.aws.moved_messages import source_of
from local.clock import Clock
from local.template.application import Application

_LOG = logging.getLogger(__name__)
_FILE = "state.json"
_LOCK = "state.lock"
_SECTIONS = ("tables", "objects", "messages", "twilio")
_VERSION = 1
_SECONDS_AFTER_A_CHANGE = 1.0
_SECONDS_BETWEEN_LOOKS = 5.0


class UnreadableStateError(Exception):
    """The state or its directory cannot be used; the message says why."""


def lock_directory(directory: Path) -> TextIO:
    """Lock a directory for this process, and create it if needed.

    Returns
    -------
    TextIO
        What is to be closed to let go of the directory; the end of the process lets go of it, too.

    Raises
    ------
    UnreadableStateError
        If another process has it, or nothing can be written there.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / _LOCK).open("a+", encoding="ascii")
    except OSError as error:
        reason = f"DATA={directory} is no directory that can be written to: {error.strerror}"
        raise UnreadableStateError(reason) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise UnreadableStateError(
            f"DATA={directory} is in use by another run (process {owner}): end it or name another directory"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def read_state(directory: Path) -> Mapping[str, Any] | None:
    """Read the state in a directory.

    Returns
    -------
    Mapping or None
        ``{"clockOffset", "tables", "objects", "messages", "twilio"}``; None where nothing was kept yet.

    Raises
    ------
    UnreadableStateError
        If there is a file and it is not one of this version's.
    """
    path = directory / _FILE
    try:
        kept = json.loads(path.read_text(encoding="utf-8"), object_hook=_from_json)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableStateError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UnreadableStateError(f"{path} is not JSON ({error}); move it away to start afresh") from None
    if not isinstance(kept, dict) or kept.get("version") != _VERSION:
        raise UnreadableStateError(f"{path} is of another version; move it away to start afresh")
    offset = kept.get("clockOffset")
    if isinstance(offset, bool) or not isinstance(offset, int | float) or not offset >= 0:
        raise UnreadableStateError(f"{path} has no clockOffset; move it away to start afresh")
    for section in _SECTIONS:
        if not isinstance(kept.get(section), dict):
            raise UnreadableStateError(f"{path} has no {section}; move it away to start afresh")
    return kept


class State:
    """Writes the state after changes.

    Tables' items, buckets' objects (their latest versions), messages waiting in queues, the clock and what
    the stand-in for Twilio remembers.

    Parameters
    ----------
    directory
        Where the file is kept; made if needed.
    application, aws, clock
        Whose state it is.
    twilio
        Returns what the stand-in for Twilio wants kept, as JSON; None where there is no stand-in.
    """

    def __init__(
        self, directory: Path, application: Application, aws: Aws, clock: Clock, twilio: Callable[[], Any]
    ) -> None:
        self._path = directory / _FILE
        self._application = application
        self._aws = aws
        self._clock = clock
        self._twilio = twilio
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._written = ""
        self._thread = threading.Thread(target=self._run, daemon=True, name="state")
        aws.on_call(self._see)

    def restore(self, kept: Mapping[str, Any], restore_twilio: Callable[[Mapping[str, Any]], None]) -> None:
        """Restore the state that ``read_state`` returned.

        Raises
        ------
        UnreadableStateError
            If a part of it is not what this version writes.
        """
        try:
            self._clock.advance(kept["clockOffset"])
            self._restore_tables(kept["tables"])
            self._restore_objects(kept["objects"])
            self._restore_messages(kept["messages"])
            restore_twilio(kept["twilio"])
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise UnreadableStateError(
                f"{self._path} is of an unknown shape ({reason}); move it away to start afresh"
            ) from error

    def start(self) -> None:
        """Start writing after changes."""
        self._thread.start()

    def stop(self) -> None:
        """Write the state a last time."""
        self._stopping.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(10)
        self._try_to_save()

    def save(self) -> None:
        """Write the state atomically: a reader sees the old file or the new one."""
        with self._lock:
            text = json.dumps(self._collect(), default=_to_json, ensure_ascii=False)
            if text == self._written:
                return
            temporary = self._path.with_suffix(".json.new")
            # A half of a character becomes the escape that JSON has for it, and comes back as it was.
            with temporary.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            self._written = text

    def changed(self) -> None:
        """Note that the state has changed."""
        self._changed.set()

    def _see(self, call: Call) -> None:
        if call.writes:
            self._changed.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # The stand-in for Twilio does not say when it changes.
            self._changed.wait(_SECONDS_BETWEEN_LOOKS)
            self._stopping.wait(_SECONDS_AFTER_A_CHANGE)
            self._changed.clear()
            if not self._stopping.is_set():
                self._try_to_save()

    def _try_to_save(self) -> None:
        try:
            self.save()
        except OSError as error:
            _LOG.error("the state could not be written: %s", error)

    def _collect(self) -> dict[str, Any]:
        with self._aws.held_still() as client:
            tables = {
                name: [
                    item
                    for page in client("dynamodb")
                    .get_paginator("scan")
                    .paginate(TableName=name, ConsistentRead=True)
                    for item in page["Items"]
                ]
                for name in self._names("AWS::DynamoDB::Table")
            }
            objects = {name: _objects(client("s3"), name) for name in self._names("AWS::S3::Bucket")}
            messages = {
                name: [_message(item) for item in self._aws.backend("sqs").queues[name]._messages]  # noqa: SLF001
                for name in self._names("AWS::SQS::Queue")
            }
            return {
                "version": _VERSION,
                "clockOffset": self._clock.offset,
                "tables": tables,
                "objects": objects,
                "messages": messages,
                "twilio": self._twilio(),
            }

    def _names(self, kind: str) -> list[str]:
        template = self._application.template
        return [template.name_of(resource) for resource in template.of_type(kind)]

    def _restore_tables(self, tables: Mapping[str, list[Any]]) -> None:
        client = self._aws.client("dynamodb")
        for name in self._names("AWS::DynamoDB::Table"):
            for item in tables.get(name, ()):
                client.put_item(TableName=name, Item=item)

    def _restore_objects(self, buckets: Mapping[str, Mapping[str, Any]]) -> None:
        client = self._aws.client("s3")
        for name in self._names("AWS::S3::Bucket"):
            for key, kept in buckets.get(name, {}).items():
                client.put_object(Bucket=name, Key=key, **kept)

    def _restore_messages(self, queues: Mapping[str, list[Any]]) -> None:
        client = self._aws.client("sqs")
        for name in self._names("AWS::SQS::Queue"):
            for kept in queues.get(name, ()):
                source = kept.pop("source", "")  # only of messages that another queue has given up
                client.send_message(QueueUrl=client.get_queue_url(QueueName=name)["QueueUrl"], **kept)
                if source:
                    self._aws.backend("sqs").queues[name]._messages[-1].source_arn = source  # noqa: SLF001


def _objects(client: Any, bucket: str) -> dict[str, Any]:
    objects = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            found = client.get_object(Bucket=bucket, Key=entry["Key"])
            objects[entry["Key"]] = {
                "Body": found["Body"].read(),
                "ContentType": found["ContentType"],
                "Metadata": found["Metadata"],
            }
    return objects


def _message(message: Any) -> dict[str, Any]:
    source = source_of(message)
    return {
        **({"source": source} if source else {}),
        "MessageBody": message.body,
        "MessageAttributes": {
            name: {"DataType": value["data_type"], "StringValue": value.get("string_value", "")}
            for name, value in message.message_attributes.items()
            if "string_value" in value
        },
    }


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        with contextlib.suppress(UnicodeDecodeError):
            return {"$text": value.decode("utf-8")}
        return {"$base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _from_json(value: dict[str, Any]) -> Any:
    if value.keys() == {"$text"}:
        return value["$text"].encode()
    if value.keys() == {"$base64"}:
        return base64.b64decode(value["$base64"])
    return value
