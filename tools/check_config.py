"""``switchboard check-config``: check surveys and SIP routes before they are uploaded.

Reads the files as the functions do, and says what they would say in the log: the file, the line and the key.
On top of that it warns of what would work but was hardly meant, such as a misspelt key.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from sip_router.domain.seed import SEED_KEY
from sip_router.domain.validation import check_route_table
from survey.domain import answers, opt_out, prompt_file, question_file
from survey.domain.defaults import OPTIONAL_KEYS
from survey.domain.definition import DefinitionError, Problem, Prompts, Question
from survey.domain.session import DEFAULT_SURVEY
from survey.storage import definitions
from tools.terminal import fail

app = typer.Typer(add_completion=False)

_ENDINGS = ("Choices", "Label")

# What may stand in braces in a text; in others, braces are said as they are.
_PLACEHOLDERS: Final[Mapping[str, frozenset[str]]] = {
    "wrongAnswerRange": frozenset({"{min}", "{max}"}),
    "wrongAnswerChoices": frozenset({"{choices}"}),
    "summary": frozenset({"{answers}"}),
}


def check(folder: Path) -> list[Problem]:
    """Return everything wrong with the surveys and SIP routes in a folder that is laid out like the bucket.

    Parameters
    ----------
    folder
        Holds ``survey-config.json``, ``voice-prompts/``, further surveys below ``surveys/`` and, where there
        are SIP routes, ``sip-routes.json``.

    Returns
    -------
    list of Problem
        Files are named relative to the folder; errors come before warnings.
    """
    surveys = sorted(path.name for path in (folder / "surveys").glob("*") if path.is_dir())
    problems = [problem for survey_id in {DEFAULT_SURVEY, *surveys} for problem in _survey(folder, survey_id)]
    if DEFAULT_SURVEY in surveys:
        text = "is never read: the survey of that name is the one in the folder above surveys/"
        problems.append(Problem(f"surveys/{DEFAULT_SURVEY}", 0, "", text))
    problems += _sip_routes(folder)
    return sorted(problems, key=lambda problem: (problem.severity, problem.file, problem.line))


@app.command()
def check_config(
    folder: Annotated[Path, typer.Argument(help="Laid out like the bucket.")] = Path("config-files"),
) -> None:
    """Check surveys and SIP routes before they are uploaded; exit code 1 for what could not be used."""
    if not folder.is_dir():
        text = "is a file; name the folder that it lies in" if folder.exists() else "there is no such folder"
        fail(f"{folder}: {text}")
    problems = check(folder)
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
        data = json.loads(_content(folder, SEED_KEY))
    except DefinitionError as error:
        yield from error.problems
    except json.JSONDecodeError as error:
        yield Problem(SEED_KEY, error.lineno, "", f"is not JSON: {error.msg}")
    except UnicodeDecodeError:
        yield Problem(SEED_KEY, 0, "", "is not UTF-8")
    else:
        for fault in check_route_table(data):
            yield Problem(SEED_KEY, 0, fault["field"], fault["message"])


def _survey(folder: Path, survey_id: str) -> Iterator[Problem]:
    name = definitions.config_file_name(survey_id)
    if not definitions.is_survey_id(survey_id):
        yield Problem(name, 0, "", "a survey's folder is named by letters, digits, _ and -, at most 64")
    try:
        content = _content(folder, name)
        questions = question_file.parse(content, name)
    except DefinitionError as error:
        yield from error.problems
        return
    yield from _unusual_fields(content, name)
    yield from _prompt_files(folder, survey_id, questions)


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


def _unusual_fields(content: bytes, name: str) -> Iterator[Problem]:
    """Warn of fields that no question has, and of a question asked twice."""
    seen: set[str] = set()
    for index, (question, line) in enumerate(question_file.questions_with_lines(content)):
        for field in question.keys() - question_file.KNOWN_FIELDS:
            text = f"is not a field of a question{_guess(field, question_file.KNOWN_FIELDS)}"
            yield Problem(name, line, f"questions[{index}].{field}", text, "warning")
        asked = str(question["questionName"]).strip()
        if asked in seen:
            text = f"{asked} is asked a second time"
            yield Problem(name, line, f"questions[{index}].questionName", text, "warning")
        seen.add(asked)


def _prompt_files(folder: Path, survey_id: str, questions: tuple[Question, ...]) -> Iterator[Problem]:
    pattern = definitions.prompt_file_name(survey_id, "*")
    files = sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern))
    if not files:
        yield Problem(pattern, 0, "", "there is no prompt file: the survey has no language")
    prefix, suffix = pattern.split("*")
    languages = {file: file.removeprefix(prefix).removesuffix(suffix) for file in files}
    for file, language in languages.items():
        if not definitions.is_language(language):
            yield Problem(
                file, 0, "", f"{language!r} in the file's name is not a language code, such as en-US"
            )
        try:
            content = _content(folder, file)
            prompts = prompt_file.parse(content, file, language, questions)
        except DefinitionError as error:
            yield from error.problems
            continue
        lines: dict[str, int] = {}
        for key, line in prompt_file.keys_with_lines(content):
            if key in lines:
                text = f"stands on line {lines[key]} already; this one counts"
                yield Problem(file, line, key, text, "warning")
            lines[key] = line
        for problem in _prompts(prompts, questions, languages.values()):
            yield Problem(file, lines.get(problem.key, 0), problem.key, problem.text, problem.severity)


def _prompts(
    prompts: Prompts, questions: tuple[Question, ...], languages: Iterable[str]
) -> Iterator[Problem]:
    """Yield what is wrong with readable prompts; file and line are filled in by the caller."""
    values = prompts.values
    known = {*prompt_file.KNOWN_KEYS, *OPTIONAL_KEYS}
    known |= {question.name + ending for question in questions for ending in ("", *_ENDINGS)}
    for key, text in values.items():
        if key.removesuffix("SMS") not in known and key not in known:
            yield _warning(key, f"is not a key of this survey's prompts{_guess(key, known)}")
        if len(text) > prompt_file.LONGEST_TEXT:
            yield _warning(
                key, f"has {len(text)} characters; a text message takes {prompt_file.LONGEST_TEXT}"
            )
    yield from _left_out(questions, prompts)
    yield from _braces(values)
    if values.get("language", prompts.language) != prompts.language:
        yield _warning("language", f"differs from the language in the file's name, {prompts.language}")
    if prompts.offered_language and prompts.offered_language not in set(languages):
        yield _error("languageOptionLanguage", f"there is no prompt file for {prompts.offered_language}")
    yield from _replies(prompts)
    for question in questions:
        yield from _choices(question, prompts)
    for entry in values.get("numberWords", "").split(","):
        if entry.strip() and not entry.partition("=")[2].strip().isdecimal():
            yield _error("numberWords", f"{entry.strip()!r} is not written as word=number")


def _left_out(questions: tuple[Question, ...], prompts: Prompts) -> Iterator[Problem]:
    """Warn of texts that nearly every survey has."""
    lead_ins = ("firstQuestion", "nextQuestion", "lastQuestion")
    # One question has the first lead-in, two have the first and the last.
    spoken = {1: lead_ins[:1], 2: lead_ins[::2]}.get(len(questions), lead_ins)
    for key in ("welcome", "beginSurvey", *spoken, "finalGoodbye", "surveyCompletedAlready"):
        if not prompts.values.get(key):
            state = "is empty" if key in prompts.values else "is missing"
            default = prompts.defaults.get(key)
            instead = f"the built-in text serves: {default}" if default else "nothing is said in its place"
            yield _warning(key, f"{state}; {instead}")


def _braces(values: Mapping[str, str]) -> Iterator[Problem]:
    """Warn of placeholders that nothing is put in for."""
    for key, text in values.items():
        name = key.removesuffix("SMS")
        if name not in OPTIONAL_KEYS:
            continue
        known = _PLACEHOLDERS.get(name, frozenset())
        for placeholder in sorted({*re.findall(r"\{[^{}]*\}", text)} - known):
            there = f"; there is {', '.join(sorted(known))}" if known else ""
            yield _warning(key, f"{placeholder} stays as it is: it is no placeholder of this text{there}")


def _replies(prompts: Prompts) -> Iterator[Problem]:
    continues = _words(prompts.text("welcomeContinue"))
    switches = _words(prompts.text("languageOptionLanguageReply"))
    for word in sorted(continues & switches):
        yield _error("welcomeContinue", f"{word!r} also switches the language")
    for key, words in (("welcomeContinue", continues), ("languageOptionLanguageReply", switches)):
        for word in sorted(word for word in words if opt_out.wish("", word, opted_out=False)):
            yield _error(key, f"{word!r} is a word by which Twilio knows STOP or HELP")


def _choices(question: Question, prompts: Prompts) -> Iterator[Problem]:
    key = f"{question.name}Choices"
    for entry in prompts.text(key).split(","):
        choice = entry.partition("=")[0].strip()
        if entry.strip() and choice not in question.choices:
            yield _error(key, f"{choice!r} is not one of the question's choices in survey-config.json")
    owner: dict[str, str] = {}
    for choice, spoken in answers.choice_words(question, prompts).items():
        for word in spoken:
            other = owner.setdefault(word.casefold(), choice)
            if other != choice:
                yield _error(key, f"{word!r} stands for both {other!r} and {choice!r}")


def _words(text: str) -> set[str]:
    return {word.strip().casefold() for word in text.split(",")} - {""}


def _guess(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; was {close[0]} meant?" if close else ""


def _error(key: str, text: str) -> Problem:
    return Problem("", 0, key, text)


def _warning(key: str, text: str) -> Problem:
    return Problem("", 0, key, text, "warning")
