"""docs/deploy.md says what template.yaml holds, and its commands need nothing that it does not name."""

import re

from tests.data.template import ROOT, TEMPLATE, resources

TEXT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
_CODE_BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def first_columns(section: str, columns: int = 1) -> list[tuple[str, ...]]:
    """Return what the tables of a section have in their first columns, where the first is one name."""
    text = TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"]
    return [
        tuple(cell.strip("`") for cell in row[:columns])
        for row in rows
        if re.fullmatch(r"`[A-Z]\w+`", row[0])
    ]


def test_the_documented_parameters_and_defaults_are_those_of_the_template() -> None:
    documented = first_columns("Parameters", columns=2)
    written = [(name, str(item.get("Default", ""))) for name, item in TEMPLATE["Parameters"].items()]
    assert sorted(documented) == sorted(written)


def test_every_parameter_is_in_one_group_of_the_console() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(TEMPLATE["Parameters"])


def test_the_documented_alarms_are_those_of_the_template() -> None:
    documented = [name for (name,) in first_columns("When something is wrong")]
    assert sorted(documented) == sorted(resources("AWS::CloudWatch::Alarm"))


def test_the_documented_list_of_retained_resources_is_that_of_the_template() -> None:
    listed = {name for (name,) in first_columns("Deleting a stack")}
    kept = {n for n, r in TEMPLATE["Resources"].items() if r.get("DeletionPolicy", "Delete") != "Delete"}
    assert listed == kept


def test_commands_use_only_tools_that_the_page_names() -> None:
    blocks = _CODE_BLOCK.findall(TEXT)
    joined = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    assignment = re.compile(r"^(?:\w+=\$\(|(?:\w+=\S* )+)")
    programs = {assignment.sub("", line).split()[0] for line in joined if line}
    assert programs <= {".venv/bin/switchboard", "aws", "curl", "git", "make", "rm", "sam"}, programs
    for needed in (
        "[AWS CLI](",
        "SAM CLI",
        "git",
        "GNU make",
        "Python 3.11",
        "AWS account",
        "Twilio account",
    ):
        assert needed in TEXT.partition("\n## ")[0]


def test_outputs_that_commands_ask_for_exist() -> None:
    assert set(re.findall(r"OutputKey=='(\w+)'", TEXT)) <= set(TEMPLATE["Outputs"])
    assert set(re.findall(r"--logical-resource-id (\w+)", TEXT)) <= set(TEMPLATE["Resources"])
