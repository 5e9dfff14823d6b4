"""moto as this platform needs it: imported quickly, on the platform's clock, and quick with items."""

import contextlib
import functools
import importlib
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from local.aws.message_visibility import count_from_receipt
from local.aws.moto_transactions import keep_only_changed_items
from local.aws.moto_versions import keep_versions_quickly
from local.aws.moved_messages import note_sources
from local.clock import Clock

_serving = threading.local()


def load_backends(services: Iterable[str]) -> None:
    """Import moto's backends of services, and adapt them to this platform."""
    with _without_ec2():
        for service in services:
            importlib.import_module(f"moto.{service}.models")
            importlib.import_module(f"moto.{service}.urls")
    _follow_platform_clocks()
    _list_operations_once()
    _serialize_items_directly()
    keep_versions_quickly()
    keep_only_changed_items()
    note_sources()
    count_from_receipt()


@contextlib.contextmanager
def _without_ec2() -> Iterator[None]:
    """Avoid the import of moto's EC2, which takes a second; SSM needs it only for parameters about AMIs."""
    if "moto.ec2" in sys.modules:
        yield
        return
    stub = ModuleType("moto.ec2")
    vars(stub)["ec2_backends"] = {}
    sys.modules["moto.ec2"] = stub
    try:
        yield
    finally:
        del sys.modules["moto.ec2"]


def reset_account(account_id: str, services: Iterable[str]) -> None:
    """Delete moto's state of one account; moto's own reset deletes that of every account in the process."""
    with _own_objects_only():
        for service in services:
            for backend in list(backends(service, account_id).values()):
                backend.reset()


@contextlib.contextmanager
def _own_objects_only() -> Iterator[None]:
    """Keep S3's reset from closing the objects of every other platform in this process."""
    from moto.s3.models import FakeKey, FakeMultipart

    kinds: tuple[Any, ...] = (FakeKey, FakeMultipart)
    tracked = [(kind, kind.instances_tracked) for kind in kinds]
    for kind, _ in tracked:
        kind.instances_tracked = []
    try:
        yield
    finally:
        for kind, instances in tracked:
            kind.instances_tracked = instances


def backends(service: str, account_id: str) -> Any:
    """Return moto's own objects for a service in an account, by region."""
    from moto.backends import get_backend

    return get_backend(service)[account_id]  # type: ignore[call-overload]


def _follow_platform_clocks() -> None:
    """Let moto take the time from the clock of the platform whose request is being served."""
    from moto.core import utils

    original = utils.utcnow
    # Modules have taken the function into their own; unix_time and the like ask core.utils at every call.
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and vars(module).get("utcnow") is original:
            vars(module)["utcnow"] = _utcnow


@contextlib.contextmanager
def on_clock(clock: Clock) -> Iterator[None]:
    """Let moto use a platform's time in this thread within the block."""
    before = getattr(_serving, "clock", None)
    _serving.clock = clock
    try:
        yield
    finally:
        _serving.clock = before


def _utcnow() -> datetime:
    clock: Clock | None = getattr(_serving, "clock", None)
    return datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=clock.offset if clock else 0.0)


def _list_operations_once() -> None:
    """Let moto look up a service's operations once, where it inspects the service's class at each request."""
    from moto.core import responses, utils

    vars(responses)["method_names_from_class"] = functools.cache(utils.method_names_from_class)


def _serialize_items_directly() -> None:
    """Let moto write an attribute's one type, where it tries all ten for each attribute of each item."""
    from moto.core.serialize import ResponseSerializer

    original = ResponseSerializer._serialize_type_structure  # noqa: SLF001  # it has no other door
    if original.__module__ == __name__:
        return

    def serialize(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name != "AttributeValue" or not isinstance(value, dict):
            original(self, serialized, value, shape, key)
            return
        attribute: dict[str, Any] = {}
        for kind, content in value.items():
            self._serialize(attribute, content, shape.members[kind], kind)
        self._default_serialize(serialized, attribute, shape, key)

    ResponseSerializer._serialize_type_structure = serialize  # type: ignore[method-assign]  # noqa: SLF001
