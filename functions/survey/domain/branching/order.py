"""Random orders that are the same whenever they are computed again for the same respondent."""

import hashlib
from collections.abc import Collection


def shuffled(items: Collection[str], movable: Collection[str], seed: str) -> tuple[str, ...]:
    """Return items in an order that depends on `seed` only; those that are not movable keep their places.

    The order is that of a hash (SHA-256) of the seed and each item, so no generator of random numbers, and no
    version of one, is involved.

    >>> shuffled(("a", "b", "other"), ("a", "b"), "survey/+15550100123")[2]
    'other'
    """
    free = [item for item in items if item in movable]
    order = iter(sorted(free, key=lambda item: hashlib.sha256(f"{seed}/{item}".encode()).digest()))
    return tuple(next(order) if item in movable else item for item in items)
