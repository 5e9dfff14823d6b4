"""Maps as bytes: gzip of JSON, the same bytes for the same map."""

import gzip
import hashlib
import json
from typing import Any


def encode(data: Any) -> bytes:
    """Return a map as it is stored."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def decode(body: bytes) -> Any:
    """Return the map that `encode` was given."""
    return json.loads(gzip.decompress(body))


def digest(body: bytes) -> str:
    """Return the SHA-256 of a stored map's JSON, in hexadecimal digits."""
    return hashlib.sha256(gzip.decompress(body)).hexdigest()
