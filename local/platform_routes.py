"""The platform's own routes, by which a developer or a test inspects and controls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.console_link import ConsoleLink
from local.control_api import ControlApi
from local.http_messages import LocalError, json_response
from local.operator_endpoint import OperatorEndpoint
from local.twilio import phone_api, taskrouter_api
from local.twilio.rest import server as rest_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.activity import Activity
    from local.aws.schedules import Schedules
    from local.clock import Clock
    from local.control_api import ControlRequest, Route
    from local.faults import Faults
    from local.lambda_runtime.functions import Functions
    from local.lambda_runtime.invocations import InvocationLog
    from local.twilio.stand_in import TwilioStandIn

_LONGEST_WAIT_SECONDS = 30.0


def control_api(  # noqa: PLR0917
    health: Callable[[], dict[str, Any]],
    clock: Clock,
    advance: Callable[[float], list[str]],
    schedules: Schedules,
    functions: Functions,
    log: InvocationLog,
    faults: Faults,
    stand_in: TwilioStandIn,
    activity: Activity,
) -> ControlApi:
    """Return the API below ``/_local``.

    Parameters
    ----------
    health
        Returns what a caller must know to talk to the platform.
    clock
        The platform's clock.
    advance
        Moves it, and returns the functions whose schedules ran.
    schedules
        The scheduled functions.
    functions
        All functions.
    log
        The record of invocations.
    faults
        What makes AWS fail for the functions.
    stand_in
        The stand-in for Twilio, with its REST API and its phones.
    activity
        What happens, and what caused it.
    """

    def time() -> dict[str, Any]:
        return {
            "now": clock.datetime().isoformat(),
            "epochSeconds": clock.now(),
            "offsetSeconds": clock.offset,
        }

    def move(request: ControlRequest) -> dict[str, Any]:
        seconds = request.fields().get("advanceSeconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise LocalError(400, "advanceSeconds must be a number of seconds")
        try:
            ran = advance(seconds)
        except ValueError as error:
            raise LocalError(400, f"advanceSeconds cannot be {seconds:g}: {error}") from None
        return {**time(), "schedulesRun": ran}

    def run(request: ControlRequest) -> dict[str, Any]:
        name = request.at["function"]
        function = schedules.function_named(name)
        if function is None:
            known = sorted({item["function"] for item in schedules.as_json()})
            raise LocalError(404, f"{name} has no schedule; these have: {', '.join(known)}")
        outcome = schedules.run(function)
        if not outcome.ok:
            raise LocalError(500, f"{function} failed: {outcome.error.get('errorMessage', outcome.kind)}")
        return {"function": function, "outcome": outcome.kind, "result": outcome.result}

    def invocations(request: ControlRequest) -> list[dict[str, Any]]:
        function = request.query.get("function")
        return [item.as_json() for item in log.all() if function in {None, item.function}]

    own: list[Route] = [
        ("GET", "/health", lambda _: health()),
        ("GET", "/clock", lambda _: time()),
        ("POST", "/clock", move),
        ("GET", "/schedules", lambda _: schedules.as_json()),
        ("POST", "/schedules/<function>", run),
        ("GET", "/functions", lambda _: functions.as_json()),
        ("GET", "/activity", lambda request: _happened(activity, request)),
        ("GET", "/invocations", invocations),
        ("DELETE", "/invocations", lambda _: log.clear()),
        ("GET", "/aws/faults", lambda _: faults.pending()),
        ("POST", "/aws/faults", lambda request: json_response(faults.add(request.fields()), 201)),
        ("DELETE", "/aws/faults", lambda _: faults.clear()),
    ]
    twilio = [*rest_api.routes(stand_in), *phone_api.routes(stand_in), *taskrouter_api.routes(stand_in)]
    return ControlApi([*own, *OperatorEndpoint().routes(), *ConsoleLink().routes(), *twilio])


def _happened(activity: Activity, request: ControlRequest) -> dict[str, Any]:
    try:
        after, wait = int(request.query.get("after", 0)), float(request.query.get("wait", 0))
    except ValueError:
        raise LocalError(400, "after must be a whole number and wait a number of seconds") from None
    return activity.after(after, min(max(wait, 0.0), _LONGEST_WAIT_SECONDS))
