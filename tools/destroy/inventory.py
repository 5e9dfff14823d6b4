"""What a stack holds that would be lost: items, objects, secrets, messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.stack.stack import AWS_FAILURES, Stack

_MOST_COUNTED: Final = 100_000

TABLE: Final = "AWS::DynamoDB::Table"
BUCKET: Final = "AWS::S3::Bucket"


@dataclass(frozen=True)
class Holding:
    """Something of a stack that holds data.

    Attributes
    ----------
    kind : str
        ``table``, ``bucket``, ``queue`` or ``secret``.
    logical_id, name : str
        Its names in the template and in AWS; of a secret the second alone.
    amount : str
        How much is in it, in words.
    remains : bool
        Whether it remains when the stack is deleted.
    """

    kind: str
    logical_id: str
    name: str
    amount: str
    remains: bool = True


def take_inventory(stack: Stack) -> list[Holding]:
    """Return what a stack holds."""
    return [*_tables(stack), *_buckets(stack), *_queues(stack), *_secrets(stack)]


def secret_names(ssm: Any, stage: str) -> list[str]:
    """Return the SSM parameters of a stage."""
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/switchboard/{stage}/")
    return [item["Name"] for page in pages for item in page["Parameters"]]


def _tables(stack: Stack) -> Iterator[Holding]:
    client = stack.client("dynamodb")
    for resource in stack.of_type(TABLE):
        try:
            found = client.describe_table(TableName=resource.physical_id)["Table"]
            # Counting anew would read the whole table, which is charged for.
            amount = f"about {found.get('ItemCount', 0):,} items (AWS counts every six hours)"
        except client.exceptions.ResourceNotFoundException:
            amount = "is gone"
        yield Holding("table", resource.logical_id, resource.physical_id, amount)


def _buckets(stack: Stack) -> Iterator[Holding]:
    for resource in stack.of_type(BUCKET):
        yield Holding(
            "bucket", resource.logical_id, resource.physical_id, _objects(stack, resource.physical_id)
        )


def _objects(stack: Stack, bucket: str) -> str:
    count = versions = size = 0
    try:
        pages = stack.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
        for page in pages:
            for version in page.get("Versions", ()):
                count += bool(version["IsLatest"])
                versions += 1
                size += int(version["Size"])
            if versions >= _MOST_COUNTED:
                return f"more than {count:,} objects"
    except AWS_FAILURES as error:
        return "is gone" if "NoSuchBucket" in str(error) else f"cannot be counted ({error})"
    return f"{count:,} objects, {versions - count:,} older versions, {size / 1e6:,.1f} MB"


def _queues(stack: Stack) -> Iterator[Holding]:
    asked: Sequence[Any] = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed")
    client = stack.client("sqs")
    for resource in stack.of_type("AWS::SQS::Queue"):
        answer = client.get_queue_attributes(QueueUrl=resource.physical_id, AttributeNames=asked)
        count = sum(int(answer["Attributes"].get(name, 0)) for name in asked)
        yield Holding(
            "queue", resource.logical_id, resource.physical_id, f"{count:,} messages", remains=False
        )


def _secrets(stack: Stack) -> Iterator[Holding]:
    for name in secret_names(stack.client("ssm"), stack.stage):
        yield Holding("secret", "", name, "")
