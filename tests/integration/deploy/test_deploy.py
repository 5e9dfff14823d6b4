"""What the command asks, keeps, refuses and does, without a terminal."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.integration.deploy.aws import DeployAccount
from tests.integration.deploy.conftest import Operator
from tests.integration.deploy.stacks import Stack

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2


def stack(account: DeployAccount, name: str = "switchboard-dev") -> Stack:
    return account.cloudformation.stacks[name]


def kept(operator: Operator, profile: str = "dev") -> dict[str, Any]:
    return tomllib.loads((operator.folder / f"{profile}.toml").read_text())


def everything_on_disk(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


def test_missing_answers_are_named_before_anything_is_changed(
    account: DeployAccount, operator: Operator
) -> None:
    done = operator.deploy()
    assert done.exit_code == 1
    assert (
        "TwilioAccountSid is missing: set TWILIO_ACCOUNT_SID, or pass --set TwilioAccountSid=" in done.output
    )
    assert not account.cloudformation.stacks
    assert not account.secrets()


def test_without_the_auth_token_the_stack_is_deployed_and_the_open_steps_are_named(
    account: DeployAccount, operator: Operator
) -> None:
    done = operator.deploy(TWILIO_ACCOUNT_SID=SID)
    assert done.exit_code == 0, done.output
    assert "The auth token is not in SSM" in done.output
    done = operator.deploy(TWILIO_AUTH_TOKEN=TOKEN)
    assert "The auth token is not in SSM" not in done.output
    assert account.secrets()["/switchboard/dev/twilio-auth-token"] == TOKEN


def test_existing_secrets_are_kept(account: DeployAccount, operator: Operator) -> None:
    for name, value in (("twilio-auth-token", "kept"), ("api-keys", "mine")):
        account.client("ssm").put_parameter(Name=f"/switchboard/dev/{name}", Value=value, Type="SecureString")
    assert operator.deploy(TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN=TOKEN).exit_code == 0
    assert set(account.secrets().values()) == {"kept", "mine"}


def test_a_parameter_that_was_set_is_kept_by_the_next_deployment(
    account: DeployAccount, operator: Operator
) -> None:
    odd = "https://flex.twilio.com,https://desk.example.com"
    first = operator.deploy(
        "--set", f"AllowedOrigins={odd}", "--set", "MachineDetection=", TWILIO_ACCOUNT_SID=SID
    )
    assert first.exit_code == 0, first.output
    assert operator.deploy("--set", "SessionSeconds=7200").exit_code == 0
    values = stack(account).values
    assert (values["AllowedOrigins"], values["MachineDetection"], values["SessionSeconds"]) == (
        odd,
        "",
        "7200",
    )
    assert kept(operator)["parameters"] == {
        "AllowedOrigins": odd,
        "MachineDetection": "",
        "SessionSeconds": "7200",
        "TwilioAccountSid": SID,
    }


def test_all_invalid_parameters_are_refused_before_anything_is_changed(
    account: DeployAccount, operator: Operator
) -> None:
    wrong = {
        "SesionSeconds=60": "SesionSeconds is no parameter of the template",
        "SessionSeconds=soon": "SessionSeconds must be a number",
        "ConfigCacheSeconds=-1": "ConfigCacheSeconds must be at least 0",
        "StartOnInbound=maybe": "StartOnInbound must be one of true, false",
        "CallerId=0555": "CallerId must look like",
        "ForwardSecret=x": "ForwardSecret is a secret and not kept: set the environment variable "
        "FORWARD_SECRET",
    }
    done = operator.deploy(*(part for item in wrong for part in ("--set", item)), TWILIO_ACCOUNT_SID=SID)
    assert done.exit_code == 1
    for message in wrong.values():
        assert message in done.output
    assert not account.cloudformation.stacks


def test_a_forwarding_secret_is_passed_to_the_stack_only(account: DeployAccount, operator: Operator) -> None:
    forward = ("--set", "ForwardUrl=https://desk.example.com/paths")
    refused = operator.deploy(*forward, TWILIO_ACCOUNT_SID=SID)
    assert "ForwardSecret is missing: ForwardUrl needs it, set FORWARD_SECRET" in refused.output
    done = operator.deploy(*forward, TWILIO_ACCOUNT_SID=SID, FORWARD_SECRET="hush-hush")
    assert done.exit_code == 0, done.output
    assert stack(account).values["ForwardSecret"] == "hush-hush"
    assert "hush-hush" not in done.output + everything_on_disk(operator.home)
    assert operator.deploy("--set", "SessionSeconds=7200").exit_code == 0
    assert stack(account).values["ForwardSecret"] == "hush-hush"


def test_another_machine_continues_with_the_deployed_stack(
    account: DeployAccount, operator: Operator
) -> None:
    assert operator.deploy("--set", "SessionSeconds=7200", TWILIO_ACCOUNT_SID=SID).exit_code == 0
    before = stack(account).values
    (operator.folder / "dev.toml").unlink()
    done = operator.deploy()
    assert done.exit_code == 0, done.output
    assert stack(account).values == before
    assert kept(operator)["parameters"] == {"SessionSeconds": "7200", "TwilioAccountSid": SID}


def test_a_changed_region_makes_a_second_stack_only_on_request(
    account: DeployAccount, operator: Operator
) -> None:
    config = operator.home / "config"
    config.write_text("[default]\nregion = ap-southeast-2\n")
    del operator.environment["AWS_DEFAULT_REGION"]
    missing = operator.deploy(TWILIO_ACCOUNT_SID=SID)
    assert "region is missing" in missing.output
    done = operator.deploy(TWILIO_ACCOUNT_SID=SID, AWS_CONFIG_FILE=str(config))
    assert done.exit_code == 0, done.output
    assert account.regions == {"ap-southeast-2"}
    assert kept(operator)["region"] == "ap-southeast-2"
    moved = operator.deploy(AWS_REGION="us-west-2")
    assert moved.exit_code == 1
    assert "was deployed to ap-southeast-2, but your configuration names us-west-2" in moved.output


def test_the_tables_of_prod_are_protected_once_the_stack_exists(
    account: DeployAccount, operator: Operator
) -> None:
    assert operator.deploy("--profile", "prod", TWILIO_ACCOUNT_SID=SID).exit_code == 0
    executed = [values for name, values in account.cloudformation.history if name == "switchboard-prod"]
    assert [values["ProtectTables"] for values in executed] == ["false", "true"]


def test_prod_starts_functions_from_snapshots_and_dev_does_not(
    account: DeployAccount, operator: Operator
) -> None:
    for profile in ("dev", "prod"):
        assert operator.deploy("--profile", profile, TWILIO_ACCOUNT_SID=SID).exit_code == 0
    assert stack(account, "switchboard-dev").values["SnapStart"] == "false"
    assert stack(account, "switchboard-prod").values["SnapStart"] == "true"


def test_every_profile_has_its_own_stack_and_stage(account: DeployAccount, operator: Operator) -> None:
    assert operator.deploy(TWILIO_ACCOUNT_SID=SID).exit_code == 0
    done = operator.deploy("--profile", "brand-two", TWILIO_ACCOUNT_SID=SID)
    assert done.exit_code == 0, done.output
    assert stack(account, "switchboard-brand-two").values["Stage"] == "brand-two"
    assert operator.deploy("--profile", "Brand Two", TWILIO_ACCOUNT_SID=SID).exit_code == 1


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_that_cannot_be_updated_is_named_with_what_to_do(
    account: DeployAccount, operator: Operator, status: str
) -> None:
    account.cloudformation.stacks["switchboard-dev"] = Stack("switchboard-dev", status)
    done = operator.deploy(TWILIO_ACCOUNT_SID=SID)
    assert done.exit_code == 1
    assert status in done.output


def test_a_file_of_answers_that_cannot_be_read_is_named(operator: Operator) -> None:
    operator.folder.mkdir()
    (operator.folder / "dev.toml").write_text("region = eu-west-1\n")
    done = operator.deploy()
    assert done.exit_code == 1
    assert "dev.toml cannot be read" in done.output


def test_missing_credentials_are_an_error_that_says_how_to_log_in(operator: Operator) -> None:
    del operator.environment["AWS_ACCESS_KEY_ID"]
    done = operator.deploy(TWILIO_ACCOUNT_SID=SID)
    assert done.exit_code == 1
    assert "Log in first" in done.output
    assert "Traceback" not in done.output
