"""What an operator's commands ask of CloudFormation and Lambda: a stack's description, and invocations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from local.http_messages import HttpResponse
from local.template.application import Application
from local.template.document import Template

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class StackDescription:
    """Answers CloudFormation's requests about the one stack that there is here.

    Parameters
    ----------
    template
        What the stack is made of.
    """

    def __init__(self, template: Template) -> None:
        self._template = template

    def __call__(self, environ: "WSGIEnvironment") -> HttpResponse:
        """Answer DescribeStacks or ListStackResources; refuse another operation, or another stack."""
        form = dict(parse_qsl(_body(environ).decode()))
        action, name = form.get("Action", ""), form.get("StackName", self._template.names.stack)
        describe = {"DescribeStacks": self._stacks, "ListStackResources": self._resources}.get(action)
        if describe is None:
            return _refusal("InvalidAction", f"{action} is not among the operations here")
        if name != self._template.names.stack:
            return _refusal("ValidationError", f"Stack with id {name} does not exist")
        body = (
            f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{describe()}</{action}Result>'
            f"<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></{action}Response>"
        )
        return HttpResponse(200, (("Content-Type", "text/xml"),), body.encode())

    def _stacks(self) -> str:
        template = self._template
        stack = {
            "StackName": template.names.stack,
            "StackStatus": "CREATE_COMPLETE",
            "CreationTime": "2025-01-01T00:00:00Z",
        }
        members = (
            _fields(stack)
            + _list("Parameters", _pairs("Parameter", template.values))
            + _list("Outputs", _pairs("Output", template.outputs))
        )
        return _list("Stacks", [members])

    def _resources(self) -> str:
        return _list(
            "StackResourceSummaries",
            [
                _fields(
                    {
                        "LogicalResourceId": resource.logical_id,
                        "PhysicalResourceId": self._template.attribute(resource.logical_id, "Ref"),
                        "ResourceType": resource.type,
                        "ResourceStatus": "CREATE_COMPLETE",
                        "LastUpdatedTimestamp": "2025-01-01T00:00:00Z",
                    }
                )
                for resource in self._template
            ],
        )


class Invocations:
    """Answers Lambda's Invoke for asynchronous invocations.

    Parameters
    ----------
    application
        Describes the functions.
    invoke
        ``invoke(logical_id, event)`` invokes a function without waiting for its end.
    """

    def __init__(self, application: Application, invoke: Callable[[str, Any], None]) -> None:
        self._application, self._invoke = application, invoke

    def __call__(self, environ: "WSGIEnvironment") -> HttpResponse:
        """Accept an event for a function; refuse an unknown function, and callers that want to wait."""
        named = unquote(environ["PATH_INFO"]).partition("/functions/")[2].removesuffix("/invocations")
        name = named.partition(":function:")[2] or named
        function = self._application.function_named(name.partition(":")[0])
        if function is None:
            return _json(404, "ResourceNotFoundException", f"Function not found: {named}")
        if environ.get("HTTP_X_AMZ_INVOCATION_TYPE") != "Event":
            return _json(400, "InvalidParameterValueException", "Only Event is served here")
        try:
            event = json.loads(_body(environ) or b"{}")
        except ValueError:
            return _json(400, "InvalidRequestContentException", "Could not parse request body into json")
        self._invoke(function.name, event)
        return HttpResponse(202)


def _body(environ: "WSGIEnvironment") -> bytes:
    content: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return content


def _fields(values: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())


def _pairs(kind: str, values: Mapping[str, str]) -> Iterable[str]:
    return (_fields({f"{kind}Key": name, f"{kind}Value": value}) for name, value in values.items())


def _list(name: str, members: Iterable[str]) -> str:
    return f"<{name}>{''.join(f'<member>{member}</member>' for member in members)}</{name}>"


def _refusal(code: str, message: str) -> HttpResponse:
    error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
    body = f'<ErrorResponse xmlns="{_NAMESPACE}"><Error>{error}</Error></ErrorResponse>'
    return HttpResponse(400, (("Content-Type", "text/xml"),), body.encode())


def _json(status: int, code: str, message: str) -> HttpResponse:
    headers = (("Content-Type", "application/json"), ("x-amzn-ErrorType", code))
    return HttpResponse(status, headers, json.dumps({"Type": "User", "message": message}).encode())
