"""``switchboard rotate``: secrets are replaced, and no caller is refused meanwhile, wherever it is killed."""

import contextlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from local.platform import Platform
from local.template.parameters import AUTH_TOKEN, SURVEY_NUMBER
from tests.command import Done, switchboard
from tests.integration.survey.talk import message_sid, new_number
from tests.support import FORM, Caller
from tools.rotate import auth_token
from tools.rotate.auth_token import AuthTokenRotation
from tools.rotate.parameters import Parameters

CURRENT, PREVIOUS, STEP = ("twilio-auth-token", "twilio-auth-token-previous", "auth-token-rotation")


class Secrets:
    """The platform's secrets in SSM, and the command that rotates them."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        self.platform, self.caller = platform, caller
        self.load: Load | None = None
        self._ssm = platform.aws.client("ssm")

    def __call__(self, *words: str) -> Done:
        return switchboard("rotate", *words, "--local", "--port", urlsplit(self.platform.base_url).port)

    def pause(self, seconds: float) -> None:
        """Let time pass on the platform, once the webhooks that are under way have been answered."""
        if self.load:
            self.load.wait_for_answers()
        self.platform.clock.advance(seconds)

    def get(self, name: str) -> str:
        found = self._ssm.get_parameters(Names=[self._name(name)], WithDecryption=True)["Parameters"]
        return str(found[0]["Value"]) if found else ""

    def put(self, name: str, value: str) -> None:
        kind = "String" if name == STEP else "SecureString"
        self._ssm.put_parameter(Name=self._name(name), Value=value, Type=kind, Overwrite=True)

    def delete(self, *names: str) -> None:
        self._ssm.delete_parameters(Names=[self._name(name) for name in names])

    def _name(self, name: str) -> str:
        return f"/switchboard/local/{name}"

    @property
    def tokens(self) -> Any:
        return self.platform.stand_in.account.tokens


@pytest.fixture
def secrets(platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    """The secrets as they are at first, and again afterwards; waits take no time but the platform's."""
    secrets = Secrets(platform, caller)
    monkeypatch.setattr(auth_token, "_LONGEST_PAUSE", 10_000)
    monkeypatch.setattr(auth_token, "pause", secrets.pause)
    key = secrets.get("api-keys")
    yield secrets
    secrets.delete(PREVIOUS, STEP)
    secrets.put(CURRENT, AUTH_TOKEN)
    secrets.put("api-keys", key)
    secrets.tokens.primary, secrets.tokens.secondary = AUTH_TOKEN, ""
    platform.functions.recycle()


class Load:
    """Webhooks all the time, from several threads, each signed as Twilio signs at its moment."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._stopping = threading.Event()
        self.statuses: list[int] = []
        self.signers: set[str] = set()
        self._answers = [0, 0, 0]
        self._threads = [threading.Thread(target=self._send, args=(place,)) for place in range(3)]

    def wait_for_answers(self) -> None:
        """Wait until each thread has had the answer to a webhook that it has signed since."""
        before = list(self._answers)
        while any(now < then + 2 for now, then in zip(self._answers, before, strict=True)):
            assert all(thread.is_alive() for thread in self._threads)
            time.sleep(0.001)

    def __enter__(self) -> "Load":
        self._secrets.load = self
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._secrets.load = None
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _send(self, place: int) -> None:
        caller, number = self._secrets.caller, new_number()
        for _ in itertools.takewhile(lambda _: not self._stopping.is_set(), itertools.count()):
            form = {
                "AccountSid": self._secrets.platform.account_sid,
                "From": number,
                "To": SURVEY_NUMBER,
                "Body": "hello",
                "MessageSid": message_sid(),
            }
            signer = self._secrets.tokens.primary
            url = f"{self._secrets.platform.public_base_url}/sms/webhook"
            signature = RequestValidator(signer).compute_signature(url, form)
            headers = {"X-Twilio-Signature": signature, "Content-Type": FORM}
            answer = caller.send("POST", "/sms/webhook", urlencode(form).encode(), headers)
            self.statuses.append(answer.status)
            self.signers.add(signer)
            self._answers[place] += 1


def rotated(secrets: Secrets) -> bool:
    """Tell whether a new token is in place, and nothing of the rotation is left."""
    new = secrets.get(CURRENT)
    assert (secrets.get(PREVIOUS), secrets.get(STEP), secrets.tokens.secondary) == ("", "", "")
    assert secrets.tokens.primary == new
    return new != AUTH_TOKEN


def test_no_webhook_is_refused_while_the_auth_token_is_rotated(secrets: Secrets) -> None:
    with Load(secrets) as load:
        done = secrets("auth-token")
        load.wait_for_answers()
    assert (done.code, done.err) == (0, "")
    assert rotated(secrets)
    assert load.signers == {AUTH_TOKEN, secrets.get(CURRENT)}
    assert set(load.statuses) == {200}
    assert len(load.statuses) > 10
    for token in load.signers:
        assert token not in done.out


STEPS: list[tuple[Any, str, int]] = [
    *((Parameters, "set_step", call) for call in (1, 2, 3, 4)),
    *((Parameters, "put", call) for call in (1, 2)),
    *((Parameters, "delete", call) for call in (1, 2)),
    (auth_token, "pause", 1),
    (auth_token, "accepts_webhook", 1),
]


@contextlib.contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int, when: str) -> Iterator[None]:
    """Let a function be where the process ends, before or after what it does."""
    calls = itertools.count(1)
    original: Callable[..., Any] = getattr(place, name)

    def die(*arguments: Any) -> Any:
        is_fatal = next(calls) == call
        if is_fatal and when == "before":
            raise KeyboardInterrupt
        answer = original(*arguments)
        if is_fatal:
            raise KeyboardInterrupt
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(place, name, die)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("place", "name", "call"), STEPS, ids=lambda value: str(value).rpartition(".")[2])
def test_a_rotation_that_is_killed_anywhere_is_finished_by_the_next_run(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int, when: str
) -> None:
    with Load(secrets) as load:
        with killed(monkeypatch, place, name, call, when):
            assert secrets("auth-token").code != 0
        done = secrets("auth-token")
    assert (done.code, done.err) == (0, "")
    assert rotated(secrets)
    assert set(load.statuses) == {200}


def as_before(secrets: Secrets) -> bool:
    """Tell whether nothing of a rotation is left, and the old token is in its place."""
    tokens = secrets.tokens.primary, secrets.tokens.secondary
    return (secrets.get(CURRENT), secrets.get(PREVIOUS), secrets.get(STEP), *tokens) == (
        AUTH_TOKEN,
        "",
        "",
        AUTH_TOKEN,
        "",
    )


@pytest.mark.slow
@pytest.mark.parametrize(("place", "name", "call"), STEPS, ids=lambda value: str(value).rpartition(".")[2])
def test_a_rotation_that_is_killed_anywhere_is_abandoned_until_the_new_token_is_promoted(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int
) -> None:
    with Load(secrets) as load:
        with killed(monkeypatch, place, name, call, "after"):
            assert secrets("auth-token").code != 0
        is_promoted, step = secrets.tokens.primary != AUTH_TOKEN, secrets.get(STEP)
        done = secrets("auth-token", "--abort")
        load.wait_for_answers()
        if is_promoted:
            assert "there is no way back" in done.err or "nothing to abandon" in done.err
            assert secrets("auth-token").code == 0
            assert rotated(secrets)
        elif not step:
            assert "nothing to abandon" in done.err
        else:
            assert (done.code, done.err) == (0, "")
            assert AUTH_TOKEN not in done.out
        assert is_promoted or as_before(secrets)
    assert set(load.statuses) == {200}


ABORT_STEPS: list[tuple[Any, str, int]] = [
    *((Parameters, "set_step", call) for call in (1, 2)),
    (Parameters, "put", 1),
    *((Parameters, "delete", call) for call in (1, 2)),
    (auth_token, "pause", 1),
    (AuthTokenRotation, "_delete_secondary", 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "name", "call"), ABORT_STEPS, ids=lambda value: str(value).rpartition(".")[2]
)
def test_an_abort_that_is_killed_anywhere_is_finished_by_the_next_one(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int
) -> None:
    with killed(monkeypatch, auth_token, "accepts_webhook", 1, "before"):
        assert secrets("auth-token").code != 0
    with Load(secrets) as load:
        with killed(monkeypatch, place, name, call, "after"):
            assert secrets("auth-token", "--abort").code != 0
        if secrets.get(STEP):
            refused = secrets("auth-token")
            if "being abandoned" not in refused.err:
                assert refused.code == 0
                assert rotated(secrets)
                return
        done = secrets("auth-token", "--abort")
    assert done.code == 0 or "nothing to abandon" in done.err
    assert as_before(secrets)
    assert set(load.statuses) == {200}
    assert secrets("auth-token").code == 0
    assert rotated(secrets)


@pytest.mark.slow
def test_a_promotion_that_is_under_way_is_waited_for_before_a_rotation_is_abandoned(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    with killed(monkeypatch, AuthTokenRotation, "_promote", 1, "before"):
        assert secrets("auth-token").code != 0

    def pause(seconds: float) -> None:
        secrets.tokens.promote()
        secrets.pause(seconds)

    with Load(secrets) as load:
        with monkeypatch.context() as patched:
            patched.setattr(auth_token, "pause", pause)
            done = secrets("auth-token", "--abort")
        assert "there is no way back" in done.err
        assert secrets("auth-token").code == 0
        load.wait_for_answers()
    assert rotated(secrets)
    assert set(load.statuses) == {200}


def test_there_is_nothing_to_abandon_where_no_rotation_is_under_way(secrets: Secrets) -> None:
    done = secrets("auth-token", "--abort")
    assert (done.code, done.err) == (1, "no rotation is under way: there is nothing to abandon\n")
    refused = secrets("api-key", "--abort")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "/switchboard/local/api-keys has 1 key: there is nothing to finish or abandon\n"
    assert as_before(secrets)


@pytest.mark.parametrize("match", ["Secondary", "Promote"])
def test_a_rotation_whose_answer_from_twilio_got_lost_is_finished_by_the_next_run(
    secrets: Secrets, caller: Caller, match: str
) -> None:
    caller.local("POST", "/twilio/faults", {"match": match, "status": 200, "delaySeconds": 60})
    done = secrets("auth-token")
    assert (done.code, done.err.count("\n")) == (1, 1)
    caller.local("DELETE", "/twilio/faults")
    assert secrets.platform.wait_until_idle(30)
    assert secrets("auth-token").code == 0
    assert rotated(secrets)


def test_rest_requests_go_on_during_and_after_a_rotation(secrets: Secrets) -> None:
    assert secrets("auth-token").code == 0
    answer = secrets.caller.key_post("/sms/initiate-sms", {"To": new_number()})
    assert answer.status == 201, answer.text


def test_a_secondary_token_of_somebody_else_is_left_alone_unless_it_is_named(secrets: Secrets) -> None:
    theirs = secrets.tokens.create_secondary()
    refused = secrets("auth-token")
    assert refused.code == 1
    assert "--replace-secondary" in refused.err
    assert (secrets.get(CURRENT), secrets.get(PREVIOUS), secrets.get(STEP)) == (AUTH_TOKEN, "", "")
    assert secrets.tokens.secondary == theirs
    assert secrets("auth-token", "--replace-secondary").code == 0
    assert rotated(secrets)


def test_a_new_token_that_somebody_deletes_brings_the_old_one_back(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pause(seconds: float) -> None:
        secrets.tokens.delete_secondary()
        secrets.pause(seconds)

    monkeypatch.setattr(auth_token, "pause", pause)
    with Load(secrets) as load:
        done = secrets("auth-token")
    assert done.code == 1
    assert done.err.startswith("Twilio refuses the new token")
    assert (secrets.get(CURRENT), secrets.tokens.primary) == (AUTH_TOKEN, AUTH_TOKEN)
    assert set(load.statuses) == {200}


def test_a_rotation_does_not_begin_where_another_is_under_way_by_hand(secrets: Secrets) -> None:
    secrets.put(PREVIOUS, "0" * 32)
    refused = secrets("auth-token")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "holds another token" in refused.err
    assert secrets.tokens.secondary == ""


def test_both_api_keys_are_accepted_until_the_old_one_is_removed(secrets: Secrets) -> None:
    old = secrets.get("api-keys")
    done = secrets("api-key")
    assert done.code == 0
    assert secrets("api-key").code == 1
    first, new = secrets.get("api-keys").split(",")
    assert first == old
    assert new not in done.out
    assert secrets.platform.health()["apiKey"] == new
    secrets.platform.clock.advance(301)
    send = secrets.caller.send
    for key in (old, new):
        answer = send("GET", "/ivr-paths?limit=1", headers={"Authorization": f"Bearer {key}"})
        assert answer.status == 200
    assert secrets.caller.key_post("/sms/initiate-sms", {"To": new_number()}).status == 201
    refused = secrets("api-key", "--finish")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    secrets.platform.clock.advance(3700)
    assert secrets("api-key", "--finish").code == 0
    assert secrets.get("api-keys") == new
    assert secrets("api-key", "--finish").code == 1
    secrets.platform.clock.advance(301)
    for key, status in ((old, 403), (new, 200)):
        answer = send("GET", "/ivr-paths?limit=1", headers={"Authorization": f"Bearer {key}"})
        assert answer.status == status


@pytest.mark.slow
def test_a_new_api_key_is_taken_away_by_abort_unless_it_was_used(secrets: Secrets) -> None:
    old = secrets.get("api-keys")
    assert secrets("api-key").code == 0
    new = secrets.get("api-keys").split(",")[-1]
    secrets.platform.clock.advance(301)
    headers = {"Authorization": f"Bearer {new}", "Content-Type": "application/json"}
    body = json.dumps({"To": new_number()}).encode()
    assert secrets.caller.send("POST", "/sms/initiate-sms", body, headers).status == 201
    refused = secrets("api-key", "--abort")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert refused.err.startswith("the new key started something 0 minutes ago")
    assert secrets("api-key", "--abort", "--finish", "--yes").code == 1
    assert secrets("api-key", "--abort", "--yes").code == 0
    assert secrets.get("api-keys") == old
