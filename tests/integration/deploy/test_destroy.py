"""``switchboard destroy``: what would be lost is shown, data is kept, and a kill is made good."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.data.template import TEMPLATE, resources
from tests.integration.deploy.aws import REGION, DeployAccount
from tests.integration.deploy.conftest import Operator
from tools import cli
from tools.destroy import command, data

pytestmark = pytest.mark.slow

SID = "AC" + "0123456789abcdef" * 2
STACK = "switchboard-dev"
TABLES = list(resources("AWS::DynamoDB::Table"))
BUCKETS = ["ConfigBucket", "IvrBucket", "VoicemailBucket"]


def name(logical_id: str) -> str:
    return f"{STACK}-{logical_id}".lower()


class Deployed:
    """A deployed stack with data in it, and the command that takes it down."""

    def __init__(self, account: DeployAccount, operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account, self.operator = account, operator
        for variable, value in {**operator.environment, "AWS_REGION": REGION}.items():
            monkeypatch.setenv(variable, value)
        done = operator.deploy(TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN="f" * 32)
        assert done.exit_code == 0, done.output
        stack = account.cloudformation.stacks[STACK]
        kinds = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"}
        made = {key: item for key, item in TEMPLATE["Resources"].items() if item["Type"] in kinds}
        del made["AccessLogBucket"]
        outputs = {
            "ApiUrl": "https://a.execute-api.eu-west-1.amazonaws.com",
            "ConfigBucketName": name("ConfigBucket"),
        }
        account.cloudformation.stacks[STACK] = replace(stack, resources=made, outputs=outputs)
        self._make()

    def _make(self) -> None:
        client = self.account.client
        for table in TABLES:
            client("dynamodb").create_table(
                TableName=name(table),
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
                DeletionProtectionEnabled=True,
            )
        client("dynamodb").put_item(TableName=name("Callbacks"), Item={"id": {"S": "1"}})
        for bucket in BUCKETS:
            where = {"LocationConstraint": REGION}
            client("s3").create_bucket(Bucket=name(bucket), CreateBucketConfiguration=where)
            enabled = {"Status": "Enabled"}
            client("s3").put_bucket_versioning(Bucket=name(bucket), VersioningConfiguration=enabled)
        for body in (b"{", b"{}"):
            client("s3").put_object(Bucket=name("ConfigBucket"), Key="survey-config.json", Body=body)
        client("s3").delete_object(Bucket=name("IvrBucket"), Key="gone")
        for queue in resources("AWS::SQS::Queue"):
            client("sqs").create_queue(QueueName=name(queue))

    def destroy(self, *words: str) -> Result:
        return CliRunner().invoke(cli.app, ["destroy", *words, "--profile", "dev"])

    @property
    def stack_stands(self) -> bool:
        return self.account.cloudformation.stacks[STACK].status != "DELETE_COMPLETE"

    def left(self) -> tuple[int, int, int]:
        """Return how many tables, buckets and secrets there are."""
        tables = self.account.client("dynamodb").list_tables()["TableNames"]
        buckets = self.account.client("s3").list_buckets()["Buckets"]
        return len(tables), len(buckets), len(self.account.secrets())


ALL = (len(TABLES), len(BUCKETS), 2)
NOTHING = (0, 0, 0)


@pytest.fixture
def deployed(
    account: DeployAccount, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployed]:
    return Deployed(account, operator, monkeypatch)


def test_what_would_be_lost_is_shown_and_nothing_is_changed(deployed: Deployed) -> None:
    done = deployed.destroy("--dry-run")
    assert done.exit_code == 0, done.output
    shown = dict(tuple(line.split("\t")[1:3]) for line in done.output.splitlines() if line.count("\t") == 3)
    assert set(TABLES) | set(BUCKETS) | set(resources("AWS::SQS::Queue")) <= set(shown)
    assert shown["Callbacks"].startswith("about 1 items")
    assert shown["ConfigBucket"].startswith("1 objects, 1 older versions")
    assert "/switchboard/dev/api-keys" in done.output
    assert {line.split("\t")[3] for line in done.output.splitlines() if line.startswith("table")} == {"stays"}
    assert (deployed.stack_stands, deployed.left()) == (True, ALL)


def test_what_would_be_lost_is_shown_as_json(deployed: Deployed) -> None:
    done = deployed.destroy("--dry-run", "--json")
    assert done.exit_code == 0, done.output
    shown = json.loads(done.output)
    assert (shown["stack"], shown["region"], shown["remainsOfEarlier"]) == (STACK, REGION, None)
    holdings = {one["logicalId"]: one for one in shown["holdings"]}
    assert set(TABLES) | set(BUCKETS) <= set(holdings)
    assert (holdings["ConfigBucket"]["kind"], holdings["ConfigBucket"]["remains"]) == ("bucket", True)
    assert holdings["ConfigBucket"]["holds"].startswith("1 objects, 1 older versions")
    lost = json.loads(deployed.destroy("--dry-run", "--json", "--delete-data").output)
    assert {one["remains"] for one in lost["holdings"]} == {False}
    assert deployed.destroy("--json").exit_code == 1
    assert deployed.destroy("--yes").exit_code == 0
    left = json.loads(deployed.destroy("--dry-run", "--json").output)
    assert (left["stack"], left["holdings"]) == (None, [])
    assert set(left["remainsOfEarlier"]["tables"]) == {name(table) for table in TABLES}


def test_nothing_is_changed_without_a_yes(deployed: Deployed) -> None:
    done = deployed.destroy("--delete-data")
    assert done.exit_code == 1
    assert done.output.endswith("there is no terminal to ask at: pass --yes\n")
    assert (deployed.stack_stands, deployed.left()) == (True, ALL)


def test_data_stays_and_is_deleted_later_by_the_list_of_what_remains(deployed: Deployed) -> None:
    done = deployed.destroy("--yes")
    assert done.exit_code == 0, done.output
    assert (deployed.stack_stands, deployed.left()) == (False, ALL)
    remains = json.loads((deployed.operator.folder / "dev-remains.json").read_text())
    assert set(remains["tables"]) == {name(table) for table in TABLES}
    assert name("ConfigBucket") in deployed.destroy().output
    assert deployed.left() == ALL
    later = deployed.destroy("--delete-data", "--yes")
    assert later.exit_code == 0, later.output
    assert deployed.left() == NOTHING
    assert list(deployed.operator.folder.iterdir()) == []
    assert deployed.destroy("--yes").exit_code == 1


def test_the_stack_of_a_profile_is_destroyed_by_its_name_as_by_the_profile(deployed: Deployed) -> None:
    done = deployed.destroy("--stack", STACK, "--yes")
    assert done.exit_code == 0, done.output
    assert (deployed.stack_stands, deployed.left()) == (False, ALL)
    later = deployed.destroy("--delete-data", "--yes")
    assert later.exit_code == 0, later.output
    assert deployed.left() == NOTHING
    gone = deployed.destroy("--stack", STACK)
    assert gone.exit_code == 1
    assert gone.output == f"{STACK}: there is no such stack, and nothing is known to remain of one\n"


def test_a_stack_of_another_name_is_destroyed_and_answers_of_profiles_are_kept(deployed: Deployed) -> None:
    stacks = deployed.account.cloudformation.stacks
    stacks["clinic"] = replace(stacks.pop(STACK), name="clinic", resources={})
    done = deployed.destroy("--stack", "clinic", "--yes")
    assert done.exit_code == 0, done.output
    assert stacks["clinic"].status == "DELETE_COMPLETE"
    assert deployed.destroy("--delete-data", "--yes").exit_code == 1, "the profile dev has no stack"
    assert len(deployed.account.secrets()) == 2
    later = deployed.destroy("--stack", "clinic", "--delete-data", "--yes")
    assert later.exit_code == 0, later.output
    assert len(deployed.account.secrets()) == 0
    assert [path.name for path in deployed.operator.folder.iterdir()] == ["dev.toml"]


def test_everything_is_deleted_where_that_is_asked_for(deployed: Deployed) -> None:
    done = deployed.destroy("--delete-data", "--yes")
    assert done.exit_code == 0, done.output
    assert (deployed.stack_stands, deployed.left()) == (False, NOTHING)
    assert done.output.endswith("Nothing remains.\n")


@pytest.mark.parametrize(
    ("place", "step"),
    [
        (command, "_unconfigure"),
        (command, "_note"),
        (command, "_delete_stack"),
        (data, "_delete_table"),
        (data, "_delete_bucket"),
    ],
    ids=lambda value: str(value).rpartition(".")[2],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_killed_anywhere_is_finished_by_the_same_command(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, place: Any, step: str, when: str
) -> None:
    original = getattr(place, step)

    def die(*arguments: Any) -> None:
        if when == "after":
            original(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(place, step, die)
        assert deployed.destroy("--delete-data", "--yes").exit_code != 0
    done = deployed.destroy("--delete-data", "--yes")
    assert done.exit_code == 0, done.output
    assert (deployed.stack_stands, deployed.left()) == (False, NOTHING)


def test_settings_at_twilio_are_put_back_before_anything_is_deleted(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.configure import course

    seen: list[tuple[bool, tuple[int, int, int]]] = []
    original = course.prepare_undo

    def prepare(*arguments: Any, **options: Any) -> Any:
        seen.append((deployed.stack_stands, deployed.left()))
        return original(*arguments, **options)

    monkeypatch.setattr(course, "prepare_undo", prepare)
    assert deployed.destroy("--delete-data", "--yes").exit_code == 0
    assert seen == [(True, ALL)]
