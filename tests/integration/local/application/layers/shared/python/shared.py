"""What the sample functions share, from a layer."""

import json
import os

import boto3

NAME = "shared layer"
IMPORTED_BY = os.getpid()
if hasattr(json, "imported_shared"):  # as code may leave something in the standard library
    raise ImportError("a process imports a module once")
json.imported_shared = True
_started = os.environ["STAGE"]  # a module sees the function's environment as soon as it is imported


def store(identity, **values):
    """Put an item into the table."""
    item = {name: {"S": json.dumps(value)} for name, value in values.items()}
    boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item={"id": {"S": identity}, **item})
