"""The page Survey files: an operator edits questions and prompts, and callers hear what was saved."""

from collections.abc import Iterator
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from console.context import Console
from local.platform import Platform
from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.console.conftest import Visit
from tests.integration.survey.talk import Respondent, new_number, upload
from tests.support import Caller

PATIENCE = 1000
HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}`"


@pytest.fixture
def survey(platform: Platform) -> Iterator[str]:
    """The id of a survey that no other test edits."""
    name = f"edited-{new_number()[1:]}"
    upload(platform, name, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    yield name
    client = platform.aws.client("s3")
    for item in client.list_objects_v2(Bucket=platform.bucket, Prefix=f"surveys/{name}/")["Contents"]:
        client.delete_object(Bucket=platform.bucket, Key=item["Key"])


def content(platform: Platform, survey: str, name: str = "voice-prompts/survey-en-US.env") -> bytes:
    answer = platform.aws.client("s3").get_object(Bucket=platform.bucket, Key=f"surveys/{survey}/{name}")
    body: bytes = answer["Body"].read()
    return body


async def opened(user: User, survey: str, file: str = "en-US") -> Any:
    """Open a file, and return its editor."""
    await user.open(f"/surveys/files?survey={survey}")
    await user.should_see("On the phone", retries=PATIENCE)
    if file:
        await press(user, file)
        name = f"survey-{file.partition(' ')[0]}.env"
        await user.should_see(f"Versions of surveys/{survey}/voice-prompts/{name}", retries=PATIENCE)
    return editor(user)


def editor(user: User) -> Any:
    return max(user.find(ui.codemirror).elements, key=lambda one: one.id)


def field(user: User, label: str) -> Any:
    found = [one for one in user.find(ui.input).elements if one.props.get("label") == label]
    return max(found, key=lambda one: one.id)


async def press(user: User, words: str, *, pick: Any = max) -> None:
    """Press the latest button with exactly these words; `pick` is min for the first one."""
    await user.should_see(kind=ui.button, content=words, retries=PATIENCE)
    found = [one for one in user.find(kind=ui.button, content=words).elements if one.text == words]
    chosen = pick(found, key=lambda one: one.id)
    chosen.mark("pressed")
    user.find(marker="pressed").click()
    chosen.mark("was-pressed")


async def save(user: User) -> None:
    await press(user, "Save …")
    await user.should_see("check-config: ", retries=PATIENCE)
    await press(user, "Save")


def test_an_edited_question_is_heard_by_the_next_caller(
    visit: Visit, platform: Platform, caller: Caller, survey: str
) -> None:
    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value = box.value.replace("How was it?", "How did you like it?")
        await user.should_see("changes are not saved", retries=PATIENCE)
        await save(user)
        await user.should_see("saved. Calls and texts follow it at once.", retries=PATIENCE)
        await user.should_not_see("changes are not saved", retries=PATIENCE)

    visit(act)
    person = Respondent(platform, caller, survey=survey)
    assert person.presses(person.calls(), "1").says[-1] == "How did you like it?"
    person = Respondent(platform, caller, survey=survey)
    person.texts("Hello")
    assert person.texts("go").endswith("How did you like it?")


def test_findings_have_line_and_key_while_one_types_and_errors_are_not_saved(
    visit: Visit, platform: Platform, survey: str
) -> None:
    before = content(platform, survey)

    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value = box.value.replace("questionWhy=", "questionWhi=")
        await user.should_see("the text of this question is missing", retries=PATIENCE)
        await user.should_see("There is nothing to hear yet")
        await press(user, "Save …")
        await user.should_see("so nothing is saved", retries=PATIENCE)
        await press(user, "Go on editing")
        box.value = box.value.replace("questionWhi=", "questionWhy=") + "welcum=Hi\n"
        await user.should_see("is not a key of this survey's prompts; was welcome meant?", retries=PATIENCE)
        await user.should_see("line 21")
        assert box.decorations == [{"kind": "line", "line": 21, "class": "has-warning"}]
        await press(user, "Questions")
        await user.should_see(f"Versions of surveys/{survey}/survey-config.json", retries=PATIENCE)
        editor(user).value = editor(user).value.replace("dtmf", "tone")
        await user.should_see("questions[0].questionType", retries=PATIENCE)

    visit(act)
    assert content(platform, survey) == before


def test_another_operators_change_is_not_overwritten_but_merged(
    visit: Visit, platform: Platform, survey: str
) -> None:
    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value = box.value.replace("Why?", "Why not?")
        await user.should_see("changes are not saved", retries=PATIENCE)
        upload(platform, survey, None, en_US=ENGLISH.replace("Again?", "Once more?"))
        await save(user)
        await user.should_see("changed meanwhile by another operator; nothing was saved", retries=PATIENCE)
        assert b"Why not?" not in content(platform, survey)
        await press(user, "Put their change into mine")
        await user.should_not_see("Put their change into mine", retries=PATIENCE)
        await user.should_see(kind=ui.codemirror, retries=PATIENCE)
        await save(user)
        await user.should_see("saved. Calls", retries=PATIENCE)

    visit(act)
    merged = ENGLISH.replace("Again?", "Once more?").replace("Why?", "Why not?")
    assert content(platform, survey).decode() == merged


def test_the_same_line_changed_twice_is_decided_by_hand(
    visit: Visit, platform: Platform, survey: str
) -> None:
    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value = box.value.replace("Why?", "Why mine?")
        await user.should_see("changes are not saved", retries=PATIENCE)
        upload(platform, survey, None, en_US=ENGLISH.replace("Why?", "Why theirs?"))
        await opened(user, survey, "en-US (edited)")
        await press(user, "Put their change into mine")
        await user.should_see("One place is to be decided by hand", retries=PATIENCE)
        await user.should_see("has no '=' and no value", retries=PATIENCE)
        assert "questionWhy=Why mine?\n=======\nquestionWhy=Why theirs?" in editor(user).value

    visit(act)
    assert b"Why theirs?" in content(platform, survey)


def test_lines_that_were_not_edited_stay_byte_for_byte(visit: Visit, platform: Platform, survey: str) -> None:
    written = "\N{ZERO WIDTH NO-BREAK SPACE}# mine\n" + ENGLISH.replace("\n", "\r\n").rstrip()
    upload(platform, survey, None, en_US=written)

    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value = box.value.replace("Why?", "Why not?")
        await save(user)
        await user.should_see("saved. Calls", retries=PATIENCE)

    visit(act)
    assert content(platform, survey).decode() == written.replace("Why?", "Why not?")


def test_an_older_version_is_restored_byte_for_byte(visit: Visit, platform: Platform, survey: str) -> None:
    upload(platform, survey, None, en_US=ENGLISH.replace("Why?", "Oh?"))

    async def act(user: User) -> None:
        await opened(user, survey)
        await press(user, "What changed", pick=min)
        await user.should_see("+questionWhy=Oh?", retries=PATIENCE)
        await press(user, "Restore …")
        await user.should_see("byte for byte", retries=PATIENCE)
        await press(user, "Restore")
        await user.should_see("is again as of", retries=PATIENCE)

    visit(act)
    assert content(platform, survey).decode() == ENGLISH


def test_a_survey_is_begun_from_a_sample_and_gets_a_language(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    name = f"new-{new_number()[1:]}"

    async def act(user: User) -> None:
        await opened(user, "default", "")
        await press(user, "New survey")
        await user.should_see("Its files are copied", retries=PATIENCE)
        field(user, "Id of the new survey").value = "no spaces here"
        await press(user, "Create")
        assert field(user, "Id of the new survey").error
        field(user, "Id of the new survey").value = name
        await press(user, "Create")
        await user.should_see(f"Survey {name} is there.", retries=PATIENCE)
        await user.should_see(f"Files of {name}", retries=PATIENCE)
        await press(user, "New language")
        await user.should_see("Its texts are copied", retries=PATIENCE)
        field(user, "Language").value = "fr-FR"
        await press(user, "Add")
        await user.should_see("not saved yet", retries=PATIENCE)
        assert "language=fr-FR" in editor(user).value

    visit(act)
    assert Respondent(platform, caller, survey=name).texts("Hello")


def test_what_is_typed_outlives_a_refresh_and_can_be_discarded(visit: Visit, survey: str) -> None:
    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value += "# kept\n"
        await user.should_see("changes are not saved", retries=PATIENCE)
        await opened(user, survey, "en-US (edited)")
        assert editor(user).value.endswith("# kept\n")
        await press(user, "Discard …")
        await user.should_see("Discard your changes of", retries=PATIENCE)
        await press(user, "Discard")
        await user.should_not_see("changes are not saved", retries=PATIENCE)
        await user.should_see(kind=ui.codemirror, retries=PATIENCE)
        assert editor(user).value == ENGLISH

    visit(act)


def test_hostile_texts_are_shown_as_they_are(visit: Visit, platform: Platform, survey: str) -> None:
    texts = ENGLISH.replace("How was it?", HOSTILE + "A" * 1600).replace("voice=", f"voice={HOSTILE}")
    upload(platform, survey, None, en_US=texts)
    client = platform.aws.client("s3")
    client.put_object(
        Bucket=platform.bucket,
        Key=f"surveys/{survey}/voice-prompts/survey-<img src=x onerror=alert(1)>.env",
        Body=b"\xff\xfe\x00",
    )

    async def act(user: User) -> None:
        await opened(user, survey)
        await user.should_see("is not a language code", retries=PATIENCE)
        for select in user.find(ui.select).elements:
            if select.props.get("label") == "Moment":
                select.value = "question questionRate"
        await user.should_see(f"{HOSTILE}AAA", retries=PATIENCE)
        await press(user, "<img src=x onerror=alert(1)> (6 errors)")
        await user.should_see("so it cannot be edited here", retries=PATIENCE)

    visit(act)


def test_the_preview_goes_on_where_the_platform_does_not_answer(
    visit: Visit, console: Console, survey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> int:
        raise ConnectionRefusedError("refused")

    async def act(user: User) -> None:
        await opened(user, survey)
        monkeypatch.setattr(console.stack, "now", gone)
        edited = editor(user)
        edited.value = edited.value.replace("=Welcome.", "=Good day.")
        await user.should_see(kind=ui.label, content="Good day.", retries=PATIENCE)

    visit(act)


def test_a_survey_without_files_says_what_to_do(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/surveys/files?survey=nothing-here")
        await user.should_see("The bucket has no files of nothing-here yet.", retries=PATIENCE)

    visit(act)


def test_what_aws_refuses_is_said_and_nothing_typed_is_lost(
    visit: Visit, console: Console, platform: Platform, survey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(user: User) -> None:
        box = await opened(user, survey)
        box.value += "# mine\n"
        await user.should_see("changes are not saved", retries=PATIENCE)
        await press(user, "Save …")
        await user.should_see("check-config: ", retries=PATIENCE)
        parameters = console.stack.outputs
        monkeypatch.setattr(console.stack, "outputs", {**parameters, "ConfigBucketName": "gone"})
        await press(user, "Save")
        await user.should_see("NoSuchBucket", retries=PATIENCE)
        assert editor(user).value.endswith("# mine\n")
        await user.open(f"/surveys/files?survey={survey}")
        await user.should_see("AWS refuses", retries=PATIENCE)
        monkeypatch.setattr(console.stack, "outputs", parameters)
        await opened(user, survey, "en-US (edited)")
        assert editor(user).value.endswith("# mine\n")

    visit(act)
