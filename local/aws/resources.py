"""Creating the template's tables, buckets, queues, buses and parameters in the AWS stand-in."""

import json
from typing import Any

from local.aws.moto_server import Aws
from local.aws.operator_services import StackDescription
from local.template import parameters
from local.template.application import Application
from local.template.document import Resource, Template

_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)


def make_resources(application: Application, aws: Aws) -> None:
    """Create every resource that the functions expect to exist.

    Parameters
    ----------
    application
        What the template describes.
    aws
        The AWS stand-in, started.
    """
    template = application.template
    aws.serve("cloudformation", StackDescription(template))
    for resource in template.of_type("AWS::DynamoDB::Table"):
        _make_table(resource, template, aws)
    for resource in template.of_type("AWS::S3::Bucket"):
        _make_bucket(resource, template, aws)
    _make_queues(template, aws)
    for resource in template.of_type("AWS::Events::EventBus"):
        aws.client("events").create_event_bus(Name=template.name_of(resource))
    _make_rules(application, aws)
    _make_secrets(application, aws)
    for resource in template.of_type("AWS::SSM::Parameter"):
        aws.client("ssm").put_parameter(
            Name=template.name_of(resource),
            Value=str(resource.properties["Value"]),
            Type=resource.properties["Type"],
        )


def _make_table(resource: Resource, template: Template, aws: Aws) -> None:
    client = aws.client("dynamodb")
    name = template.name_of(resource)
    settings = {key: resource.properties[key] for key in _TABLE_PROPERTIES if key in resource.properties}
    if "StreamSpecification" in settings:
        settings["StreamSpecification"] = {**settings["StreamSpecification"], "StreamEnabled": True}
    client.create_table(TableName=name, **settings)
    expiry = resource.properties.get("TimeToLiveSpecification")
    if expiry and expiry.get("Enabled", True):
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry["AttributeName"]},
        )


def _make_bucket(resource: Resource, template: Template, aws: Aws) -> None:
    client = aws.client("s3")
    name = template.name_of(resource)
    client.create_bucket(Bucket=name)
    versioning = resource.properties.get("VersioningConfiguration")
    if versioning:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning["Status"]})


_QUEUE_ATTRIBUTES = (
    "DelaySeconds",
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "MaximumMessageSize",
    "FifoQueue",
    "ContentBasedDeduplication",
)


def _make_queues(template: Template, aws: Aws) -> None:
    client = aws.client("sqs")
    redrive: dict[str, Any] = {}
    for resource in template.of_type("AWS::SQS::Queue"):
        attributes = {
            key: str(resource.properties[key]) for key in _QUEUE_ATTRIBUTES if key in resource.properties
        }
        url = client.create_queue(QueueName=template.name_of(resource), Attributes=attributes)["QueueUrl"]
        if "RedrivePolicy" in resource.properties:
            redrive[url] = resource.properties["RedrivePolicy"]
    # In a second round: a queue may come before its dead-letter queue.
    for url, policy in redrive.items():
        client.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(policy)})


def _make_rules(application: Application, aws: Aws) -> None:
    """Create the rules with the targets that moto itself delivers to; ``local.aws.bus`` serves the others."""
    client = aws.client("events")
    for rule in application.rules:
        client.put_rule(
            Name=rule.name,
            EventBusName=rule.bus,
            EventPattern=json.dumps(rule.pattern),
            State="ENABLED" if rule.enabled else "DISABLED",
        )
        queues = [
            {"Id": f"target-{index}", "Arn": target.arn, **target.input}
            for index, target in enumerate(rule.targets)
            if ":sqs:" in target.arn
        ]
        if queues:
            client.put_targets(Rule=rule.name, EventBusName=rule.bus, Targets=queues)


def newest_api_key(application: Application, aws: Aws) -> str:
    """Return the API key that was made last; a rotation stores it behind the one that it replaces."""
    names = (one.environment.get("API_KEYS_PARAMETER") for one in application.functions.values())
    for name in filter(None, names):
        answer = aws.client("ssm").get_parameters(Names=[name], WithDecryption=True)
        for parameter in answer["Parameters"]:
            return str(parameter["Value"]).rpartition(",")[2].strip()
    return parameters.API_KEY


def _make_secrets(application: Application, aws: Aws) -> None:
    """Store each secret under every SSM name that a function's environment gives for it."""
    client = aws.client("ssm")
    secrets = {
        function.environment[variable]: value
        for function in application.functions.values()
        for variable, value in parameters.SECRETS.items()
        if variable in function.environment
    }
    for name, value in secrets.items():
        client.put_parameter(Name=name, Value=value, Type="SecureString")
