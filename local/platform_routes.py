"""What the platform tells about itself over HTTP, and what a developer or a test can do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.http_messages import LocalError, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.schedules import Schedules
    from local.clock import Clock
    from local.control_api import ControlRequest, Route
    from local.faults import Faults
    from local.lambda_runtime.invocations import InvocationLog


def platform_routes(  # noqa: PLR0917
    health: Callable[[], dict[str, Any]],
    clock: Clock,
    advance: Callable[[float], list[str]],
    schedules: Schedules,
    log: InvocationLog,
    faults: Faults,
) -> list[Route]:
    """Return what the platform itself offers below ``/_local``.

    Parameters
    ----------
    health
        Returns what a caller must know to talk to the platform.
    clock, advance
        The platform's clock, and what moves it and returns the scheduled functions that ran.
    schedules
        The scheduled functions.
    log
        The record of invocations.
    faults
        What makes AWS fail for the functions.
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

    return [
        ("GET", "/health", lambda _: health()),
        ("GET", "/clock", lambda _: time()),
        ("POST", "/clock", move),
        ("GET", "/schedules", lambda _: schedules.as_json()),
        ("POST", "/schedules/<function>", run),
        ("GET", "/invocations", lambda _: [item.as_json() for item in log.all()]),
        ("DELETE", "/invocations", lambda _: log.clear()),
        ("GET", "/aws/faults", lambda _: faults.pending()),
        ("POST", "/aws/faults", lambda request: json_response(faults.add(request.fields()), 201)),
        ("DELETE", "/aws/faults", lambda _: faults.clear()),
    ]
