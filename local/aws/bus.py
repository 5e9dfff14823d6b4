"""The bus: events that a rule's pattern lets through reach its targets, with retries and dead letters."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from local.activity import Activity
from local.aws.moto_server import Aws, Call
from local.aws.object_events import ObjectEvents
from local.aws.operator_services import Invocations
from local.aws.rule_input import transform_input
from local.clock import Clock
from local.http_messages import HttpResponse
from local.lambda_runtime.functions import Functions, Outcome
from local.template.application import Application
from local.template.model import ApiDestination, Function, Rule, Target

_BACK_OFF_SECONDS = (0.2, 0.5, 1.0)  # AWS waits 1 and 2 minutes; a developer is watching here
_THREADS = 8


class Delivery:
    """Delivers what is put on the buses.

    Functions are invoked as AWS does it: asynchronously, retried as often as the function's event invoke
    configuration says; what failed for good goes to its failure destination or dead-letter queue. A rule's
    own retry policy and dead-letter queue serve targets that cannot be reached, such as API destinations.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

    Parameters
    ----------
    application
        Where rules and functions are described.
    functions
        What is invoked.
    clock
        The platform's clock.
    aws
        Whose traffic is listened to.
    send
        Sends the HTTP request of an API destination: ``send(method, url, headers, body)``.
    activity
        Has the events, which cause invocations.
    """

    def __init__(  # noqa: PLR0917
        self,
        application: Application,
        functions: Functions,
        clock: Clock,
        aws: Aws,
        send: Callable[[str, str, Mapping[str, str], bytes], HttpResponse],
        activity: Activity,
    ) -> None:
        self._application = application
        self._aws = aws
        self._functions = functions
        self._clock = clock
        self._send = send
        self._activity = activity
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="delivery")
        self._under_way: set[Future[None]] = set()
        self._patterns = {rule.name: _load_pattern(rule) for rule in application.rules}
        self._object_events = ObjectEvents(application)
        aws.on_call(self._see)
        aws.serve("lambda", Invocations(application, self._invoke_for_operator))

    def stop(self) -> None:
        """Stop delivering, and drop the events that wait."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def invoke_async(self, function: str, event: Any, trigger: str, source: str, cause: int = 0) -> None:
        """Invoke a function without waiting for its end, with retries and a failure destination."""
        if not self._stopping.is_set():
            self._submit(self._invoke, self._application.functions[function], event, trigger, source, cause)

    def _invoke_for_operator(self, function: str, event: Any) -> None:
        self.invoke_async(function, event, "operator", "Invoke")

    def is_idle(self) -> bool:
        """Whether every event was delivered or given up."""
        return not self._under_way

    def _submit(self, deliver: Callable[..., None], *of: Any) -> None:
        delivered = self._pool.submit(deliver, *of)
        self._under_way.add(delivered)
        delivered.add_done_callback(self._under_way.discard)

    def _see(self, call: Call) -> None:
        for entry in self._object_events.of(call):
            self._dispatch({**entry, "Detail": json.dumps(entry["Detail"])}, str(uuid.uuid4()))
        if call.operation != "PutEvents":
            return
        entries = json.loads(call.request)["Entries"]
        for entry, answer in zip(entries, json.loads(call.answer)["Entries"], strict=True):
            if "EventId" in answer:
                self._dispatch(entry, answer["EventId"])

    def _dispatch(self, entry: Mapping[str, Any], event_id: str) -> None:
        bus = str(entry.get("EventBusName") or "default").rpartition("event-bus/")[2]
        names = self._application.template.names
        event = {
            "version": "0",
            "id": event_id,
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": names.account_id,
            "time": _time(entry.get("Time"), self._clock),
            "region": names.region,
            "resources": list(entry.get("Resources", ())),
            "detail": json.loads(entry["Detail"]),
        }
        for rule in self._application.rules:
            if rule.enabled and rule.bus == bus and self._patterns[rule.name](event):
                for target in rule.targets:
                    self._deliver(rule, target, event)

    def _deliver(self, rule: Rule, target: Target, event: Mapping[str, Any]) -> None:
        transformed = transform_input(target.input, event)
        function = self._application.by_arn.get(target.arn)
        destination = self._application.destinations.get(target.arn)
        if self._stopping.is_set():
            return
        if function:
            cause = self._activity.number_of(str(event["id"]))
            self.invoke_async(function, transformed, "rule", rule.name, cause)
        elif destination:
            self._submit(self._call_destination, rule, target, destination, transformed)

    def _invoke(self, function: Function, event: Any, trigger: str, source: str, cause: int) -> None:
        attempts = 0
        while not self._stopping.is_set():
            outcome = self._functions.invoke(function.name, event, trigger, source, cause)
            if outcome.ok or self._stopping.is_set():
                return
            if outcome.kind == "throttled":
                self._stopping.wait(_BACK_OFF_SECONDS[0])
                continue
            attempts += 1
            if attempts > function.retries:
                self._give_up(function, event, outcome, attempts)
                return
            self._stopping.wait(_BACK_OFF_SECONDS[min(attempts, len(_BACK_OFF_SECONDS)) - 1])

    def _give_up(self, function: Function, event: Any, outcome: Outcome, attempts: int) -> None:
        if function.on_failure:
            record = {
                "version": "1.0",
                "timestamp": self._clock.datetime().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "requestContext": {
                    "requestId": outcome.request_id,
                    "functionArn": f"{function.arn}:$LATEST",
                    "condition": "RetriesExhausted",
                    "approximateInvokeCount": attempts,
                },
                "requestPayload": event,
                "responseContext": {
                    "statusCode": 200,
                    "executedVersion": "$LATEST",
                    "functionError": "Unhandled",
                },
                "responsePayload": outcome.error,
            }
            self._to_queue(function.on_failure, json.dumps(record), {})
        if function.dead_letter_queue:
            attributes = {
                "RequestID": outcome.request_id,
                "ErrorCode": "200",
                "ErrorMessage": str(outcome.error.get("errorMessage", outcome.kind))[:1024],
            }
            self._to_queue(function.dead_letter_queue, json.dumps(event), attributes)

    def _call_destination(self, rule: Rule, target: Target, destination: ApiDestination, event: Any) -> None:
        headers = {"content-type": "application/json; charset=utf-8", **destination.headers}
        body = json.dumps(event).encode()
        failure = ""
        for attempt in range(1 + min(target.retries, len(_BACK_OFF_SECONDS))):
            if attempt:
                self._stopping.wait(_BACK_OFF_SECONDS[attempt - 1])
            if self._stopping.is_set():
                return
            try:
                status = self._send(destination.method, destination.url, headers, body).status
            except OSError as error:
                failure = str(error)
                continue
            if status < 400:
                return
            failure = f"HTTP status {status}"
            if status not in {401, 407, 409, 429} and status < 500:
                break
        if target.dead_letter_queue:
            attributes = {
                "RULE_ARN": self._application.template.names.arn("events", f"rule/{rule.bus}/{rule.name}"),
                "TARGET_ARN": target.arn,
                "ERROR_CODE": "SDK_CLIENT_ERROR",
                "ERROR_MESSAGE": failure,
            }
            self._to_queue(target.dead_letter_queue, json.dumps(event), attributes)

    def _to_queue(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        client = self._aws.client("sqs")
        url = client.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
        client.send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
                if value
            },
        )


def _load_pattern(rule: Rule) -> Callable[[Mapping[str, Any]], bool]:
    from moto.events.models import EventPattern

    matches: Callable[[Any], bool] = EventPattern.load(json.dumps(rule.pattern)).matches_event
    return matches


def _time(given: Any, clock: Clock) -> str:
    at = datetime.fromtimestamp(float(given), tz=UTC) if given is not None else clock.datetime()
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
