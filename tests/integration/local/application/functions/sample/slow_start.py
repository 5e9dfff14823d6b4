"""Starts slowly and then asks AWS, like a function that reads a secret before its first request."""

import os
import time

import boto3

print(f"starting {os.getpid()}", flush=True)
time.sleep(0.5)
boto3.client("ssm").get_parameters_by_path(Path="/")


def handler(_event, _context):
    return {"started": True}
