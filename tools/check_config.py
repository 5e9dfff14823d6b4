"""``switchboard check-config``: check surveys, SIP routes and callbacks before they are uploaded.

Reads the files as the functions do, and says what they would say in the log: the file, the line and the key.
On top of that it warns of what would work but was hardly meant, such as a misspelt key.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sip_router.domain.seed import SEED_KEY, NotARouteTableError, parse_file
from sip_router.domain.validation import check_route_table
from survey.domain import prompt_file, question_file
from survey.domain.definition import (
    DEFAULT_SURVEY,
    DefinitionError,
    Prompts,
    Question,
    config_file_name,
    is_language,
    is_survey_id,
    prompt_file_name,
)
from survey.domain.encoding import encoding_problems
from survey.domain.rules import Rules
from switchboard.inputs.files import FileProblem
from tools.check_callback import check_callback
from tools.check_prompts import check_prompts, check_words, guess
from tools.check_studio import check_studio
from tools.problem import Problem
from tools.stack.options import AsJson
from tools.survey_graph.check import check_branches
from tools.terminal import fail

app = typer.Typer(add_completion=False)


def check(folder: Path) -> list[Problem]:
    """Return everything wrong with the files in a folder that is laid out like the bucket.

    Parameters
    ----------
    folder
        Holds ``survey-config.json``, ``voice-prompts/``, further surveys below ``surveys/`` and, where there
        are any, ``sip-routes.json``, ``callback/`` and ``studio/``.

    Returns
    -------
    list of Problem
        Files are named relative to the folder; errors come before warnings.
    """
    surveys = sorted(path.name for path in (folder / "surveys").glob("*") if path.is_dir())
    problems = [
        problem
        for survey_id in {DEFAULT_SURVEY, *surveys}
        for problem in check_survey(survey_id, _prompt_names(folder, survey_id), partial(_content, folder))
    ]
    if DEFAULT_SURVEY in surveys:
        text = "is never read: the survey of that name is the one in the folder above surveys/"
        problems.append(Problem(f"surveys/{DEFAULT_SURVEY}", 0, "", text))
    problems += _sip_routes(folder)
    problems += check_callback(folder)
    problems += check_studio(folder)
    return sorted(problems, key=lambda problem: (problem.severity, problem.file, problem.line))


@app.command()
def check_config(
    folder: Annotated[Path, typer.Argument(help="Laid out like the bucket.")] = Path("config-files"),
    *,
    as_json: AsJson = False,
) -> None:
    """Check surveys, SIP routes and callbacks before an upload; exit code 1 for what could not be used."""
    if not folder.is_dir():
        text = "is a file; name the folder that it lies in" if folder.exists() else "there is no such folder"
        fail(f"{folder}: {text}")
    problems = check(folder)
    if as_json:
        print(json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            print(f"{problem.severity}: {folder}/{problem}")
        if not problems:
            print(f"{folder}: every survey can be asked")
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


def _sip_routes(folder: Path) -> Iterator[Problem]:
    if not (folder / SEED_KEY).exists():
        return
    try:
        data = parse_file(_content(folder, SEED_KEY))
    except DefinitionError as error:
        yield from _errors(error.problems)
    except NotARouteTableError as error:
        yield Problem(SEED_KEY, error.line, "", error.problem)
    else:
        for fault in check_route_table(data):
            yield Problem(SEED_KEY, 0, fault["field"], fault["message"])


def check_survey(
    survey_id: str, prompt_names: Iterable[str], read: Callable[[str], bytes]
) -> Iterator[Problem]:
    """Yield everything wrong with the files of one survey.

    Parameters
    ----------
    survey_id
    prompt_names
        The names of its prompt files, as the bucket has them.
    read
        Returns a file's content by its name; raises DefinitionError where there is none.
    """
    name = config_file_name(survey_id)
    if not is_survey_id(survey_id):
        yield Problem(name, 0, "", "a survey's folder is named by letters, digits, _ and -, at most 64")
    try:
        content = read(name)
        questions, rules = question_file.parse_survey(content, name)
    except DefinitionError as error:
        yield from _errors(error.problems)
        return
    yield from _errors(encoding_problems(content, name))
    yield from _unusual_fields(content, name)
    yield from check_branches(content, name, questions)
    yield from _prompt_files(survey_id, sorted(prompt_names), read, questions, rules)


def _prompt_names(folder: Path, survey_id: str) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.glob(prompt_file_name(survey_id, "*"))]


def _content(folder: Path, name: str) -> bytes:
    """Return a file; DefinitionError where it cannot be read."""
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        problem = "the file does not exist"
    except IsADirectoryError:
        problem = "is a folder, where a file is expected"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    raise DefinitionError((Problem(name, 0, "", problem),))


def _errors(problems: Iterable[FileProblem]) -> Iterator[Problem]:
    return (Problem(**asdict(problem)) for problem in problems)


def _unusual_fields(content: bytes, name: str) -> Iterator[Problem]:
    """Warn of fields that no question has, and of a question asked twice."""
    seen: set[str] = set()
    for index, (question, line) in enumerate(question_file.questions_with_lines(content)):
        for field in question.keys() - question_file.KNOWN_FIELDS:
            text = f"is not a field of a question{guess(field, question_file.KNOWN_FIELDS)}"
            yield Problem(name, line, f"questions[{index}].{field}", text, "warning")
        asked = str(question["questionName"]).strip()
        if asked in seen:
            text = f"{asked} is asked a second time"
            yield Problem(name, line, f"questions[{index}].questionName", text, "warning")
        seen.add(asked)


def _prompt_files(
    survey_id: str,
    files: Sequence[str],
    read: Callable[[str], bytes],
    questions: tuple[Question, ...],
    rules: Rules,
) -> Iterator[Problem]:
    pattern = prompt_file_name(survey_id, "*")
    if not files:
        yield Problem(pattern, 0, "", "there is no prompt file: the survey has no language")
    prefix, suffix = pattern.split("*")
    readable: dict[str, Prompts] = {}
    languages = {file: file.removeprefix(prefix).removesuffix(suffix) for file in files}
    for file, language in languages.items():
        if not is_language(language):
            yield Problem(
                file, 0, "", f"{language!r} in the file's name is not a language code, such as en-US"
            )
        try:
            content = read(file)
            entries, unreadable = prompt_file.entries(content, file)
        except DefinitionError as error:
            yield from _errors(error.problems)
            continue
        yield from _errors(unreadable)
        try:
            prompts = prompt_file.parse(content, file, language, questions, rules.placeholders)
        except DefinitionError as error:
            # What is wrong with a line is said once, not also that the line's text is missing.
            named = {problem.key for problem in unreadable}
            yield from _errors(problem for problem in error.problems if problem.key not in named)
            continue
        readable[file] = prompts
        lines: dict[str, int] = {}
        for entry in entries:
            if entry.key in lines:
                text = f"stands on line {lines[entry.key]} already; this one counts"
                yield Problem(file, entry.line, entry.key, text, "warning")
            lines[entry.key] = entry.line
        for problem in check_prompts(prompts, questions, languages.values()):
            yield replace(problem, file=file, line=lines.get(problem.key, 0))
    yield from check_words(readable, questions)
