"""Writes of survey files: each replaces only what was edited, also where operators write at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from console.context import Console
from console.data.survey_files.bucket import list_surveys, load_files, read_file, write_file
from console.data.survey_files.creation import create_survey, sample_files
from console.data.survey_files.drafts import SurveyDraft
from console.data.survey_files.saving import save
from console.data.survey_files.versions import load_versions, plan_restoration, restore
from local.platform import Platform
from switchboard.errors import Conflict
from tests.data.surveys import CONFIG
from tests.data.surveys import ENGLISH as BOTH
from tests.integration.survey.talk import new_number, upload

ENGLISH = "".join(line for line in BOTH.splitlines(keepends=True) if not line.startswith("languageOption"))


@pytest.fixture
def survey(platform: Platform) -> Iterator[str]:
    """The id of a survey that no other test edits."""
    name = f"written-{new_number()[1:]}"
    upload(platform, name, CONFIG, en_US=ENGLISH)
    yield name
    upload(platform, name, CONFIG, en_US=ENGLISH)


def prompts(survey: str) -> str:
    return f"surveys/{survey}/voice-prompts/survey-en-US.env"


def test_of_operators_who_write_at_once_one_alone_succeeds(console: Console, survey: str) -> None:
    key = prompts(survey)
    base = read_file(console.stack, key)

    def write(number: int) -> bool:
        try:
            write_file(console.stack, key, f"{ENGLISH}# {number}\n".encode(), base)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(write, range(6))) == 1


def test_a_write_whose_answer_was_lost_is_recognised(console: Console, survey: str) -> None:
    key = prompts(survey)
    base = read_file(console.stack, key)
    first = write_file(console.stack, key, b"a=1\n", base)
    assert write_file(console.stack, key, b"a=1\n", base).etag == first.etag
    with pytest.raises(Conflict, match="changed meanwhile"):
        write_file(console.stack, key, b"a=2\n", base)


def test_a_new_file_does_not_replace_one_that_is_there_and_a_deleted_one_is_not_revived(
    console: Console, platform: Platform, survey: str
) -> None:
    key = prompts(survey)
    base = read_file(console.stack, key)
    with pytest.raises(Conflict):
        write_file(console.stack, key, b"a=1\n", None)
    platform.aws.client("s3").delete_object(Bucket=platform.bucket, Key=key)
    with pytest.raises(Conflict):
        write_file(console.stack, key, b"a=1\n", base)
    assert read_file(console.stack, key) is None
    assert [row.is_deletion for row in load_versions(console.stack, key)] == [True, False]


def test_nothing_is_saved_where_one_of_several_files_has_an_error(console: Console, survey: str) -> None:
    draft = SurveyDraft(survey, load_files(console.stack, survey), {})
    config = f"surveys/{survey}/survey-config.json"
    draft.put(config, draft.drafts[config].text.replace("questionWhy", "questionHow"))
    draft.put(prompts(survey), ENGLISH + "# edited\n")
    with pytest.raises(Conflict, match="questionHow: the text of this question is missing"):
        save(console.stack, draft, draft.changed)
    assert load_files(console.stack, survey)[prompts(survey)].content == ENGLISH.encode()
    draft.put(prompts(survey), ENGLISH.replace("questionWhy", "questionHow"))
    assert [file.key for file in save(console.stack, draft, draft.changed)] == [prompts(survey), config]
    assert draft.changed == []


def test_what_is_typed_while_a_file_is_saved_stays_to_be_saved(console: Console, survey: str) -> None:
    draft = SurveyDraft(survey, load_files(console.stack, survey), {})
    draft.put(prompts(survey), ENGLISH + "# first\n")
    file = write_file(
        console.stack,
        prompts(survey),
        draft.drafts[prompts(survey)].content,
        draft.drafts[prompts(survey)].base,
    )
    draft.put(prompts(survey), ENGLISH + "# first\n# second\n")
    draft.store(file)
    assert draft.changed == [prompts(survey)]
    save(console.stack, draft, draft.changed)
    assert load_files(console.stack, survey)[prompts(survey)].content.endswith(b"# first\n# second\n")


def test_a_version_that_has_errors_now_is_not_restored(
    console: Console, platform: Platform, survey: str
) -> None:
    broken = ENGLISH.replace("questionWhy=", "questionWhi=")
    upload(platform, survey, None, en_US=broken)
    upload(platform, survey, None, en_US=ENGLISH)
    draft = SurveyDraft(survey, load_files(console.stack, survey), {})
    version = load_versions(console.stack, prompts(survey))[1]
    plan = plan_restoration(console.stack, draft, prompts(survey), version.version_id)
    with pytest.raises(Conflict, match="questionWhy"):
        restore(console.stack, plan)


def test_a_survey_that_was_half_created_is_completed_and_another_one_is_left_alone(
    console: Console, platform: Platform
) -> None:
    name, files = f"half-{new_number()[1:]}", sample_files("visit")
    key = f"surveys/{name}/voice-prompts/survey-en-US.env"
    content = files["surveys/visit/voice-prompts/survey-en-US.env"]
    platform.aws.client("s3").put_object(Bucket=platform.bucket, Key=key, Body=content)
    create_survey(console.stack, name, files, "visit")
    assert name in list_surveys(console.stack)
    with pytest.raises(Conflict, match="already"):
        create_survey(console.stack, name, sample_files("default"), "default")
    assert load_files(console.stack, name)[key].content == content
