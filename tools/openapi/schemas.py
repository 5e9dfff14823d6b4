"""JSON schemas of pydantic models, described by the docstrings that the code has anyway."""

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from pydantic import AliasChoices, BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from switchboard.inputs.model import RequestModel

Mode = Literal["validation", "serialization"]
"""Of a model that is read, and of one that is answered."""

REF: Final = "#/components/schemas/{model}"

_ATTRIBUTES: Final = re.compile(r"^Attributes\n-+\n", re.MULTILINE)
_ATTRIBUTE: Final = re.compile(r"^(\w[\w, ]*?)(?: : .*)?\n((?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)


class _Schemas(GenerateJsonSchema):
    """Without titles; with the docstring's first part as the description, and its attributes' texts."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        return value  # in the order of the code

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        if self.mode == "validation":
            return inner  # What is read as null counts as absent, and a form has no null.
        if not isinstance(inner.get("type"), str):
            return super().nullable_schema(schema)
        with_null = {**inner, "type": [inner["type"], "null"]}
        return {**with_null, "enum": [*inner["enum"], None]} if "enum" in inner else with_null

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        # A field that is answered and has a default may be absent; an empty default means the same.
        if self.mode == "serialization" or made.get("default") in (None, "", [], {}):
            made.pop("default", None)
        return made

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model = schema["cls"]
        text, texts = describe(model)
        properties = made.pop("properties", {})
        for name, field in model.model_fields.items():
            if (wire_name := _wire_name(name, field)) in properties:
                _describe_field(properties[wire_name], field, texts.get(name, ""))
        if issubclass(model, RequestModel):
            for name in made.get("required", ()):
                _require_text(properties[name])
        for name in ("title", "description"):
            made.pop(name, None)
        made = {"description": text, **made}
        return {**made, "properties": properties} if properties else made


def schemas_of(models: Iterable[tuple[type[BaseModel], Mode]]) -> dict[str, Any]:
    """Return the schemas of models, and of those in them, by name.

    Raises
    ------
    LookupError
        Two models have the same name.
    """
    wanted = list(models)
    _, document = models_json_schema(wanted, by_alias=True, ref_template=REF, schema_generator=_Schemas)
    found: dict[str, Any] = document.get("$defs", {})
    if doubtful := {model.__name__ for model, _ in wanted} - found.keys():
        raise LookupError(f"several models are called {', '.join(sorted(doubtful))}")
    return found


def schema_of(annotation: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """Return the schema of an annotated type that holds no model."""
    return TypeAdapter(annotation).json_schema(mode=mode, schema_generator=_Schemas)


def describe(model: type[BaseModel]) -> tuple[str, Mapping[str, str]]:
    """Return what a model's docstring says, in Markdown: about the model, and about each attribute."""
    fields: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        parts = _ATTRIBUTES.split(inspect.cleandoc(parent.__doc__ or ""), maxsplit=1)
        for found in _ATTRIBUTE.finditer(parts[1] + "\n" if len(parts) > 1 else ""):
            text = _markdown(inspect.cleandoc(found[2]))
            fields |= dict.fromkeys(re.split(r",\s*", found[1]), text)
    text, *_ = _ATTRIBUTES.split(inspect.cleandoc(model.__doc__ or ""), maxsplit=1)
    return _markdown(text), fields


def _describe_field(schema: dict[str, Any], field: FieldInfo, text: str) -> None:
    older = field.validation_alias.choices[1:] if isinstance(field.validation_alias, AliasChoices) else ()
    also = f"Also read: {', '.join(f'`{name}`' for name in older)}." if older else ""
    if "$ref" not in schema:
        parts = (text, schema.pop("description", ""), also)
        if description := " ".join(part for part in parts if part):
            schema["description"] = description


def _require_text(schema: dict[str, Any]) -> None:
    # A blank value counts as absent.
    if schema.get("type") == "string" and "pattern" not in schema:
        schema.setdefault("minLength", 1)


def _wire_name(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
    return str(first or field.alias or name)


def _markdown(text: str) -> str:
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text.replace("``", "`")).strip()
