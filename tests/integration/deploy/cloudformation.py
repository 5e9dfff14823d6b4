"""CloudFormation, as far as a deployment speaks to it: change sets, stacks, events, and what it refuses."""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from local.template.document import parse_template
from local.template.intrinsics import Intrinsics
from tests.integration.deploy.stacks import ACCOUNT_ID, ChangeSet, Refused, Stack, checked_values, expand

_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
_NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)
_UPLOADS = "aws-sam-cli-managed-default"  # SAM CLI's own stack, with the bucket that code goes to


class CloudFormation:
    """The service in one region of one account.

    Attributes
    ----------
    failing
        The logical ID of a resource that cannot be created; empty lets all succeed.
    left_behind
        What rollbacks could not delete.
    history
        Each change that was executed: the stack's name, and the values of its parameters.
    """

    def __init__(
        self, read: Callable[[str, str], bytes], make_bucket: Callable[[str], None], region: str
    ) -> None:
        self._read, self._make_bucket, self._region = read, make_bucket, region
        self.stacks: dict[str, Stack] = {}
        self.failing = ""
        self.left_behind: list[str] = []
        self.history: list[tuple[str, Mapping[str, str]]] = []
        self._latest = 0.0

    def put_stack(self, name: str, template: Mapping[str, Any], values: Mapping[str, str]) -> None:
        """Let a stack stand without its resources."""
        chosen = {**self.stacks.get(name, Stack(name)).values, **values}
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in chosen.items()]
        complete = checked_values(template, given, {})
        self.stacks[name] = Stack(name, "CREATE_COMPLETE", values=complete, template=template)
        self.history.append((name, complete))

    def answer(self, form: Mapping[str, str]) -> tuple[int, str]:
        """Answer one request of the query API."""
        action = form["Action"]
        operation = {
            "CreateChangeSet": self._create_change_set,
            "DeleteChangeSet": self._delete_change_set,
            "DeleteStack": self._delete_stack,
            "DescribeChangeSet": self._describe_change_set,
            "DescribeStackEvents": self._describe_stack_events,
            "DescribeStacks": self._describe_stacks,
            "ExecuteChangeSet": self._execute_change_set,
            "GetTemplateSummary": self._get_template_summary,
            "ListChangeSets": self._list_change_sets,
            "ListStackResources": self._list_stack_resources,
        }[action]
        try:
            result = operation(form)
        except Refused as refused:
            error = (
                f"<Type>Sender</Type><Code>ValidationError</Code><Message>{escape(str(refused))}</Message>"
            )
            return 400, f'<ErrorResponse xmlns="{_NAMESPACE}"><Error>{error}</Error></ErrorResponse>'
        return 200, (
            f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}</{action}Result>'
            f"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
        )

    def _stack(self, name: str) -> Stack:
        for stack in self.stacks.values():
            if name in {stack.name, stack.id} and stack.status != "DELETE_COMPLETE":
                return stack
            if name == stack.id:
                return stack
        raise Refused(f"Stack with id {name} does not exist")

    def _create_change_set(self, form: Mapping[str, str]) -> str:
        name, kind = form["StackName"], form["ChangeSetType"]
        known = self.stacks.get(name)
        exists = known is not None and known.status not in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}
        if kind == "CREATE" and exists:
            raise Refused(f"Stack {name} already exists and cannot be created again")
        if kind == "UPDATE" and not exists:
            raise Refused(f"Stack [{name}] does not exist")
        if known and exists and known.status.endswith("ROLLBACK_COMPLETE") and "UPDATE" not in known.status:
            raise Refused(f"Stack:{known.id} is in {known.status} state and can not be updated.")
        if not known or not exists:
            known = self.stacks[name] = Stack(name)
            self._tell(known, name, "AWS::CloudFormation::Stack", known.status)
        template = parse_template(self._template(form))
        values = checked_values(template, _members(form, "Parameters"), known.values)
        resources = self._expanded(template, values)
        if "CAPABILITY_IAM" not in form.values():
            raise Refused("Requires capabilities : [CAPABILITY_IAM]")
        self._check_code(resources)
        given = {item["Key"]: item["Value"] for item in _members(form, "Tags")}
        before = {key: [known.resources[key], dict(known.values)] for key in known.resources}
        changes = [
            ("Add" if key not in before else "Modify", key, resource["Type"])
            for key, resource in resources.items()
            if key not in before or before[key] != [resource, values]
        ]
        changes += [("Remove", key, known.resources[key]["Type"]) for key in before if key not in resources]
        change = ChangeSet(form["ChangeSetName"], template, resources, values, changes, given)
        known.change_sets[change.name] = change
        return f"<Id>{_change_set_id(change.name)}</Id><StackId>{known.id}</StackId>"

    def _template(self, form: Mapping[str, str]) -> str:
        if "TemplateBody" in form:
            return form["TemplateBody"]
        bucket, _, key = form["TemplateURL"].split("://", 1)[1].partition("/")[2].partition("/")
        return self._read(bucket, key).decode()

    def _expanded(self, template: Mapping[str, Any], values: Mapping[str, str]) -> Mapping[str, Any]:
        if "Transform" not in template:
            found: Mapping[str, Any] = template["Resources"]
            return found
        return expand(json.dumps(template), tuple(values.items()), self._region)

    def _check_code(self, resources: Mapping[str, Any]) -> None:
        for resource in resources.values():
            code = resource.get("Properties", {})
            for place in (code.get("Code"), code.get("Content")):
                if isinstance(place, Mapping) and "S3Key" in place:
                    self._read(place["S3Bucket"], place["S3Key"])

    def _describe_change_set(self, form: Mapping[str, str]) -> str:
        stack = self._stack(form["StackName"])
        change = stack.change_sets[form["ChangeSetName"].rpartition("/")[2]]
        members = [
            f"<Type>Resource</Type><ResourceChange><Action>{action}</Action><LogicalResourceId>{name}"
            f"</LogicalResourceId><ResourceType>{kind}</ResourceType></ResourceChange>"
            for action, name, kind in change.changes
        ]
        reason = "" if change.changes else f"<StatusReason>{escape(_NO_CHANGES)}</StatusReason>"
        return (
            f"<ChangeSetName>{change.name}</ChangeSetName><Status>{change.status}</Status>{reason}"
            f"<StackName>{stack.name}</StackName><Changes>{_list(members)}</Changes>"
        )

    def _list_change_sets(self, form: Mapping[str, str]) -> str:
        members = [
            f"<ChangeSetName>{name}</ChangeSetName><ExecutionStatus>"
            f"{'AVAILABLE' if change.changes else 'UNAVAILABLE'}</ExecutionStatus>"
            for name, change in self._stack(form["StackName"]).change_sets.items()
        ]
        return f"<Summaries>{_list(members)}</Summaries>"

    def _delete_change_set(self, form: Mapping[str, str]) -> str:
        del self._stack(form["StackName"]).change_sets[form["ChangeSetName"]]
        return ""

    def _execute_change_set(self, form: Mapping[str, str]) -> str:
        stack = self._stack(form["StackName"])
        change = stack.change_sets[form["ChangeSetName"].rpartition("/")[2]]
        stack.change_sets = {change.name: replace(change, changes=[])}
        verb = "UPDATE" if stack.resources else "CREATE"
        self.history.append((stack.name, change.values))
        self._tell(stack, stack.name, "AWS::CloudFormation::Stack", f"{verb}_IN_PROGRESS")
        for action, name, kind in change.changes:
            if name == self.failing:
                self._tell(stack, name, kind, "CREATE_FAILED")
                self._roll_back(stack, change)
                return ""
            self._tell(
                stack, name, kind, {"Add": "CREATE", "Modify": "UPDATE"}.get(action, "DELETE") + "_COMPLETE"
            )
            if stack.name == _UPLOADS and kind == "AWS::S3::Bucket":
                self._make_bucket(_physical(stack.name, name))
        stack.resources, stack.values, stack.template = change.resources, change.values, change.template
        stack.tags, stack.outputs = change.tags, self._outputs(stack)
        stack.status = f"{verb}_COMPLETE"
        self._tell(stack, stack.name, "AWS::CloudFormation::Stack", stack.status)
        return ""

    def _roll_back(self, stack: Stack, change: ChangeSet) -> None:
        """Undo a create: what is retained or protected from deletion stays, as CloudFormation leaves it."""
        made = [name for _, name, _ in change.changes]
        for name in made[: made.index(self.failing)]:
            resource = change.resources[name]
            policy = resource.get("DeletionPolicy", "Delete")
            protected = self._resolver(stack, change).resolve(
                resource.get("Properties", {}).get("DeletionProtectionEnabled", False)
            )
            if policy == "Retain" or protected is True:
                self.left_behind.append(name)
        stack.status = "ROLLBACK_COMPLETE"
        self._tell(stack, stack.name, "AWS::CloudFormation::Stack", stack.status)

    def _outputs(self, stack: Stack) -> dict[str, str]:
        change = ChangeSet("", stack.template, stack.resources, stack.values, [], {})
        resolver = self._resolver(stack, change)
        outputs = stack.template.get("Outputs", {})
        return {name: str(resolver.resolve(output["Value"])) for name, output in outputs.items()}

    def _resolver(self, stack: Stack, change: ChangeSet) -> Intrinsics:
        pseudo = {
            "AWS::Region": self._region,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        pseudo |= {"AWS::AccountId": ACCOUNT_ID, "AWS::Partition": "aws"}
        return Intrinsics(
            {**pseudo, **change.values},
            change.template.get("Conditions", {}),
            {},
            lambda logical_id, _: _physical(stack.name, logical_id),
        )

    def _tell(self, stack: Stack, name: str, kind: str, status: str) -> None:
        self._latest = max(time.time(), self._latest + 0.002)
        stack.events.append((name, kind, status, self._latest))

    def _describe_stack_events(self, form: Mapping[str, str]) -> str:
        stack = self._stack(form["StackName"])
        members = [
            f"<StackId>{stack.id}</StackId><EventId>{number}</EventId><StackName>{stack.name}</StackName>"
            f"<LogicalResourceId>{name}</LogicalResourceId><PhysicalResourceId>"
            f"{stack.id if name == stack.name else name}</PhysicalResourceId>"
            f"<ResourceType>{kind}</ResourceType><ResourceStatus>{status}</ResourceStatus><Timestamp>{_iso(at)}</Timestamp>"
            for number, (name, kind, status, at) in reversed(list(enumerate(stack.events)))
        ]
        return f"<StackEvents>{_list(members)}</StackEvents>"

    def _describe_stacks(self, form: Mapping[str, str]) -> str:
        stack = self._stack(form["StackName"])
        definitions = stack.template.get("Parameters", {})
        hidden = {name for name, item in definitions.items() if item.get("NoEcho")}
        values = [
            f"<ParameterKey>{name}</ParameterKey><ParameterValue>"
            f"{'****' if name in hidden else escape(value)}</ParameterValue>"
            for name, value in stack.values.items()
        ]
        outputs = [
            f"<OutputKey>{name}</OutputKey><OutputValue>{escape(value)}</OutputValue>"
            for name, value in stack.outputs.items()
        ]
        tags = [f"<Key>{name}</Key><Value>{value}</Value>" for name, value in stack.tags.items()]
        member = (
            f"<StackId>{stack.id}</StackId><StackName>{stack.name}</StackName>"
            f"<StackStatus>{stack.status}</StackStatus><CreationTime>{_iso(time.time())}</CreationTime>"
            f"<Parameters>{_list(values)}</Parameters><Outputs>{_list(outputs)}</Outputs>"
            f"<Tags>{_list(tags)}</Tags>"
        )
        return f"<Stacks>{_list([member])}</Stacks>"

    def _get_template_summary(self, form: Mapping[str, str]) -> str:
        names = self._stack(form["StackName"]).template.get("Parameters", {})
        return f"<Parameters>{_list(f'<ParameterKey>{name}</ParameterKey>' for name in names)}</Parameters>"

    def _list_stack_resources(self, form: Mapping[str, str]) -> str:
        stack = self._stack(form["StackName"])
        members = [
            f"<LogicalResourceId>{name}</LogicalResourceId><PhysicalResourceId>{_physical(stack.name, name)}"
            f"</PhysicalResourceId><ResourceType>{resource['Type']}</ResourceType><ResourceStatus>CREATE_COMPLETE"
            f"</ResourceStatus><LastUpdatedTimestamp>{_iso(time.time())}</LastUpdatedTimestamp>"
            for name, resource in stack.resources.items()
        ]
        return f"<StackResourceSummaries>{_list(members)}</StackResourceSummaries>"

    def _delete_stack(self, form: Mapping[str, str]) -> str:
        self._stack(form["StackName"]).status = "DELETE_COMPLETE"
        return ""


def _members(form: Mapping[str, str], name: str) -> list[dict[str, str]]:
    """Return a list of structures from a form: ``Parameters.member.1.ParameterKey=…``."""
    found: dict[int, dict[str, str]] = {}
    for key, value in form.items():
        if match := re.fullmatch(rf"{name}\.member\.(\d+)\.(\w+)", key):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return [found[number] for number in sorted(found)]


def _list(members: Iterable[str]) -> str:
    return "".join(f"<member>{member}</member>" for member in members)


def _change_set_id(name: str) -> str:
    return f"arn:aws:cloudformation:eu-west-1:{ACCOUNT_ID}:changeSet/{name}"


def _physical(stack: str, logical_id: str) -> str:
    return f"{stack}-{logical_id}".lower()


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
