"""A small application for these tests that has one of every kind of resource."""

import json
from pathlib import Path
from typing import Any

from local.http_messages import HttpResponse
from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.support import Caller

TEMPLATE = Path(__file__).parent / "application" / "template.yaml"
JSON = {"Content-Type": "application/json"}


def sample_platform(account: str = "000000000002", **settings: Any) -> Platform:
    """Return a platform for the sample application, not started."""
    return Platform(
        0,
        template=settings.pop("template", TEMPLATE),
        config_files=settings.pop("config_files", None),
        names=Names(f"sample-{account[-1]}", account),
        watch=settings.pop("watch", False),
        terminal=settings.pop("terminal", Terminal(quiet=True)),
        **settings,
    )


class Sample(Caller):
    """Talks to a running sample application."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self.platform = platform

    def act(self, what: str, **settings: Any) -> HttpResponse:
        """Make the function Act do something."""
        return self.send("POST", "/act", json.dumps({"do": what, **settings}).encode(), JSON)

    def echo(self, path: str = "/echo", body: bytes = b"", **headers: str) -> dict[str, Any]:
        """Return what the function Echo received and saw."""
        seen: dict[str, Any] = self.send("POST", path, body, headers).json()
        return seen

    def items(self, prefix: str) -> list[dict[str, Any]]:
        """Return the items whose id begins with a prefix, their values parsed."""
        client = self.platform.aws.client("dynamodb")
        table = self.platform.resource_name("Things")
        found = client.scan(TableName=table)["Items"]
        return [
            {name: json.loads(value["S"]) for name, value in item.items() if name != "id"}
            for item in found
            if item["id"]["S"].startswith(prefix)
        ]

    def messages(self, queue: str) -> list[Any]:
        """Receive and delete the messages of a queue, parsed."""
        client = self.platform.aws.client("sqs")
        url = client.get_queue_url(QueueName=self.platform.resource_name(queue))["QueueUrl"]
        found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]
