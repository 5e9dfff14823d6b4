r"""The text of a file for an editor, and the edited text as a file again.

An editor shows lines that end with ``\n``. A file may begin with a byte order mark, and its lines may end
otherwise; lines that were not edited keep their ending.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from switchboard.inputs.files import decode

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def shown_text(content: bytes, file: str) -> str:
    r"""Return a file's text with ``\n`` at the end of each line.

    Raises
    ------
    FileError
        It is not UTF-8.
    """
    return _LINE_END.sub("\n", decode(content, file))


def edited_content(before: bytes, text: str) -> bytes:
    r"""Return the bytes of an edited file.

    Parameters
    ----------
    before
        The file before, UTF-8; empty for a new one.
    text
        What it should say, with ``\n`` at the end of each line.
    """
    mark = BOM_UTF8 if before.startswith(BOM_UTF8) else b""
    old = before.decode("utf-8-sig")
    endings: list[str] = _LINE_END.findall(old)
    usual = Counter(endings).most_common(1)[0][0] if endings else "\n"
    if len(set(endings)) <= 1:
        joined = text.replace("\n", usual)
    else:
        lines = text.split("\n")
        kept = _endings(_LINE_END.split(old), endings, lines, usual)
        joined = "".join(line + end for line, end in zip(lines, (*kept, ""), strict=True))
    return mark + joined.encode(errors="replace")


def _endings(old: Sequence[str], endings: Sequence[str], new: Sequence[str], usual: str) -> list[str]:
    """Return the ending of each new line but the last: that of the same line before, or the usual one."""
    found = [usual] * (len(new) - 1)
    for at_old, at_new, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for offset in range(size):
            if at_old + offset < len(endings) and at_new + offset < len(found):
                found[at_new + offset] = endings[at_old + offset]
    for place in range(1, len(found)):
        if found[place - 1 : place + 1] == ["\r", "\n"] and not new[place]:
            found[place] = "\r"  # both together would end one line instead of two
    return found
