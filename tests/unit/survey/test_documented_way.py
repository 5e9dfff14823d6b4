"""The way of one text message, as docs/survey.md tells it: the files are there, and hand on to each other."""

import ast
import re

from local.lambda_runtime.environment import PROJECT_ROOT

FEATURE = PROJECT_ROOT / "functions" / "survey"


def _way() -> list[str]:
    page = (PROJECT_ROOT / "docs" / "survey.md").read_text(encoding="utf-8")
    section = page.partition("## The way of one text message\n")[2].partition("\n## ")[0]
    return re.findall(r"^\d+\. `([a-z_/]+\.py)`", section, re.MULTILINE)


def _imported(file: str) -> set[str]:
    """Return the files of the feature that a file imports."""
    names = set()
    for node in ast.walk(ast.parse((FEATURE / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "survey":
            folder = (node.module or "").removeprefix("survey").strip(".").replace(".", "/")
            names |= {f"{folder}.py", *(f"{folder}/{alias.name}.py".lstrip("/") for alias in node.names)}
    return names


def test_the_way_has_at_most_eight_files_and_each_is_called_by_one_before() -> None:
    way = _way()
    assert 6 <= len(way) <= 8
    assert len(set(way)) == len(way)
    for number, file in enumerate(way):
        if not file.startswith("handlers/"):
            assert any(file in _imported(before) for before in way[:number]), file


def test_the_way_begins_at_the_webhook_and_ends_at_the_result_file() -> None:
    way = _way()
    assert (way[0], way[-1]) == ("handlers/sms_webhook.py", "storage/results.py")
    assert [file for file in way if file.startswith("handlers/")] == [way[0], "handlers/write_result.py"]
