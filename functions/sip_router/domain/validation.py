"""Check a whole route table: find every fault, with the route and the field that has it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sip_router.domain.destination import TO_SAVE
from sip_router.domain.pattern import Allowance, count_instructions
from sip_router.domain.route import DefaultRoute, Kind, Route, matching
from switchboard.errors import FieldError
from switchboard.inputs.errors import input_error

MAX_DEPTH = 20
MAX_ERRORS = 100
MAX_FAULTS = 10_000
MAX_NAMED_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a route table.

    Attributes
    ----------
    field : str
        A path such as ``data.routes[3].destination``.
    message : str
        What is wrong with the field, without the route's name. What it quotes of the route follows ": ".
    route : int or None
        The index of the route in the list; None for the default route and the route table itself.
    """

    field: str
    message: str
    route: int | None = None

    def without_quotes(self) -> str:
        """Return the fault for the log, without values of the route."""
        return f"{self.field}: {self.message.partition(': ')[0]}"


def check_route_table(data: Any) -> list[FieldError]:
    """Return the faults of a route table, in words for its author; none if all of it can be used.

    Parameters
    ----------
    data : Any
        What should be ``{"routes": [{"address", "comment", "type", "destination", …}], "default": {"type",
        "destination", …}}``.
    """
    return describe_faults(find_faults(data), data)


def check_change(data: Any, base: Mapping[str, Any]) -> list[FieldError]:
    """Return the faults that a change would bring in, in words for its author; none if it can be saved.

    Parameters
    ----------
    data : Any
        What should be a route table.
    base : Mapping[str, Any]
        The route table that it was made from, which may have faults of its own.
    """
    return describe_faults(introduced_faults(find_faults(data), data, base), data)


def find_faults(data: Any) -> list[Fault]:
    """Return the faults of a route table, in the order of its routes; about 10,000 at most."""
    if not isinstance(data, Mapping):
        return [Fault("data", "must be an object with routes and default")]
    faults: list[Fault] = []
    routes = data.get("routes")
    if isinstance(routes, list):
        _check_routes(routes, faults)
    else:
        faults.append(Fault("data.routes", "must be a list of routes"))
    faults += _faults(_read_errors(DefaultRoute, data.get("default")), "data.default")
    more = {name: data[name] for name in data.keys() - {"routes", "default"}}
    return faults + _faults(_too_deep(more), "data")


def introduced_faults(faults: Sequence[Fault], data: Any, base: Mapping[str, Any]) -> list[Fault]:
    """Return the faults that a change brings in.

    A route that was faulty in the version before and comes back unchanged is left as it is, so that the
    routes beside it can be edited. It is refused as soon as it is changed without being mended.

    Parameters
    ----------
    faults : Sequence[Fault]
        The faults of the new route table.
    data : Any
        The new route table.
    base : Mapping[str, Any]
        The route table that it was made from.
    """
    if not faults:
        return []
    base_faults = find_faults(base)
    known = Counter(
        _text(base["routes"][number])
        for number in {fault.route for fault in base_faults if fault.route is not None}
    )
    known_fields = {fault.field for fault in base_faults if fault.route is None}
    tolerated: dict[int, bool] = {}
    introduced = []
    for fault in faults:
        if fault.route is None:
            name = fault.field.split(".")[1] if "." in fault.field else ""
            if fault.field in known_fields and name != "routes" and data.get(name) == base.get(name):
                continue
        else:
            if fault.route not in tolerated:
                text = _text(data["routes"][fault.route])
                tolerated[fault.route] = known[text] > 0
                known[text] -= 1
            if tolerated[fault.route]:
                continue
        introduced.append(fault)
    return introduced


def describe_faults(faults: Sequence[Fault], data: Any) -> list[FieldError]:
    """Return faults as errors of fields: the first 100, and how many follow.

    The message begins with the route's address.
    """
    errors = [_error(fault, data) for fault in faults[:MAX_ERRORS]]
    more = len(faults) - MAX_ERRORS
    if more > 0:
        counted = MAX_FAULTS - MAX_ERRORS
        number = f"more than {counted:,}" if more > counted else f"{more:,}"
        errors.append(
            FieldError(field="data", message=f"has {number} more {'fault' if more == 1 else 'faults'}")
        )
    return errors


def _error(fault: Fault, data: Any) -> FieldError:
    if fault.route is not None:
        name = _name(data["routes"][fault.route], fault.route)
    elif fault.field.startswith("data.default."):
        name = "the default route"
    else:
        return FieldError(field=fault.field, message=fault.message)
    return FieldError(field=fault.field, message=f"{name}: {fault.message}")


def _name(raw: Any, number: int) -> str:
    address = raw.get("address") if isinstance(raw, Mapping) else None
    return (
        f"route {address[:MAX_NAMED_CHARACTERS]}"
        if isinstance(address, str) and address.strip()
        else f"route number {number + 1}"
    )


def _check_routes(routes: list[Any], faults: list[Fault]) -> None:
    taken: dict[tuple[Kind, str], int] = {}
    allowance = Allowance()
    for number, raw in enumerate(routes):
        if len(faults) > MAX_FAULTS:
            return
        errors = _read_errors(Route, raw)
        if errors.keys().isdisjoint({"", "address", "match"}):
            key = matching(raw["address"], raw.get("match"))
            refusal = allowance.refusal(count_instructions(key[1])) if key[0] is Kind.PATTERN else None
            if key in taken:
                errors["address"] = f"is taken already, by data.routes[{taken[key]}]"
            elif refusal:
                errors["address"] = refusal
            elif not errors:
                # A faulty route takes no calls, so the next one of its address does.
                taken[key] = number
        faults += _faults(errors, f"data.routes[{number}]", number)


def _read_errors(model: type[DefaultRoute], raw: Any) -> dict[str, str]:
    """Return the faults of a route that is to be saved, by field; "" is the route itself."""
    errors = {}
    try:
        model.model_validate(raw, by_alias=True, by_name=False, context=TO_SAVE)
    except ValidationError as error:
        errors = {wrong["field"]: wrong["message"] for wrong in input_error(error, raw).errors}
    if isinstance(raw, Mapping):
        errors.update(_too_deep(raw))
    return errors


def _too_deep(fields: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "is nested too deeply"
        for name, value in fields.items()
        if isinstance(value, dict | list) and not _is_flat(value, MAX_DEPTH)
    }


def _faults(errors: Mapping[str, str], place: str, route: int | None = None) -> list[Fault]:
    return [
        Fault(f"{place}.{field[:MAX_NAMED_CHARACTERS]}" if field else place, message, route)
        for field, message in errors.items()
    ]


def _is_flat(value: Any, depth: int) -> bool:
    """Tell whether no list or object is nested deeper than a later reader can follow."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_flat(part, depth - 1) for part in inner if isinstance(part, dict | list))


def _text(raw: Any) -> str:
    return json.dumps(raw, sort_keys=True)
