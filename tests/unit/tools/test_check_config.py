"""What an operator is told about files before they are uploaded."""

import json
from pathlib import Path

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from tests.command import switchboard
from tests.data.surveys import CONFIG, ENGLISH, MINIMAL_CONFIG, MINIMAL_PROMPTS, SPANISH
from tools.check_config import check

NAME = "must be 1 to 100 characters without spaces, =, # and quotation marks"
LIMIT = "must be a whole number from 0 to 999999999"


def _write(folder: Path, config: str | bytes | None, **prompts: str | bytes) -> Path:
    (folder / "voice-prompts").mkdir(parents=True, exist_ok=True)
    if config is not None:
        (folder / "survey-config.json").write_bytes(config.encode() if isinstance(config, str) else config)
    for language, content in prompts.items():
        file = folder / "voice-prompts" / f"survey-{language.replace('_', '-')}.env"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def _found(folder: Path) -> list[str]:
    return [f"{problem.severity}: {problem}" for problem in check(folder)]


def test_the_files_of_this_repository_have_no_problem() -> None:
    assert _found(PROJECT_ROOT / "config-files") == []


def test_a_survey_in_the_older_minimal_form_is_accepted_with_warnings(tmp_path: Path) -> None:
    _write(tmp_path, MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS + "lastQuestion=\n")
    file = "warning: voice-prompts/survey-en-US.env"
    assert sorted(_found(tmp_path)) == [
        f"{file}: beginSurvey: is missing; nothing is said in its place",
        f"{file}: finalGoodbye: is missing; the built-in text serves: Thank you for your time. Goodbye!",
        f"{file}: firstQuestion: is missing; nothing is said in its place",
        f"{file}: surveyCompletedAlready: is missing; the built-in text serves: You have already completed "
        "this survey. Thank you!",
        f"{file}:4: lastQuestion: is empty; nothing is said in its place",
    ]
    assert switchboard("check-config", tmp_path).code == 0


def test_a_language_without_built_in_texts_is_a_warning(tmp_path: Path) -> None:
    french = (
        "welcome=\nbeginSurvey=a\nfirstQuestion=b\nlastQuestion=c\nquestionServiceRate=d\nquestionComment=e\n"
    )
    _write(tmp_path, MINIMAL_CONFIG, fr_FR=french)
    file = "warning: voice-prompts/survey-fr-FR.env"
    assert sorted(_found(tmp_path)) == [
        f"{file}: finalGoodbye: is missing; nothing is said in its place",
        f"{file}: surveyCompletedAlready: is missing; nothing is said in its place",
        f"{file}:1: welcome: is empty; nothing is said in its place",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "wrongAnswerRange={min} to {maximum}",
            "wrongAnswerRange: {maximum} stays as it is: it is no placeholder of this text; "
            "there is {max}, {min}",
        ),
        (
            "summarySMS=Yours: {answer}",
            "summarySMS: {answer} stays as it is: it is no placeholder of this text; there is {answers}",
        ),
        ("apology={name}", "apology: {name} stays as it is: it is no placeholder of this text"),
        ("wrongAnswerRange={min} to {max}", None),
        ("wrongAnswerChoicesSMS=One of {choices}", None),
        ("questionWhy=Why {really}?", None),
    ],
)
def test_an_unknown_placeholder_is_reported(tmp_path: Path, text: str, problem: str | None) -> None:
    lines = [line for line in ENGLISH.splitlines() if not line.startswith(text.partition("=")[0] + "=")]
    _write(tmp_path, CONFIG, en_US="\n".join([*lines, text]), es_MX=SPANISH)
    line = len(lines) + 1
    expected = [f"warning: voice-prompts/survey-en-US.env:{line}: {problem}"] if problem else []
    assert _found(tmp_path) == expected


@pytest.mark.parametrize("name", ["survey-config.json", "voice-prompts/survey-es-MX.env", "sip-routes.json"])
def test_a_folder_in_place_of_a_file_is_reported_once(tmp_path: Path, name: str) -> None:
    _write(tmp_path, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name).mkdir()
    assert _found(tmp_path) == [f"error: {name}: is a folder, where a file is expected"]


def test_a_file_in_place_of_the_folder_is_reported_in_one_line(tmp_path: Path) -> None:
    file = _write(tmp_path, CONFIG) / "survey-config.json"
    done = switchboard("check-config", file)
    assert done == (1, "", f"{file}: is a file; name the folder that it lies in\n")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (None, "survey-config.json: the file does not exist"),
        (
            b'{"questions": [\n{\n"questionName" "q"}]}',
            "survey-config.json:3: is not JSON: Expecting ':' delimiter",
        ),
        (b"\xff\xfe", "survey-config.json:1: is not UTF-8: save the file with that encoding"),
        (b"[]", "survey-config.json:1: must be an object"),
        (b"{}", "survey-config.json:1: questions: is missing"),
        (b'{"questions":\n{}}', "survey-config.json:2: questions: must be a list"),
        (
            b'{"questions": [\n{"questionType": "dtmf"}]}',
            "survey-config.json:2: questions[0].questionName: is missing",
        ),
        (b'{"questions": []}', "survey-config.json:1: questions: must not be empty"),
        (
            b'{"questions": [\n{"questionName": "a b",\n "questionType": "tone"}]}',
            f"survey-config.json:2: questions[0].questionName: {NAME}",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "dtmf",\n"range": {"min": 5, "max": 1}}]}',
            "survey-config.json:2: questions[0].range.min: must not be greater than max",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "dtmf", "range":\n{"min": "1"}}]}',
            f"survey-config.json:2: questions[0].range.min: {LIMIT}, without quotation marks",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "tone"}]}',
            "survey-config.json:1: questions[0].questionType: must be one of: dtmf, speech, "
            "choice, yesno, rating, number, date, text, recording, multichoice",
        ),
        (
            b'{"questions": [{"questionName": 5, "questionType": "dtmf"}]}',
            f"survey-config.json:1: questions[0].questionName: {NAME}",
        ),
        (
            b'{"questions": [{"questionName": " ", "questionType": "dtmf"}]}',
            f"survey-config.json:1: questions[0].questionName: {NAME}",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "dtmf", "range": {"min": -1, "max": 5}}]}',
            f"survey-config.json:1: questions[0].range.min: {LIMIT}",
        ),
        (
            b'{"questions": [' + b",".join([b'{"questionName": "q", "questionType": "dtmf"}'] * 201) + b"]}",
            "survey-config.json:1: questions: must have at most 200 entries",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "speech",\n\n"choices": ["a", "A"]}]}',
            "survey-config.json:3: questions[0].choices: must name each choice once",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "speech", "choices": ["a", "\\ud83d"]}]}',
            "survey-config.json:1: questions[0].choices[1]: must be 1 to 100 characters "
            "without commas, = and |",
        ),
        (
            b'{"questions": [{"questionName": "q", "questionType": "dtmf", "range": {"min": 0,"max": 1e9}}]}',
            f"survey-config.json:1: questions[0].range.max: {LIMIT}",
        ),
        (b'{"questions": ' + b"9" * 5000 + b"}", "survey-config.json: holds a number with too many digits"),
    ],
)
def test_invalid_questions_are_reported_with_file_line_and_key(
    tmp_path: Path, config: bytes | None, problem: str
) -> None:
    found = _found(_write(tmp_path, config, en_US="q=What?\n"))
    assert found[0] == f"error: {problem}"


@pytest.mark.parametrize(
    ("prompts", "problem"),
    [
        (b"q=ok\nx=\xff\xfe", "survey-en-US.env:2: is not UTF-8: save the file with that encoding"),
        (b"q\n", "survey-en-US.env:1: q: has no '=' and no value"),
        (b"q=\x01\n", "survey-en-US.env:1: q: holds a control character"),
    ],
)
def test_an_invalid_line_is_reported_once(tmp_path: Path, prompts: bytes, problem: str) -> None:
    config = b'{"questions": [{"questionName": "q", "questionType": "Speech"}]}'
    found = _found(_write(tmp_path, config, en_US=prompts))
    assert [line for line in found if line.startswith("error")] == [f"error: voice-prompts/{problem}"]


def test_questions_that_are_not_utf_8_are_an_error_although_they_are_asked(tmp_path: Path) -> None:
    config = CONFIG.replace(b'"questionName"', b'"note": "se\xf1or", "questionName"', 1)
    found = _found(_write(tmp_path, config, en_US=ENGLISH, es_MX=SPANISH))
    assert found[0] == "error: survey-config.json:2: is not UTF-8: save the file with that encoding"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("+welcome2", "survey-en-US.env:21: welcome2: has no '=' and no value"),
        (
            "+speechLanguage=en",
            "survey-en-US.env:21: speechLanguage: 'en' is not a language in which Gather recognises speech",
        ),
        (
            "+language=cy-GB",
            "survey-en-US.env:21: language: Gather recognises no speech in cy-GB; speechLanguage "
            "must name a language",
        ),
        ("-questionWhy", "survey-en-US.env: questionWhy: the text of this question is missing"),
        ("+x=a\x07b", "survey-en-US.env:21: x: holds a control character"),
        (
            "+languageOptionLanguage=fr-FR",
            "survey-en-US.env:21: languageOptionLanguage: there is no prompt file for fr-FR",
        ),
        ("+welcomeContinue=es", "survey-en-US.env:21: welcomeContinue: 'es' also switches the language"),
        (
            "+welcomeContinue=quit",
            "survey-en-US.env:21: welcomeContinue: 'quit' is a word by which Twilio knows STOP or HELP",
        ),
        (
            "+questionAgainChoices=yes=y,si=s",
            "survey-en-US.env:21: questionAgainChoices: 'si' is not one of the question's choices in "
            "survey-config.json",
        ),
        (
            "+questionAgainChoices=yes=ok,no=ok",
            "survey-en-US.env:21: questionAgainChoices: 'ok' stands for both 'yes' and 'no'",
        ),
        ("+numberWords=too", "survey-en-US.env:21: numberWords: 'too' is not written as word=number"),
    ],
)
def test_invalid_prompts_are_reported_with_file_line_and_key(
    tmp_path: Path, change: str, problem: str
) -> None:
    lines = ENGLISH.splitlines()
    if change.startswith("-"):
        lines = [line for line in lines if not line.startswith(change[1:])]
    else:
        key = change[1:].partition("=")[0]
        lines = [line if not line.startswith(f"{key}=") else "# moved" for line in lines] + [change[1:]]
        assert len(lines) == 21
    _write(tmp_path, CONFIG, en_US="\n".join(lines), es_MX=SPANISH)
    assert f"error: voice-prompts/{problem}" in _found(tmp_path)


def test_probable_mistakes_are_reported_as_warnings(tmp_path: Path) -> None:
    config = CONFIG.replace(b'"range"', b'"ranges"')
    english = ENGLISH + "welcom=Hi\nlanguage=en-GB\nfinalGoodbye=" + "x" * 1601 + "\n"
    found = _found(_write(tmp_path, config, en_US=english, es_MX=SPANISH))
    assert found == [
        "warning: survey-config.json:2: questions[0].ranges: is not a field of a question; was range meant?",
        "warning: voice-prompts/survey-en-US.env:21: welcom: is not a key of this survey's prompts; "
        "was welcome meant?",
        "warning: voice-prompts/survey-en-US.env:22: language: stands on line 1 already; this one counts",
        "warning: voice-prompts/survey-en-US.env:22: language: differs from the language in the file's "
        "name, en-US",
        "warning: voice-prompts/survey-en-US.env:23: finalGoodbye: stands on line 16 already; "
        "this one counts",
        "warning: voice-prompts/survey-en-US.env:23: finalGoodbye: has 1601 characters (UTF-16 code units); "
        "a text message takes 1600",
    ]


def test_every_survey_below_the_folder_is_checked(tmp_path: Path) -> None:
    _write(tmp_path, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    _write(tmp_path / "surveys" / "visit", b"{", en_US="q=?\n")
    (tmp_path / "surveys" / "no good").mkdir()
    assert [line.split(":")[1].strip() for line in _found(tmp_path)] == [
        "surveys/no good/survey-config.json",
        "surveys/no good/survey-config.json",
        "surveys/visit/survey-config.json",
    ]


def test_a_survey_in_a_folder_named_default_is_reported_as_unused(tmp_path: Path) -> None:
    _write(tmp_path, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    _write(tmp_path / "surveys" / "default", CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    (found,) = _found(tmp_path)
    assert found.startswith("error: surveys/default: is never read")


def test_the_command_reports_problems_and_fails(tmp_path: Path) -> None:
    _write(tmp_path, b"{}", en_US="q=?\n")
    done = switchboard("check-config", tmp_path)
    assert done.code == 1
    assert f"error: {tmp_path}/survey-config.json:1: questions: is missing" in done.out
    assert switchboard("check-config", tmp_path / "nowhere").code == 1


def test_problems_are_told_as_json_for_scripts(tmp_path: Path) -> None:
    _write(tmp_path, b"{}", en_US="q=?\n")
    done = switchboard("check-config", tmp_path, "--json")
    assert done.code == 1
    assert json.loads(done.out)[0] == {
        "file": "survey-config.json",
        "line": 1,
        "key": "questions",
        "message": "is missing",
        "severity": "error",
    }
    clean = switchboard("check-config", PROJECT_ROOT / "config-files", "--json")
    assert (clean.code, json.loads(clean.out)) == (0, [])


def test_the_command_accepts_the_files_of_this_repository() -> None:
    folder = PROJECT_ROOT / "config-files"
    assert switchboard("check-config", folder).out == f"{folder}: every survey can be asked\n"


def test_business_hours_and_messages_are_checked_too(tmp_path: Path) -> None:
    _write(tmp_path, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    before = _found(tmp_path)
    folder = tmp_path / "callback"
    folder.mkdir()
    (folder / "hours.json").write_text('{"timeZone": "Mars/Base"}')
    (folder / "messages-en-US.json").write_text('{"initialGreting": "Hello"}')
    (folder / "messages-es-MX.json").write_text("{\n  oops}")
    (folder / "messages-german!.json").write_text("{}")
    (folder / "notes.txt").write_text("")
    found = [problem for problem in _found(tmp_path) if problem not in before]
    assert [problem.partition(": ")[2].partition(":")[0] for problem in found] == [
        "callback/hours.json",
        "callback/messages-en-US.json",
        "callback/messages-es-MX.json",
        "callback/messages-german!.json",
        "callback/notes.txt",
    ]
    assert "timeZone: must be an IANA time zone" in found[0]
    assert "initialGreting" in found[1]


def test_studio_flows_are_checked_too(tmp_path: Path) -> None:
    _write(tmp_path, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    (tmp_path / "studio").mkdir()
    menu = (PROJECT_ROOT / "config-files" / "studio" / "menu.json").read_text(encoding="utf-8")
    (tmp_path / "studio" / "good.json").write_text(menu, encoding="utf-8")
    broken = menu.replace('"next": "menu"', '"next": "nowhere"', 1).replace("${TaskChannelSid}", "${Chanel}")
    (tmp_path / "studio" / "broken.json").write_text(broken, encoding="utf-8")
    (tmp_path / "studio" / "empty.json").write_text("", encoding="utf-8")
    assert [one.partition(" is ")[0] for one in _found(tmp_path) if "studio/" in one] == [
        "error: studio/broken.json: #/states/1/transitions/0/next:",
        "error: studio/broken.json: ${Chanel}:",
        "error: studio/empty.json: cannot be read as JSON: Expecting value: line 1 column 1 (char 0)",
    ]
