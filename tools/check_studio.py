"""Check the flow definitions in ``studio/``, by what Studio accepts."""

from collections.abc import Iterator
from pathlib import Path

from local.twilio.studio.definition import check
from local.twilio.studio.flow_files import PLACEHOLDERS, FlowFileError, placeholders, read
from tools.problem import Problem


def check_studio(folder: Path) -> Iterator[Problem]:
    """Yield everything wrong with the flows in a folder that is laid out like the bucket."""
    for path in sorted((folder / "studio").glob("*.json")):
        name = f"studio/{path.name}"
        try:
            definition = read(path)
        except FlowFileError as error:
            yield Problem(name, 0, "", str(error).removeprefix(f"{path}: "))
            continue
        yield from (Problem(name, 0, one.path, one.message) for one in check(definition))
        for unknown in sorted(placeholders(definition) - PLACEHOLDERS):
            yield Problem(name, 0, f"${{{unknown}}}", f"is not one of {', '.join(sorted(PLACEHOLDERS))}")
