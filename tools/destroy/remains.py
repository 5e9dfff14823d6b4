"""What remains of a stack that is deleted: noted before the deletion, so that it is found afterwards."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.stack.stack import StackError


@dataclass(frozen=True)
class Remains:
    """Names of what holds data.

    Attributes
    ----------
    region, stage : str
    tables, buckets : tuple[str, ...]
        Their names in AWS.
    """

    region: str
    stage: str
    tables: tuple[str, ...]
    buckets: tuple[str, ...]


def remains_file(folder: Path, name: str) -> Path:
    """Return the file in which what remains of a stack is noted, by its profile or `<its name>.stack`."""
    return folder / f"{name}-remains.json"


def note_remains(path: Path, remains: Remains) -> Remains:
    """Write the file, and return what it lists: what remains of an earlier stack stays in it."""
    before = read_remains(path)
    tables = dict.fromkeys([*(before.tables if before else ()), *remains.tables])
    buckets = dict.fromkeys([*(before.buckets if before else ()), *remains.buckets])
    path.parent.mkdir(parents=True, exist_ok=True)
    merged = Remains(remains.region, remains.stage, tuple(tables), tuple(buckets))
    path.write_text(json.dumps(asdict(merged), indent=2) + "\n", encoding="utf-8")
    return merged


def read_remains(path: Path) -> Remains | None:
    """Return what the file lists; None where there is none.

    Raises
    ------
    StackError
        It cannot be read.
    """
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        names = {key: tuple(map(str, found[key])) for key in ("tables", "buckets")}
        return Remains(str(found["region"]), str(found["stage"]), **names)
    except (ValueError, KeyError, TypeError) as error:
        raise StackError(f"{path} cannot be read: {error}") from None
