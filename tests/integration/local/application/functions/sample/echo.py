"""Answers with what it received."""

import os
import time

import shared

IMPORTED_BY = os.getpid()


def handler(event, context):
    return {
        "statusCode": 200,
        "headers": {
            "Content-Type": "application/json",
            "Access-Control-Allow-Origin": "https://own.example.com",
        },
        "cookies": ["a=1", "b=2"],
        "body": shared.json.dumps(
            {
                "event": event,
                "layer": shared.NAME,
                "environment": dict(os.environ),
                "pid": os.getpid(),
                "importedBy": {"handler": IMPORTED_BY, "layer": shared.IMPORTED_BY},
                "now": time.time(),
                "context": {
                    "name": context.function_name,
                    "memory": context.memory_limit_in_mb,
                    "arn": context.invoked_function_arn,
                    "requestId": context.aws_request_id,
                    "remaining": context.get_remaining_time_in_millis(),
                },
            }
        ),
    }
