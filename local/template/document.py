"""Reading template.yaml as CloudFormation would see it: SAM expanded, intrinsic functions replaced."""

import functools
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.template import parameters
from local.template.intrinsics import Intrinsics, UnresolvedError

_CODE_BUCKET = "local-code"


@dataclass(frozen=True)
class Resource:
    """One resource of the expanded template.

    Parameters
    ----------
    logical_id
        Its name in the template.
    type
        CloudFormation's type, such as ``AWS::DynamoDB::Table``.
    properties
        Its properties, with local values in place of intrinsic functions.
    """

    logical_id: str
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """The names of a stack's resources on this machine."""

    stack: str = parameters.STACK_NAME
    account_id: str = parameters.AWS_ACCOUNT_ID
    region: str = parameters.REGION

    def physical(self, logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
        """Return a resource's own name: the one the template sets, or stack and logical id."""
        named = next((properties[key] for key in _NAME_PROPERTIES.get(kind, ()) if key in properties), None)
        if named:
            return str(named)
        name = f"{self.stack}-{logical_id}"
        return name.lower() if kind == "AWS::S3::Bucket" else name

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


_NAME_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "AWS::DynamoDB::Table": ("TableName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::Lambda::Function": ("FunctionName",),
    "AWS::Lambda::Alias": ("FunctionName",),  # the function answers for it
    "AWS::Events::EventBus": ("Name",),
    "AWS::Events::Rule": ("Name",),
    "AWS::Events::ApiDestination": ("Name",),
    "AWS::Events::Connection": ("Name",),
    "AWS::Scheduler::Schedule": ("Name",),
    "AWS::SSM::Parameter": ("Name",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
}


class Template:
    """The expanded template with everything in it resolved for this machine.

    Parameters
    ----------
    path
        The SAM template.
    names
        What resources are called here.
    values
        Values of template parameters; a parameter without one takes its default.
    api_endpoint
        What the HTTP API's ``ApiEndpoint`` attribute gives.

    Raises
    ------
    UnresolvedError
        If a parameter has neither a local value nor a default, or a resource refers to something unknown.
    samtranslator.model.exceptions.InvalidDocumentException
        If the template is not valid SAM.
    """

    def __init__(
        self,
        path: Path,
        names: Names | None = None,
        values: Mapping[str, str] = parameters.TEMPLATE_PARAMETERS,
        api_endpoint: str = parameters.PUBLIC_BASE_URL,
    ) -> None:
        self.path = path
        self.root = path.parent
        self.names = names or Names()
        self._api_endpoint = api_endpoint
        text = path.read_text(encoding="utf-8")
        self._document = _expand(text, self.names.region, tuple(sorted(values.items())))
        self._raw: Mapping[str, Any] = self._document.get("Resources", {})
        self.intrinsics = Intrinsics(
            self._parameter_values(values),
            self._document.get("Conditions", {}),
            self._document.get("Mappings", {}),
            self.attribute,
        )
        self._resources = {
            logical_id: Resource(logical_id, raw["Type"], self.intrinsics.resolve(raw.get("Properties", {})))
            for logical_id, raw in self._raw.items()
            if self.intrinsics.condition(raw.get("Condition"))
        }

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The definitions of the template's parameters, by name."""
        found: Mapping[str, Mapping[str, Any]] = self._document.get("Parameters", {})
        return found

    @property
    def outputs(self) -> Mapping[str, str]:
        """What the stack's outputs are on this machine, by name."""
        outputs: Mapping[str, Any] = self._document.get("Outputs", {})
        return {name: str(self.intrinsics.resolve(output["Value"])) for name, output in outputs.items()}

    @property
    def values(self) -> Mapping[str, str]:
        """The values of the template's parameters, by name; of secrets, asterisks."""
        found = {name: self.intrinsics.resolve({"Ref": name}) for name in self.parameters}
        texts = {name: value if isinstance(value, str) else ",".join(value) for name, value in found.items()}
        return {name: "****" if self.parameters[name].get("NoEcho") else texts[name] for name in texts}

    def __iter__(self) -> Iterator[Resource]:
        """Yield every resource, in the template's order."""
        return iter(self._resources.values())

    def of_type(self, kind: str) -> Iterator[Resource]:
        """Yield the resources of one CloudFormation type, in the template's order."""
        return (resource for resource in self._resources.values() if resource.type == kind)

    def name_of(self, resource: Resource) -> str:
        """Return a resource's name on this machine."""
        return self.names.physical(resource.logical_id, resource.type, resource.properties)

    def resource_name(self, logical_id: str) -> str:
        """Return the name on this machine of the resource with this logical id; KeyError if there is none."""
        return self.name_of(self._resources[logical_id])

    def attribute(self, logical_id: str, attribute: str) -> str:
        """Return what ``Ref`` (attribute ``"Ref"``) or ``Fn::GetAtt`` gives for a resource."""
        raw = self._raw.get(logical_id)
        if raw is None:
            raise UnresolvedError(f"the template has no parameter or resource {logical_id}")
        kind = raw["Type"]
        named = {
            key: self.intrinsics.resolve(value)
            for key, value in raw.get("Properties", {}).items()
            if key in _NAME_PROPERTIES.get(kind, ())
        }
        name = self.names.physical(logical_id, kind, named)
        known = self._attributes(kind, name)
        if attribute in known:
            return known[attribute]
        # Roles, layers, alarms and the like exist only in the cloud; their names are never looked up here.
        if attribute == "Ref":
            return name
        if attribute.endswith("Arn"):
            return self.names.arn("local", name)
        raise UnresolvedError(f"{logical_id} ({kind}) has no attribute {attribute} on one machine")

    def _attributes(self, kind: str, name: str) -> Mapping[str, str]:
        arn = self.names.arn
        queue_url = f"http://sqs.{self.names.region}.amazonaws.com/{self.names.account_id}/{name}"
        return {
            "AWS::DynamoDB::Table": {"Arn": arn("dynamodb", f"table/{name}")},
            "AWS::S3::Bucket": {"Arn": f"arn:aws:s3:::{name}", "DomainName": f"{name}.s3.amazonaws.com"},
            "AWS::SQS::Queue": {
                "Ref": queue_url,
                "Arn": arn("sqs", name),
                "QueueName": name,
                "QueueUrl": queue_url,
            },
            "AWS::Lambda::Alias": {"Ref": arn("lambda", f"function:{name}:live")},
            "AWS::Lambda::Version": {"Version": "1"},
            "AWS::Events::EventBus": {"Arn": arn("events", f"event-bus/{name}"), "Name": name},
            "AWS::Events::Rule": {"Arn": arn("events", f"rule/{name}")},
            "AWS::Events::ApiDestination": {"Arn": arn("events", f"api-destination/{name}")},
            "AWS::Events::Connection": {"Arn": arn("events", f"connection/{name}")},
            "AWS::Lambda::Function": {"Arn": arn("lambda", f"function:{name}")},
            "AWS::ApiGatewayV2::Api": {"Ref": "local", "ApiId": "local", "ApiEndpoint": self._api_endpoint},
            "AWS::Logs::LogGroup": {"Arn": arn("logs", f"log-group:{name}:*")},
        }.get(kind, {})

    def _parameter_values(self, values: Mapping[str, str]) -> Mapping[str, Any]:
        found: dict[str, Any] = {
            "AWS::AccountId": self.names.account_id,
            "AWS::Partition": "aws",
            "AWS::Region": self.names.region,
            "AWS::StackName": self.names.stack,
            "AWS::StackId": self.names.arn("cloudformation", f"stack/{self.names.stack}/local"),
            "AWS::URLSuffix": "amazonaws.com",
        }
        for name, definition in self.parameters.items():
            value = values.get(name, definition.get("Default"))
            if value is None:
                raise UnresolvedError(
                    f"template parameter {name} has no default: give it one in local/template/parameters.py"
                )
            is_list = definition["Type"] in {"CommaDelimitedList", "List<Number>"}
            found[name] = re.split(r"\s*,\s*", str(value)) if is_list else str(value)
        return found


def code_path(function: Resource) -> str:
    """Return a function's CodeUri (or a layer's ContentUri), as the template wrote it."""
    content = function.properties.get("Code") or function.properties["Content"]
    return str(content["S3Key"])


def parse_template(text: str) -> dict[str, Any]:
    """Return a template unexpanded, with short functions (``!Ref``) in their long form."""
    import yaml
    from samtranslator.yaml_helper import intrinsics_multi_constructor

    # samtranslator's own reader is the slow one, in Python.
    loader: Any = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
    loader.add_multi_constructor("!", intrinsics_multi_constructor)
    document: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - is safe
    return document


@functools.lru_cache(maxsize=8)
def _expand(text: str, region: str, values: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    """Expand the SAM template into CloudFormation by samtranslator, without calls to AWS.

    It takes most of a platform's start, and the same text gives the same: nobody changes what is returned.
    """
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.utils.py27hash_fix import (
        to_py27_compatible_template,
        undo_mark_unicode_str_in_template,
    )

    # It warns about usage metrics, which are not collected here.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    document = parse_template(text)
    resources = [resource.get("Properties", {}) for resource in document.get("Resources", {}).values()]
    for properties in (*resources, document.get("Globals", {}).get("Function", {})):
        for key in ("CodeUri", "ContentUri"):
            # samtranslator wants what `sam package` leaves behind: the code's place in S3.
            if isinstance(properties.get(key), str):
                properties[key] = f"s3://{_CODE_BUCKET}/{properties[key]}"
    given = {name: value for name, value in values if name in document.get("Parameters", {})}
    to_py27_compatible_template(document, given)
    session = boto3.Session(region_name=region)
    translator = Translator({}, Parser(), boto_session=session)
    expanded: Mapping[str, Any] = undo_mark_unicode_str_in_template(translator.translate(document, given))
    return expanded
