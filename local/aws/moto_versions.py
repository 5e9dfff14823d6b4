"""The versions of S3's objects in moto, written and listed without a walk through all of the others."""

import functools
from types import SimpleNamespace
from typing import Any


def keep_versions_quickly() -> None:
    """Adapt moto's S3: with thousands of versions, a write or a list takes 60 to 90 ms otherwise."""
    from moto.s3.models import S3Backend
    from moto.s3.utils import _VersionedKeyStore

    original = S3Backend.list_object_versions
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def list_object_versions(backend: Any, bucket_name: str, **about: Any) -> Any:
        """Let moto copy the versions below the prefix, where it copies those of the whole bucket."""
        keys, prefix = backend.get_bucket(bucket_name).keys, about.get("prefix") or ""
        below = _VersionedKeyStore({key: keys.getlist(key) for key in list(keys) if key.startswith(prefix)})
        bucket = SimpleNamespace(keys=below)
        return original(SimpleNamespace(get_bucket=lambda _: bucket), bucket_name, **about)  # type: ignore[arg-type]

    def setlist(store: Any, key: str, versions: list[Any]) -> None:
        """Keep the versions of a key, where moto looks for each older one among all of them."""
        kept = set(map(id, versions))
        for version in store.getlist(key, []):
            if id(version) not in kept and hasattr(version, "dispose"):  # a delete marker has none
                version.dispose()
        dict.__setitem__(store, key, versions)

    S3Backend.list_object_versions = list_object_versions  # type: ignore[assignment,method-assign]
    _VersionedKeyStore.setlist = setlist  # type: ignore[assignment,method-assign]
