"""From a script to what Flex loads, beside the plugins of others, and back."""

import hashlib
import json

import pytest

from local.template.parameters import AUTH_TOKEN
from tests.integration.flex_plugin.conftest import NAME, OTHER, FlexAccount


def sha256(text: str) -> str:
    return hashlib.sha256(f"{text}();".encode()).hexdigest()


def test_a_plan_names_every_change_and_makes_none(flex: FlexAccount) -> None:
    before = flex.store.dump()
    done = flex.run("deploy", "--dry-run", "--script", flex.script("one"))
    assert (done.code, done.err) == (0, "")
    for named in (
        "Serverless service default",
        f"environment {NAME}",
        f"upload of /plugins/{NAME}/1.0.0/bundle.js",
        "version 1.0.0 of the plugin",
        "release of this configuration",
        f"Flex loads {NAME}: none -> 1.0.0",
        f"others, which stay: {OTHER} 1.0.0",
    ):
        assert named in done.out
    assert flex.store.dump() == before
    assert flex.posts() == []


def test_without_a_terminal_nothing_is_done_unless_yes_is_passed(flex: FlexAccount) -> None:
    done = flex.run("deploy", "--script", flex.script("one"))
    assert (done.code, done.err) == (
        1,
        "there is no terminal to ask at: pass --yes to make these changes\n",
    )
    assert flex.run("deploy", "--json", "--script", flex.script("one")).code == 1
    assert flex.posts() == []


def test_an_operator_who_declines_changes_nothing(flex: FlexAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.flex_plugin.command.is_interactive", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda _: False)
    assert "Nothing was changed." in flex.run("deploy", "--script", flex.script("one")).out
    assert flex.posts() == []


def test_flex_loads_a_deployed_script_beside_the_plugins_of_others(flex: FlexAccount) -> None:
    flex.deploy("one")
    assert flex.loads() == {NAME: ("1.0.0", sha256("one")), OTHER: ("1.0.0", "")}
    (service,) = flex.store.of("services")
    assert flex.stand_in.settings.flex_configuration["serverless_service_sids"] == [service["sid"]]


def test_a_script_that_is_released_already_changes_nothing(flex: FlexAccount) -> None:
    flex.deploy("one")
    flex.stand_in.request_log.clear()
    assert "nothing to change" in flex.deploy("one").out
    assert flex.posts() == []


def test_another_script_gets_the_next_number_and_the_older_one_stays_where_it_is(flex: FlexAccount) -> None:
    flex.deploy("one")
    plan = json.loads(flex.deploy("two", "--json").out)
    assert (plan["from"], plan["to"], plan["others"]) == ("1.0.0", "1.0.1", {OTHER: "1.0.0"})
    assert flex.loads()[NAME] == ("1.0.1", sha256("two"))
    urls = {one["version"]: one["url"] for one in flex.status()["versions"]}
    assert flex.served(urls["1.0.0"])["sha256"] == sha256("one")
    assert len(flex.store.of("services")) == len(flex.store.of("environments")) == 1


def test_the_service_that_flex_loads_plugins_from_is_used(flex: FlexAccount) -> None:
    service = flex.store.add(
        "services", "ZS", unique_name="plugins", friendly_name="Plugins", domain_base="plugins-1"
    )
    flex.stand_in.settings.flex_configuration["serverless_service_sids"] = ["ZS" + "0" * 32, service["sid"]]
    done = flex.deploy("one")
    assert "Serverless service" not in done.out
    assert "Flex's permission" not in done.out
    assert flex.status()["domain"] == "plugins-1-switchboard.twil.io"


def test_a_script_that_had_a_version_before_is_released_by_it_again(flex: FlexAccount) -> None:
    flex.deploy("one")
    flex.deploy("two")
    done = flex.deploy("one")
    assert "upload" not in done.out
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))


def test_a_release_that_another_makes_meanwhile_is_not_replaced(
    flex: FlexAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def proceed(**_: bool) -> bool:
        flex.release_other("2.0.0")
        return True

    with monkeypatch.context() as patched:
        patched.setattr("tools.flex_plugin.command.may_proceed", proceed)
        done = flex.run("deploy", "--yes", "--script", flex.script("one"))
    assert done.code == 1
    assert "was made since the plan: run the command again" in done.err
    assert flex.loads() == {OTHER: ("2.0.0", "")}
    flex.deploy("one")
    assert flex.loads() == {NAME: ("1.0.0", sha256("one")), OTHER: ("2.0.0", "")}


def test_a_number_that_another_operator_takes_meanwhile_is_not_released_with_the_wrong_script(
    flex: FlexAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def proceed(**_: bool) -> bool:
        with monkeypatch.context() as unpatched:
            unpatched.setattr("tools.flex_plugin.command.may_proceed", lambda **_: True)
            flex.deploy("theirs")
        return True

    with monkeypatch.context() as patched:
        patched.setattr("tools.flex_plugin.command.may_proceed", proceed)
        done = flex.run("deploy", "--yes", "--script", flex.script("mine"))
    assert done.code == 1
    assert "run the command again" in done.err
    assert flex.loads()[NAME] == ("1.0.0", sha256("theirs"))
    flex.deploy("mine")
    assert flex.loads()[NAME] == ("1.0.1", sha256("mine"))


def test_a_build_that_fails_is_made_anew_by_the_next_run(
    flex: FlexAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = flex.store.add
    with monkeypatch.context() as patched:
        patched.setattr(
            flex.store,
            "add",
            lambda kind, prefix, **fields: add(
                kind, prefix, **(fields | ({"status": "failed"} if kind == "builds" else {}))
            ),
        )
        done = flex.run("deploy", "--yes", "--script", flex.script("one"))
    assert done.code == 1
    assert "is failed: run the command again" in done.err
    assert NAME not in flex.loads()
    flex.deploy("one")
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))


def test_an_environment_with_functions_is_left_alone(flex: FlexAccount) -> None:
    flex.deploy("one")
    (build,) = flex.store.of("builds")
    flex.store.change(build, function_versions=[{"sid": "ZN" + "1" * 32, "path": "/hook"}])
    done = flex.run("deploy", "--yes", "--script", flex.script("two"))
    assert (done.code, done.err) == (1, f"environment {NAME} has functions: they are not this command's\n")
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))


def test_what_is_hosted_no_more_is_told_by_status_and_mended_by_deploy(flex: FlexAccount) -> None:
    flex.deploy("one")
    (environment,) = flex.store.of("environments")
    flex.store.change(environment, build_sid=None)
    done = flex.run("status")
    assert done.code == 1
    assert "HOSTED NO MORE" in done.out
    assert "run `switchboard flex-plugin deploy`" in done.err
    flex.deploy("one")
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))
    assert flex.run("status").code == 0


def test_a_version_that_was_archived_is_not_released_again(flex: FlexAccount) -> None:
    flex.deploy("one")
    flex.deploy("two")
    (version,) = flex.store.of("versions", version="1.0.0", changelog=f"sha256 {sha256('one')}")
    flex.store.change(version, archived=True)
    assert flex.run("rollback", "--yes").err == f"version 1.0.0 of {NAME} is archived\n"
    flex.deploy("one")
    assert flex.loads()[NAME] == ("1.0.2", sha256("one"))


@pytest.mark.parametrize("content", [None, b"", b" \n"])
def test_a_script_that_cannot_be_loaded_is_refused(flex: FlexAccount, content: bytes | None) -> None:
    path = flex.root / "script.js"
    if content is not None:
        path.write_bytes(content)
    done = flex.run("deploy", "--yes", "--script", str(path))
    assert done.code == 1
    assert done.err.startswith(f"{path}: ")
    assert flex.posts() == []


def test_what_twilio_refuses_is_said_in_one_line(flex: FlexAccount) -> None:
    big = flex.root / "big.js"
    big.write_bytes(b"x" * (25 * 1024 * 1024 + 1))
    done = flex.run("deploy", "--yes", "--script", str(big))
    assert done.code == 1
    assert done.err.startswith("Twilio refuses (")
    assert NAME not in flex.loads()


def test_a_token_from_the_environment_is_used_and_never_shown(
    flex: FlexAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssm = flex.platform.aws.client("ssm")
    name = "/switchboard/local/twilio-auth-token"
    ssm.delete_parameters(Names=[name])
    try:
        assert (
            flex.run("status").err
            == f"{name} is missing in SSM: set TWILIO_AUTH_TOKEN, or pass --auth-token-stdin\n"
        )
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", "f" * 32)
        refused = flex.run("deploy", "--yes", "--script", flex.script("one"))
        assert refused.code == 1
        assert "f" * 32 not in refused.out + refused.err
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
        done = flex.deploy("one")
        assert AUTH_TOKEN not in done.out
    finally:
        ssm.put_parameter(Name=name, Value=AUTH_TOKEN, Type="SecureString", Overwrite=True)
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))


def test_status_tells_what_is_released_where(flex: FlexAccount) -> None:
    nothing = flex.run("status")
    assert nothing.code == 0
    assert f"Flex loads {OTHER} 1.0.0" in nothing.out
    assert f"{NAME} is not hosted by Twilio" in nothing.out
    flex.deploy("one")
    flex.deploy("two")
    flex.rollback()
    state = flex.status()
    assert state["loads"] == {NAME: "1.0.0", OTHER: "1.0.0"}
    assert state["configuration"] == f"{NAME} back to 1.0.0"
    found = {one["version"]: (one["sha256"], one["released"], one["hosted"]) for one in state["versions"]}
    assert found == {"1.0.0": (sha256("one"), True, True), "1.0.1": (sha256("two"), False, True)}
    assert f"1.0.0      {sha256('one')[:16]}, released" in flex.run("status").out


def test_the_way_back_is_the_version_before_and_goes_one_version(flex: FlexAccount) -> None:
    flex.deploy("one")
    flex.deploy("two")
    flex.release_other("2.0.0")
    assert f"Flex loads {NAME}: 1.0.1 -> 1.0.0" in flex.rollback().out
    back = {NAME: ("1.0.0", sha256("one")), OTHER: ("2.0.0", "")}
    assert flex.loads() == back
    assert "nothing to change" in flex.rollback().out
    assert flex.loads() == back


def test_the_way_back_from_the_first_version_is_none(flex: FlexAccount) -> None:
    flex.deploy("one")
    flex.rollback()
    assert flex.loads() == {OTHER: ("1.0.0", "")}
    flex.deploy("one")
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))
    flex.rollback()
    assert flex.loads() == {OTHER: ("1.0.0", "")}


def test_an_older_version_is_put_back_by_its_number(flex: FlexAccount) -> None:
    for text in ("one", "two", "three"):
        flex.deploy(text)
    flex.rollback("--to", "1.0.0")
    assert flex.loads()[NAME] == ("1.0.0", sha256("one"))
    flex.rollback("--to", "none")
    assert flex.loads() == {OTHER: ("1.0.0", "")}
    unknown = flex.run("rollback", "--yes", "--to", "9.9.9")
    assert unknown.err == f"version 9.9.9 of {NAME} is not at Twilio: see `switchboard flex-plugin status`\n"


def test_there_is_no_way_back_where_flex_never_loaded_the_plugin(flex: FlexAccount) -> None:
    done = flex.run("rollback", "--yes")
    assert (done.code, done.out) == (1, "")
    assert done.err == f"Flex does not load {NAME}: pass --to with the version that it should load\n"
