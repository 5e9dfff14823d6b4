"""What ``switchboard check-config`` finds in the files of a survey as they are edited."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from survey.domain.definition import MissingFileError, config_file_name
from tools.check_config import check_survey
from tools.problem import Problem


def find_problems(survey_id: str, contents: Mapping[str, bytes]) -> Sequence[Problem]:
    """Return everything wrong with a survey's files, errors first.

    Parameters
    ----------
    survey_id
    contents
        The files by their keys in the bucket.
    """
    prompts = contents.keys() - {config_file_name(survey_id)}

    def read(name: str) -> bytes:
        if name not in contents:
            raise MissingFileError(name)
        return contents[name]

    found = check_survey(survey_id, prompts, read)
    return sorted(found, key=lambda one: (one.severity, one.file, one.line))


def blocking(
    before: Sequence[Problem], after: Sequence[Problem], saved: Collection[str]
) -> Sequence[Problem]:
    """Return the errors for which files are not saved.

    Parameters
    ----------
    before, after
        What is found in the survey as the bucket has it, and as it would be then.
    saved
        The keys of the files that would be saved: none of them may have an error. Other files may have those
        that they have already, so that a survey with several faults can be mended one file after another.
    """
    known = Counter(_identity(one) for one in before)
    found = []
    for one in after:
        if one.severity != "error":
            continue
        known[_identity(one)] -= 1
        if one.file in saved or known[_identity(one)] < 0:
            found.append(one)
    return found


def _identity(one: Problem) -> tuple[str, str, str]:
    return one.file, one.key, one.message  # lines move
