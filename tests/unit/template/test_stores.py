"""What template.yaml promises of tables and buckets: protection, and what becomes of them."""

from typing import Any

import pytest

from local.template.document import Names, Template
from local.template.parameters import TEMPLATE_PARAMETERS
from tests.data.template import ROOT, resources

LOGGED = resources("AWS::S3::Bucket").keys() - {"AccessLogBucket"}


def buckets(**parameters: str) -> dict[str, dict[str, Any]]:
    """Return the buckets of a stack with these parameters, by logical ID."""
    template = Template(ROOT / "template.yaml", Names(stack="one"), {**TEMPLATE_PARAMETERS, **parameters})
    return {resource.logical_id: resource.properties for resource in template.of_type("AWS::S3::Bucket")}


@pytest.mark.parametrize("name", resources("AWS::DynamoDB::Table"))
def test_a_table_is_encrypted_on_demand_recoverable_and_protected_in_prod(name: str) -> None:
    table = resources("AWS::DynamoDB::Table")[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectsTables", True, False]}


@pytest.mark.parametrize("name", resources("AWS::S3::Bucket"))
def test_a_bucket_is_encrypted_private_versioned_and_refuses_plain_http(name: str) -> None:
    bucket = resources("AWS::S3::Bucket")[name]
    assert bucket["BucketEncryption"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    policies = [p for p in resources("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": name}]
    assert any(
        statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
    )


def test_access_to_buckets_is_logged_only_where_the_operator_wants_it() -> None:
    found = buckets()

    assert found.keys() == LOGGED
    assert not [name for name, bucket in found.items() if "LoggingConfiguration" in bucket]


def test_access_to_every_bucket_is_logged_to_one_that_is_not_logged_itself() -> None:
    found = buckets(BucketAccessLogs="true")

    logging = {name: bucket.get("LoggingConfiguration") for name, bucket in found.items()}
    assert logging.pop("AccessLogBucket") is None
    assert logging.keys() == LOGGED
    prefixes = {configuration["LogFilePrefix"] for configuration in logging.values() if configuration}
    assert len(prefixes) == len(LOGGED)
    destinations = {
        configuration["DestinationBucketName"] for configuration in logging.values() if configuration
    }
    assert destinations == {Names(stack="one").physical("AccessLogBucket", "AWS::S3::Bucket", {})}


def test_access_logs_are_encrypted_as_s3_delivers_them_and_expire() -> None:
    bucket = resources("AWS::S3::Bucket")["AccessLogBucket"]

    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == {"Ref": "LogRetentionDays"}
    assert "Prefix" not in rule


def test_only_s3_writes_access_logs_and_only_those_of_the_stacks_own_buckets() -> None:
    policy = resources("AWS::S3::BucketPolicy")["AccessLogBucketPolicy"]["PolicyDocument"]

    (allowed,) = (statement for statement in policy["Statement"] if statement["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert allowed["Action"] == "s3:PutObject"
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    sources = allowed["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert sorted(source["Fn::GetAtt"][0] for source in sources) == sorted(LOGGED)
