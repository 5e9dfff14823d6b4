"""The document, put together from template.yaml, the handlers and the tables of the features."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

import yaml

from local.lambda_runtime.environment import PROJECT_ROOT
from local.template.application import Application
from local.template.document import Template
from local.template.model import Route
from switchboard.http.endpoint import Endpoint
from tools.openapi import (
    callback,
    event_stream,
    ivr_path,
    outbound_message,
    sip_router,
    survey,
)
from tools.openapi.operation import Feature, Operation, Response
from tools.openapi.responses import RESPONSES, common_statuses
from tools.openapi.schemas import Mode, schema_of, schemas_of
from tools.openapi.security import SCHEMES, callers, requirements

FEATURES: Final = (
    survey.FEATURE,
    ivr_path.FEATURE,
    callback.FEATURE,
    outbound_message.FEATURE,
    sip_router.FEATURE,
    event_stream.FEATURE,
)

_DESCRIPTION: Final = (
    "Surveys by voice and SMS, call paths, callbacks, outbound messages and SIP routing for teams on Twilio."
    "\n\n"
    "A request without a valid proof of who is calling is answered with 403, and nothing is done. Bad input "
    "is answered with 400, naming each field that is wrong. Fields come in a form, in JSON or in the query "
    "string; the body wins over the query string. Blank values count as absent, and fields that are not "
    "listed are ignored. A few values are read that the schemas do not show: a plus sign that came as a "
    "space, digits as text, blanks around a value."
    "\n\n"
    "`switchboard openapi` writes this file from the code."
)
_SERVERS: Final = [
    {"url": "http://127.0.0.1:3000", "description": "`make run`"},
    {
        "url": "https://{domain}",
        "description": "A deployment",
        "variables": {
            "domain": {
                "default": "example.execute-api.us-east-1.amazonaws.com",
                "description": "The host of the stack's output ApiUrl, or your own.",
            }
        },
    },
]
_PATH_PARAMETER: Final = re.compile(r"\{(\w+)\+?\}")


def openapi() -> dict[str, Any]:
    """Return the document.

    Raises
    ------
    LookupError
        A route of template.yaml is not described, or a route is described that it does not have.
    """
    application = Application(Template(PROJECT_ROOT / "template.yaml"))
    routes = {route.key: route for route in application.routes}
    described = {key: feature for feature in FEATURES for key in feature.operations}
    if described.keys() != routes.keys():
        different = sorted(described.keys() ^ routes.keys())
        raise LookupError(f"in template.yaml or in tools/openapi, and not in both: {', '.join(different)}")
    models = {model: None for feature in FEATURES for model in _models(feature)}
    paths: dict[str, dict[str, Any]] = {}
    for key, feature in described.items():
        route = routes[key]
        endpoint = _endpoint(application.functions[route.function].handler)
        path = _PATH_PARAMETER.sub(r"{\1}", route.path)
        operation = _operation(route, feature.operations[key], feature.tag, endpoint)
        paths.setdefault(path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": "1", "description": _DESCRIPTION},
        "servers": _SERVERS,
        "tags": [
            {
                "name": feature.tag,
                "description": feature.description,
                "externalDocs": {"url": feature.page},
            }
            for feature in FEATURES
        ],
        "paths": paths,
        "components": {
            "securitySchemes": SCHEMES,
            "responses": {name: _response(response) for name, response in RESPONSES.values()},
            "schemas": schemas_of(models),
        },
    }


def as_file(document: Mapping[str, Any]) -> str:
    """Return the document as YAML."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several paragraphs as blocks, short lists in one line, and nothing as an alias."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    is_short = all(isinstance(item, str | int | None) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=is_short)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=">" if "\n" in text else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def _endpoint(handler: str) -> Endpoint:
    module, _, name = handler.rpartition(".")
    endpoint = getattr(import_module(module), name)
    if not isinstance(endpoint, Endpoint):
        raise TypeError(f"{handler} is not made by switchboard.http.endpoint")
    return endpoint


def _models(feature: Feature) -> Iterator[tuple[type[Any], Mode]]:
    for operation in feature.operations.values():
        yield from ((model, "validation") for model in (operation.fields, operation.query) if model)
        for response in operation.responses.values():
            yield from ((model, "serialization") for model in response.content.values() if model)


def _operation(route: Route, operation: Operation, tag: str, endpoint: Endpoint) -> dict[str, Any]:
    has_body = route.method != "GET" and operation.fields is not None
    description = "\n\n".join(
        part for part in (operation.description, callers(endpoint.authenticators)) if part
    )
    made: dict[str, Any] = {
        "tags": [tag],
        "summary": operation.summary,
        "description": description,
        "operationId": _operation_id(route),
        "security": requirements(endpoint.authenticators),
    }
    if parameters := list(_parameters(route, operation)):
        made["parameters"] = parameters
    if has_body:
        schema = {"schema": _ref(operation.fields)}
        made["requestBody"] = {"required": True, "content": dict.fromkeys(operation.media_types, schema)}
    responses: dict[int, Any] = {
        status: {"$ref": f"#/components/responses/{RESPONSES[status][0]}"}
        for status in common_statuses(endpoint, has_body=has_body)
    }
    responses |= {status: _response(response) for status, response in operation.responses.items()}
    made["responses"] = {str(status): responses[status] for status in sorted(responses)}
    return made


def _operation_id(route: Route) -> str:
    words = re.findall(r"[A-Za-z0-9]+", route.path)
    return route.method.lower() + "".join(word[0].upper() + word[1:] for word in words)


def _parameters(route: Route, operation: Operation) -> Iterator[dict[str, Any]]:
    for name in _PATH_PARAMETER.findall(route.path):
        yield _parameter("path", name, schema_of(operation.path[name]), required=True)
    for name, description in operation.headers.items():
        yield {**_parameter("header", name, {"type": "string"}), "description": description}
    for model in (operation.query, operation.fields if route.method == "GET" else None):
        if model is not None:
            schema = schemas_of([(model, "validation")])[model.__name__]
            for name, value in schema["properties"].items():
                yield _parameter("query", name, value, required=name in schema.get("required", ()))


def _parameter(place: str, name: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "in": place}
    if required:
        made["required"] = True
    if "description" in schema:
        made["description"] = schema["description"]
    return {**made, "schema": {key: value for key, value in schema.items() if key != "description"}}


def _response(response: Response) -> dict[str, Any]:
    made: dict[str, Any] = {"description": response.description}
    if response.headers:
        made["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in response.headers.items()
        }
    if response.content:
        made["content"] = {
            media_type: {"schema": _ref(model)} if model else {}
            for media_type, model in response.content.items()
        }
    return made


def _ref(model: type[Any] | None) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__ if model else ''}"}
