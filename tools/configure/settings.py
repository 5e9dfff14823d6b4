"""switchboard.toml: what `switchboard configure` sets up, as frozen models."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, model_validator

from survey.domain.definition import DEFAULT_SURVEY
from switchboard.inputs.errors import InputError, WrongField, dotted
from switchboard.inputs.files import FileError, FileProblem, decode
from switchboard.inputs.forms import Pattern, Sid, Text
from switchboard.inputs.model import EventModel, parse
from switchboard.inputs.types import E164, Flag, FlowSid, Identifier

FILE_NAME = "switchboard.toml"

SipDomainName = Annotated[
    str,
    Pattern(
        r"[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.sip(?:\.[a-z0-9-]+)?\.twilio\.com",
        "must be a SIP domain such as example.sip.twilio.com",
        "A SIP domain at Twilio.",
    ),
]
Origin = Annotated[
    str,
    Pattern(
        r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?",
        "must be an origin such as https://flex.example.com, without a path",
        "An origin of browser requests.",
    ),
]
Country = Annotated[
    str, Pattern(r"[A-Z]{2}", "must be an ISO country code such as US", "An ISO 3166-1 alpha-2 code.")
]
FlowName = Annotated[str, Text(100, strip=True, min_length=1)]
FieldPath = Annotated[
    str,
    Pattern(
        r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*",
        "must be names with dots between them, such as custom_data.serverless_functions_domain",
        "The path of a field below ui_attributes.",
    ),
]


class TomlModel(EventModel):
    """A table of the file: names in snake_case, and no others."""

    model_config = ConfigDict(alias_generator=None, extra="forbid")


class SurveyNumber(TomlModel):
    """A number that asks a survey, by text message and by phone."""

    number: E164
    use: Literal["survey"]
    survey: Identifier = DEFAULT_SURVEY
    channels: Annotated[tuple[Literal["sms", "voice"], ...], Field(min_length=1)] = ("sms", "voice")

    @property
    def query(self) -> str:
        """The query string that names the survey; the default survey needs none."""
        return "" if self.survey == DEFAULT_SURVEY else f"?surveyId={self.survey}"


class FlowNumber(TomlModel):
    """A number whose calls, or also messages, go to a Studio flow."""

    number: E164
    use: Literal["flow"]
    flow: FlowName
    record_path: Flag = True
    channels: Annotated[tuple[Literal["sms", "voice"], ...], Field(min_length=1)] = ("voice",)


Number = Annotated[SurveyNumber | FlowNumber, Discriminator("use")]


class FlowFile(TomlModel):
    """A Studio flow that is made from a file, or the existing one of this SID.

    Attributes
    ----------
    workflow, task_channel
        Of the tasks that it makes, by name or SID; without a workflow it is Flex's own, or the only one.
    """

    name: FlowName
    file: Annotated[str, Text(400, strip=True, min_length=1)]
    sid: FlowSid | None = None
    workflow: Annotated[str, Text(100, strip=True)] = ""
    task_channel: Annotated[str, Text(100, strip=True, min_length=1)] = "voice"


class SipDomain(TomlModel):
    """A SIP domain whose calls the SIP router routes, or a Studio flow takes.

    Attributes
    ----------
    flow
        The flow's SID or its name among ``flows``; "" for the SIP router.
    record_path
        Whether the path of a call through the flow is recorded.
    """

    domain: SipDomainName
    flow: Annotated[str, Text(100, strip=True)] = ""
    record_path: Flag = True


class Flex(TomlModel):
    """Flex: where its configuration names this deployment's domain, and where it is opened from."""

    domain_at: tuple[FieldPath, ...] = ()
    origins: tuple[Origin, ...] = ("https://flex.twilio.com",)


class Settings(TomlModel):
    """The whole file.

    Attributes
    ----------
    config_files
        The folder that is uploaded to the stack's bucket; None uploads nothing.
    event_streams
        Whether a sink and a subscription send the events that features need.
    countries
        The countries that are called and texted, whose permissions ``status`` looks up.
    numbers, sip_domains, flows, flex
        What is connected.
    """

    config_files: Annotated[str, Text(400, strip=True, min_length=1)] | None = None
    event_streams: Flag = False
    countries: tuple[Country, ...] = ()
    numbers: tuple[Number, ...] = ()
    flows: tuple[FlowFile, ...] = ()
    sip_domains: tuple[SipDomain, ...] = ()
    flex: Flex | None = None

    @model_validator(mode="after")
    def _names_once(self) -> "Settings":
        for field, names in (
            ("numbers", [one.number for one in self.numbers]),
            ("flows", [one.name for one in self.flows]),
            ("sip_domains", [one.domain.lower() for one in self.sip_domains]),
        ):
            twice = [index for index, name in enumerate(names) if name in names[:index]]
            if twice:
                raise WrongField(f"{field}[{twice[0]}]", "is named a second time")
        known = {one.name for one in self.flows}
        used = [
            *((f"numbers[{index}]", one.flow) for index, one in enumerate(self.numbers) if one.use == "flow"),
            *((f"sip_domains[{index}]", one.flow) for index, one in enumerate(self.sip_domains) if one.flow),
        ]
        for field, flow in used:
            if flow not in known and not Sid("FW").matches(flow):
                text = "must be a SID (FW and 32 hex digits) or the name of one of the flows"
                raise WrongField(f"{field}.flow", text)
        return self


def read_settings(path: Path) -> Settings:
    """Return what a file asks for.

    Raises
    ------
    FileError
        With everything that is wrong.
    """
    name = path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        if isinstance(error, FileNotFoundError):
            problem = "there is no such file; `switchboard configure` asks for its content and writes it"
        raise FileError(FileProblem(str(path), 0, "", problem)) from None
    text = decode(content, name)
    try:
        document: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(FileProblem(name, 0, "", f"is not TOML: {error}")) from None
    try:
        return parse(Settings, document)
    except InputError as error:
        raise FileError(
            *(
                FileProblem(name, 0, dotted(place), field["message"])
                for place, field in zip(error.paths, error.errors, strict=True)
            )
        ) from None
