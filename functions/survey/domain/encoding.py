"""The text of a survey's files, of which editors on Windows may have saved lines in another encoding."""

import re
from typing import Final

from switchboard.inputs.files import FileError, FileProblem, decode

_OTHER_BYTES: Final = re.compile("[\udc80-\udcff]+")


def read_text(content: bytes) -> str:
    r"""Return the text of a file in UTF-8, with or without a byte order mark.

    Bytes that are not UTF-8 are read as Windows-1252, so that one of them does not stop the survey.

    >>> read_text(b"se\xc3\xb1or, se\xf1or") == "se\u00f1or, se\u00f1or"
    True
    """
    return _OTHER_BYTES.sub(_from_windows, content.decode("utf-8-sig", "surrogateescape"))


def encoding_problems(content: bytes, file: str) -> tuple[FileProblem, ...]:
    """Return the first line of a file that is not UTF-8, as its problem; nothing where all are."""
    try:
        decode(content, file)
    except FileError as error:
        return error.problems
    return ()


def _from_windows(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")
