"""What the page shows of a survey while its files are edited: problems, its definition, and its ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.data.survey_files.findings import find_problems
from console.data.survey_files.preview import read_definition
from console.data.survey_files.ways import Ways, find_ways
from survey.domain.definition import Definition, DefinitionError, config_file_name
from tools.problem import Problem


@dataclass(frozen=True)
class Analysis:
    """A survey as it is edited.

    Attributes
    ----------
    problems : Sequence[Problem]
        As ``switchboard check-config`` finds them, errors first.
    definition : Definition or None
        The survey in one language; None where its files define none.
    reason : str
        Why they define none, else "".
    ways : Ways or None
        None where there is no definition.
    """

    problems: Sequence[Problem]
    definition: Definition | None
    reason: str
    ways: Ways | None


def analyse(survey_id: str, contents: Mapping[str, bytes], language: str) -> Analysis:
    """Return what is to be shown of files, in one of the survey's languages."""
    problems = find_problems(survey_id, contents)
    try:
        definition = read_definition(survey_id, contents, language)
    except DefinitionError as error:
        return Analysis(problems, None, str(error.problems[0]), None)
    config = config_file_name(survey_id)
    return Analysis(problems, definition, "", find_ways(definition, contents[config]))
