"""The questions of a survey in their order, for tables of results."""

from survey.domain import question_file
from survey.domain.definition import DefinitionError, Question, config_file_name
from survey.settings import ResultIndexSettings
from switchboard.aws import s3
from switchboard.log import logger
from switchboard.settings import from_environment


def load_question_order(survey_id: str) -> tuple[str, ...] | None:
    """Return the names of a survey's questions, as results have them; see `load_questions`."""
    questions = load_questions(survey_id)
    return None if questions is None else tuple(question.key for question in questions)


def load_questions(survey_id: str) -> tuple[Question, ...] | None:
    """Return the questions of a survey; None without survey-config.json.

    A file that cannot be used has no questions: results that exist can be read all the same.

    Raises
    ------
    switchboard.aws.AwsError
        The file cannot be read.
    """
    name = config_file_name(survey_id)
    content = s3.read(from_environment(ResultIndexSettings).config_bucket, name)
    if content is None:
        return None
    try:
        return question_file.parse(content, name)
    except DefinitionError:
        logger.warning("Results are shown without the order of the survey's questions", extra={"file": name})
        return ()
