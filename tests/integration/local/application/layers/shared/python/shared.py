"""What the sample functions share, from a layer."""

import json
import os

import boto3

NAME = "shared layer"
IMPORTED_BY = os.getpid()
_started = os.environ["STAGE"]  # a module sees the function's environment as soon as it is imported


def store(identity, **values):
    """Put an item into the table."""
    item = {name: {"S": json.dumps(value)} for name, value in values.items()}
    boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item={"id": {"S": identity}, **item})
