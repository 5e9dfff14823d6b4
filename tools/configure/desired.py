"""The resources that a file asks for, in the order in which they are set up: webhooks come last.

A number whose flow is made by the same plan gets the flow's webhook when the flow exists.
"""

import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from local.config_files import files_below
from tools.check_config import check
from tools.configure.resources.config_file import ConfigFile, local_file
from tools.configure.resources.event_sink import EventSink
from tools.configure.resources.event_subscription import EventSubscription
from tools.configure.resources.flex import FlexField, flex_value
from tools.configure.resources.messaging_service import MessagingService, inbound_service
from tools.configure.resources.number import Number, find_number, sms_webhook, status_webhook, voice_webhook
from tools.configure.resources.resource import ConfigureError, Resource, State
from tools.configure.resources.secret import Secret
from tools.configure.resources.sip_domain import SipDomain
from tools.configure.resources.studio_flow import StudioFlow, flow_from_file, flow_sid, has_flow
from tools.configure.settings import FlowNumber, Settings, SurveyNumber
from tools.configure.settings import SipDomain as SipDomainSettings
from tools.deploy.account import API_KEYS, AUTH_TOKEN
from tools.setup_events.registration import TYPES
from tools.stack.stack import Stack

EVENT_PATH: Final = "/eventstream"
_FLOWS: Final = "studio/"  # flows go to Studio, not into the bucket


def desired_resources(stack: Stack, settings: Settings, root: Path) -> list[Resource]:
    """Return the resources that a file asks for.

    Parameters
    ----------
    stack
        Where they are.
    settings
        The file's content.
    root
        The folder that the file's paths start from.

    Raises
    ------
    ConfigureError
        A file, a number or a flow is not as it must be.
    """
    _check_flows(stack, settings)
    return [
        *_secrets(stack),
        *_files(stack, settings, root),
        *_events(stack, settings),
        *_flex(stack, settings),
        *_flows(stack, settings, root),
        *_sip(stack, settings),
        *_numbers(stack, settings),
    ]


def _check_flows(stack: Stack, settings: Settings) -> None:
    """Look for the flows that numbers and SIP domains name by their SIDs: calls to any other would fail."""
    used = [
        *((f"numbers[{index}]", one.flow) for index, one in enumerate(settings.numbers) if one.use == "flow"),
        *((f"sip_domains[{index}]", one.flow) for index, one in enumerate(settings.sip_domains)),
    ]
    made = {"", *(one.name for one in settings.flows)}
    for field, flow in used:
        if flow not in made and not has_flow(stack, flow):
            raise ConfigureError(f"{field}.flow: the account has no flow {flow}")


def _secrets(stack: Stack) -> Iterator[Resource]:
    token = stack.new_auth_token
    yield Secret(stack, AUTH_TOKEN, lambda: token)
    # Made up once, so that a plan and what is carried out of it are the same.
    key = "" if stack.secret(API_KEYS) else secrets.token_hex(32)
    yield Secret(stack, API_KEYS, lambda: key)


def _files(stack: Stack, settings: Settings, root: Path) -> Iterator[Resource]:
    if settings.config_files is None:
        return
    folder = root / settings.config_files
    if not folder.is_dir():
        raise ConfigureError(f"config_files: there is no folder {folder}")
    errors = [problem for problem in check(folder) if problem.severity == "error"]
    if errors:
        lines = "\n".join(f"  {folder}/{problem}" for problem in errors)
        raise ConfigureError(f"config_files: nothing is uploaded until these are right\n{lines}")
    for path in sorted(files_below([folder])):
        key = path.relative_to(folder).as_posix()
        if key.startswith(_FLOWS):
            continue
        yield ConfigFile(stack, key, partial(local_file, path))


def _events(stack: Stack, settings: Settings) -> Iterator[Resource]:
    if settings.event_streams:
        yield from event_resources(stack)


def event_resources(stack: Stack) -> list[Resource]:
    """Return the sink and the subscription to the events that features need."""
    destination = stack.url(EVENT_PATH)
    return [
        EventSink(stack, destination, lambda: {"method": "POST"}),
        EventSubscription(stack, destination, lambda: TYPES),
    ]


def _flex(stack: Stack, settings: Settings) -> Iterator[Resource]:
    parts = urlsplit(stack.public_url)
    for path in settings.flex.domain_at if settings.flex else ():
        yield FlexField(stack, path, lambda: flex_value(parts.netloc + parts.path))


def _flows(stack: Stack, settings: Settings, root: Path) -> Iterator[Resource]:
    for one in settings.flows:
        wanted = partial(flow_from_file, stack, root / one.file, one.file, one.workflow, one.task_channel)
        yield StudioFlow(stack, one.sid or one.name, wanted)


def _sip(stack: Stack, settings: Settings) -> Iterator[Resource]:
    for one in settings.sip_domains:
        yield SipDomain(stack, one.domain.lower(), partial(_domain_fields, stack, settings, one))


def _domain_fields(stack: Stack, settings: Settings, one: SipDomainSettings) -> State:
    call, status = stack.url("/inbound-sip-router"), stack.url("/status-callback")
    if one.flow:
        call, status = _flow_urls(stack, settings, one.flow, record_path=one.record_path)
    return {
        "voice_url": call,
        "voice_method": "POST",
        "voice_status_callback_url": status,
        "voice_status_callback_method": "POST",
    }


def _numbers(stack: Stack, settings: Settings) -> Iterator[Resource]:
    services: dict[str, tuple[str, str]] = {}
    for index, one in enumerate(settings.numbers):
        field = f"numbers[{index}]"
        found = find_number(stack.twilio, one.number)
        if found is None:
            text = f"account {stack.account_sid} has no number {one.number}"
            raise ConfigureError(f"{field}.number: {text}")
        service = inbound_service(stack.twilio, found.sid) if "sms" in one.channels else None
        wanted = partial(_number_fields, stack, settings, one, takes_messages=service is None)
        if service is not None:
            url = _messages_url(stack, settings, one)
            other, theirs = services.setdefault(service.sid, (one.number, url))
            if theirs != url:
                text = f"shares Messaging Service {service.sid} and so its one webhook with {other}"
                raise ConfigureError(f"{field}.number: {text}, which has another use")
            if other == one.number:
                yield MessagingService(stack, service.sid, partial(_service_fields, url))
        yield Number(stack, one.number, wanted)


def _service_fields(url: str) -> State:
    return {"inbound_request_url": url, "inbound_method": "POST"}


def _number_fields(
    stack: Stack, settings: Settings, one: SurveyNumber | FlowNumber, *, takes_messages: bool
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "sms" in one.channels and takes_messages:
        fields |= sms_webhook(_messages_url(stack, settings, one))
    if "voice" not in one.channels:
        return fields
    if isinstance(one, SurveyNumber):
        fields |= voice_webhook(stack.url(f"/voice/survey{one.query}"))
        return fields | status_webhook(stack.url("/voice/survey/status"))
    call, status = _flow_urls(stack, settings, one.flow, record_path=one.record_path)
    return fields | voice_webhook(call) | status_webhook(status)


def _flow_urls(stack: Stack, settings: Settings, flow: str, *, record_path: bool) -> tuple[str, str]:
    """Return the webhooks of calls to a flow and of their status; the latter must reach the flow, too."""
    webhook = flow_webhook(stack, settings, flow)
    status = f"{stack.url('/pn-call-status-callback')}?flowSid={webhook.rpartition('/')[2]}"
    return webhook, status if record_path else webhook


def _messages_url(stack: Stack, settings: Settings, one: SurveyNumber | FlowNumber) -> str:
    if isinstance(one, SurveyNumber):
        return stack.url(f"/sms/webhook{one.query}")
    return flow_webhook(stack, settings, one.flow)


def flow_webhook(stack: Stack, settings: Settings, flow: str) -> str:
    """Return the webhook of a flow by its SID, or by its name among the flows that the file makes.

    A flow that the plan creates has no SID yet; its name stands there until the change is made.
    """
    named = next((one for one in settings.flows if one.name == flow), None)
    sid = flow if named is None else named.sid or flow_sid(stack, flow) or f"({flow})"
    return f"https://webhooks.twilio.com/v1/Accounts/{stack.account_sid}/Flows/{sid}"
