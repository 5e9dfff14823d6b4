"""Edited files: lines that nobody touched stay byte for byte, and edits of two operators come together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.data.survey_files.line_endings import edited_content, shown_text
from console.data.survey_files.merge import BETWEEN, MINE, THEIRS, merge
from survey.domain import prompt_file, question_file
from survey.domain.definition import DefinitionError

LINES = st.lists(st.sampled_from(["a=1", "b=2", "c=3", "", "# é", "\N{RIGHT-TO-LEFT OVERRIDE}"]), max_size=8)
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Draw a file whose lines end as they like, with or without a byte order mark."""
    text = "".join(line + draw(ENDINGS) for line in draw(LINES)) + draw(st.sampled_from(["", "end"]))
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode()


@given(files())
def test_a_file_that_is_not_edited_stays_byte_for_byte(content: bytes) -> None:
    assert edited_content(content, shown_text(content, "f")) == content


@given(files(), LINES)
def test_an_editor_shows_what_was_saved(content: bytes, lines: list[str]) -> None:
    text = "\n".join(lines)
    assert shown_text(edited_content(content, text), "f") == text


@given(files(), st.integers(0, 8))
def test_a_line_that_is_added_changes_no_other_byte(content: bytes, place: int) -> None:
    lines = shown_text(content, "f").split("\n")
    place = min(place, len(lines) - 1)
    after = edited_content(content, "\n".join((*lines[:place], "new line", *lines[place:])))
    rest = [after.replace(b"new line" + end, b"", 1) for end in (b"\r\n", b"\n", b"\r")]
    assert content in rest


def test_an_emptied_line_is_not_taken_for_the_end_of_the_line_before() -> None:
    after = edited_content(b"a\rb\rc\nd\ne\n", "a\n\nc\nd\ne\n")
    assert shown_text(after, "f") == "a\n\nc\nd\ne\n"


def test_a_new_file_has_line_feeds() -> None:
    assert edited_content(b"", "a\nb\n") == b"a\nb\n"


@given(LINES, LINES)
def test_one_edit_alone_is_the_merge(base: list[str], edited: list[str]) -> None:
    before, after = "\n".join(base), "\n".join(edited)
    assert merge(before, after, before) == merge(before, before, after) == merge(before, after, after)
    assert merge(before, after, before).text == after
    assert merge(before, after, before).conflicts == 0


def test_edits_of_different_lines_come_together() -> None:
    base = "a=1\nb=2\nc=3\nd=4\n"
    merged = merge(base, base.replace("a=1", "a=mine"), base.replace("d=4", "d=theirs"))
    assert (merged.text, merged.conflicts) == ("a=mine\nb=2\nc=3\nd=theirs\n", 0)


@given(LINES, LINES, LINES)
def test_nothing_that_both_wrote_is_lost(base: list[str], mine: list[str], theirs: list[str]) -> None:
    own = [f"mine {n} {line}" for n, line in enumerate(mine)]
    other = [f"theirs {n} {line}" for n, line in enumerate(theirs)]
    merged = merge("\n".join(base), "\n".join([*base, *own]), "\n".join([*other, *base])).text.split("\n")
    assert [line for line in merged if line.startswith("mine ")] == own
    assert [line for line in merged if line.startswith("theirs ")] == other


def test_both_variants_of_a_line_stand_between_marks_that_check_config_takes_for_errors() -> None:
    merged = merge("a=1\nb=2\n", "a=mine\nb=2\n", "a=theirs\nb=2\n")
    assert merged.text == f"{MINE}\na=mine\n{BETWEEN}\na=theirs\n{THEIRS}\nb=2\n"
    assert merged.conflicts == 1
    _, unreadable = prompt_file.entries(merged.text.encode(), "f")
    assert [problem.line for problem in unreadable] == [1, 3, 5]
    with pytest.raises(DefinitionError):
        question_file.parse(merge("{\n1\n}", "{\n2\n}", "{\n3\n}").text.encode(), "f")
