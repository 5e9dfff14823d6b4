"""The functions, routes, rules, queues and schedules of a template."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.template.document import Resource, Template, code_path
from local.template.model import ApiDestination, Cors, Function, QueueSource, Route, Rule, Schedule, Target

_FUNCTION_IN_URI = re.compile(r"functions/arn:[^:]+:lambda:[^:]*:[^:]*:function:([^/:]+)")
_METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}


class Application:
    """What the platform runs, read from a template."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.functions = {function.name: function for function in _functions(template)}
        by_physical_name = {function.physical_name: name for name, function in self.functions.items()}
        self.by_arn = {function.arn: name for name, function in self.functions.items()}
        apis = list(template.of_type("AWS::ApiGatewayV2::Api"))
        self.routes = tuple(route for api in apis for route in _routes(api, by_physical_name))
        self.cors = next((cors for cors in map(_cors, apis) if cors), None)
        self.rules = tuple(_rules(template))
        self.schedules = tuple(_schedules(template))
        self.queue_sources = tuple(_queue_sources(template, self.by_arn, by_physical_name))
        self.destinations = {item.arn: item for item in _destinations(template)}

    @property
    def config_bucket(self) -> str:
        """The bucket of what an operator uploads: the functions' CONFIG_BUCKET, else the template's first."""
        for function in self.functions.values():
            if bucket := function.environment.get("CONFIG_BUCKET"):
                return bucket
        return next(
            (self.template.name_of(bucket) for bucket in self.template.of_type("AWS::S3::Bucket")), ""
        )

    def function_named(self, name: str) -> Function | None:
        """Find a function by logical id, AWS name, handler or module, whatever the case."""
        wanted = name.lower()
        for function in self.functions.values():
            module = function.handler.rpartition(".")[0]
            known = (function.name, function.physical_name, function.handler, module)
            if wanted in {item.lower() for item in known}:
                return function
        return None


def _functions(template: Template) -> Iterator[Function]:
    layers = {template.name_of(layer): layer for layer in template.of_type("AWS::Lambda::LayerVersion")}
    policies = {
        item.properties["FunctionName"]: item.properties
        for item in template.of_type("AWS::Lambda::EventInvokeConfig")
    }
    for resource in template.of_type("AWS::Lambda::Function"):
        properties = resource.properties
        name = template.name_of(resource)
        policy = policies.get(name, {})
        code = [template.root / code_path(resource)]
        code += [
            template.root / code_path(layers[layer]) / "python"
            for layer in properties.get("Layers", ())
            if layer in layers
        ]
        yield Function(
            name=resource.logical_id,
            physical_name=name,
            handler=properties["Handler"],
            environment={
                key: str(value)
                for key, value in properties.get("Environment", {}).get("Variables", {}).items()
            },
            timeout=float(properties.get("Timeout", 3)),
            memory=int(properties.get("MemorySize", 128)),
            paths=tuple(str(path.resolve()) for path in code if Path(path).is_dir()),
            arn=template.attribute(resource.logical_id, "Arn"),
            retries=int(policy.get("MaximumRetryAttempts", 2)),
            on_failure=policy.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""),
            dead_letter_queue=properties.get("DeadLetterConfig", {}).get("TargetArn", ""),
        )


def _routes(api: Resource, functions: Mapping[str, str]) -> Iterator[Route]:
    for path, operations in api.properties.get("Body", {}).get("paths", {}).items():
        for method, operation in operations.items():
            found = _FUNCTION_IN_URI.search(
                str(operation.get("x-amazon-apigateway-integration", {}).get("uri", ""))
            )
            if method.lower() not in {*_METHODS, "x-amazon-apigateway-any-method"} or not found:
                continue
            verb = method.upper() if method.lower() in _METHODS else "ANY"
            yield Route(verb, "$default" if path.strip("/") == "$default" else path, functions[found[1]])


def _cors(api: Resource) -> Cors | None:
    found = api.properties.get("Body", {}).get("x-amazon-apigateway-cors") or api.properties.get(
        "CorsConfiguration"
    )
    if not found:
        return None
    # OpenAPI writes allowOrigins, CloudFormation AllowOrigins.
    settings = {key[:1].lower() + key[1:]: value for key, value in found.items()}
    return Cors(
        origins=_names(settings.get("allowOrigins")),
        methods=_names(settings.get("allowMethods")),
        headers=_names(settings.get("allowHeaders")),
        expose_headers=_names(settings.get("exposeHeaders")),
        max_age=settings.get("maxAge"),
        credentials=bool(settings.get("allowCredentials", False)),
    )


def _names(value: str | list[str] | None) -> tuple[str, ...]:
    # samtranslator puts a CommaDelimitedList parameter in as the text that it was given.
    return tuple(re.split(r"\s*,\s*", value) if isinstance(value, str) else value or ())


def _target(properties: Mapping[str, Any]) -> Target:
    return Target(
        arn=properties["Arn"],
        input={
            key: properties[key] for key in ("Input", "InputPath", "InputTransformer") if key in properties
        },
        retries=int(properties.get("RetryPolicy", {}).get("MaximumRetryAttempts", 185)),
        dead_letter_queue=properties.get("DeadLetterConfig", {}).get("Arn", ""),
    )


def _rules(template: Template) -> Iterator[Rule]:
    for resource in template.of_type("AWS::Events::Rule"):
        properties = resource.properties
        if "EventPattern" in properties:
            yield Rule(
                name=template.name_of(resource),
                bus=str(properties.get("EventBusName", "default")).rpartition("event-bus/")[2],
                pattern=properties["EventPattern"],
                targets=tuple(_target(target) for target in properties.get("Targets", ())),
                enabled=properties.get("State", "ENABLED") == "ENABLED",
            )


def _schedules(template: Template) -> Iterator[Schedule]:
    for resource in template.of_type("AWS::Scheduler::Schedule"):
        yield Schedule(
            name=template.name_of(resource),
            expression=resource.properties["ScheduleExpression"],
            target=_target(resource.properties["Target"]),
            timezone=resource.properties.get("ScheduleExpressionTimezone", "UTC"),
            enabled=resource.properties.get("State", "ENABLED") == "ENABLED",
        )
    for resource in template.of_type("AWS::Events::Rule"):
        if "ScheduleExpression" in resource.properties:
            for target in resource.properties.get("Targets", ()):
                yield Schedule(
                    name=template.name_of(resource),
                    expression=resource.properties["ScheduleExpression"],
                    target=_target(target),
                    enabled=resource.properties.get("State", "ENABLED") == "ENABLED",
                    is_rule=True,
                )


def _queue_sources(
    template: Template, by_arn: Mapping[str, str], by_physical_name: Mapping[str, str]
) -> Iterator[QueueSource]:
    for resource in template.of_type("AWS::Lambda::EventSourceMapping"):
        properties = resource.properties
        source = str(properties.get("EventSourceArn", ""))
        function = properties["FunctionName"]
        if ":sqs:" in source and properties.get("Enabled", True):
            yield QueueSource(
                queue_arn=source,
                function=by_arn.get(function) or by_physical_name[function],
                batch_size=int(properties.get("BatchSize", 10)),
                reports_item_failures="ReportBatchItemFailures"
                in properties.get("FunctionResponseTypes", ()),
                concurrency=int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 5)),
            )


def _destinations(template: Template) -> Iterator[ApiDestination]:
    connections = {
        template.attribute(item.logical_id, "Arn"): item
        for item in template.of_type("AWS::Events::Connection")
    }
    for resource in template.of_type("AWS::Events::ApiDestination"):
        properties = resource.properties
        connection = connections[properties["ConnectionArn"]]
        key = connection.properties.get("AuthParameters", {}).get("ApiKeyAuthParameters", {})
        yield ApiDestination(
            name=template.name_of(resource),
            arn=template.attribute(resource.logical_id, "Arn"),
            method=properties["HttpMethod"],
            url=properties["InvocationEndpoint"],
            headers={key["ApiKeyName"]: key["ApiKeyValue"]} if key else {},
        )
