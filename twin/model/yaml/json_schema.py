"""The JSON Schema of a description, for editors: generated from the model, so that it never says anything else.

Editors complete and explain from it; what it cannot say (references, rings, limits of quantities) the loader checks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from twin.core import units
from twin.model import Network
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import simplify
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.scalars import MARKS, NAME, TEXT_LIMIT, exactly
from twin.model.yaml.value_types import (
    AsWritten,
    Boolean,
    Choice,
    DscpValue,
    Entries,
    Entry,
    Identifier,
    Internet,
    Key,
    ListOf,
    Number,
    Quantity,
    Text,
    ValueType,
    Variants,
    keys_of,
)

Schema = dict[str, Any]


def schema() -> Schema:
    """The schema (JSON Schema, draft 2020-12) of a description, as plain values."""
    definitions: Schema = {kind: _quantity(kind) for kind in units.KINDS}
    definitions["name"] = {"type": "string", "pattern": f"^{NAME.pattern}$"}
    definitions["mark"] = {"anyOf": [{"enum": sorted(MARKS)}, {"type": "integer", "minimum": 0, "maximum": 63}]}
    root = _entry(Network, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A network, for Metro Twin",
            **root, "$defs": dict(sorted(definitions.items()))}


def schema_text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _entry(kind: type, definitions: Schema) -> Schema:
    keys = keys_of(kind)
    entry: Schema = {
        "description": (kind.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": {name: value for key in keys for name, value in _named(key, definitions)},
        "required": [key.spelling for key in keys if key.required],
        "additionalProperties": False,
    }
    for key in keys:
        if isinstance(key.value_type, Variants):
            common = list(entry["properties"])
            entry["properties"] |= _beside(key.value_type, definitions)
            entry["allOf"] = [_variant(key.spelling, word, key.value_type, common) for word in key.value_type.kinds]
    return entry


def _beside(form: Variants, definitions: Schema) -> Schema:
    """The keys of all variants, each with what it means for which words."""
    properties: Schema = {}
    meanings: dict[str, dict[str, list[str]]] = {}
    for word in form.kinds:
        for key in form.keys(word).values():
            properties = dict(_named(key, definitions)) | properties
            meanings.setdefault(key.spelling, {}).setdefault(_description(key), []).append(word)
    for spelling, meaning in meanings.items():
        sentences = (f"{', '.join(words)}: {about}" for about, words in meaning.items())
        properties[spelling]["description"] = " ".join(sentences)
    return properties


def _variant(chooser: str, word: str, form: Variants, common: list[str]) -> Schema:
    """Which keys stand beside a word, and which of them must."""
    keys = form.keys(word).values()
    return {"if": {"properties": {chooser: {"const": word}}, "required": [chooser]},
            "then": {"propertyNames": {"enum": common + [name for key in keys for name in (key.spelling, key.formerly)
                                                         if name]},
                     "required": [key.spelling for key in keys if key.required]}}


def _named(key: Key, definitions: Schema) -> Iterator[tuple[str, Schema]]:
    """The schema of a key under its name, and under its former one, if it has one."""
    yield key.spelling, _key(key, definitions)
    if key.formerly:
        own = keys_of(key.value_type.kind) if isinstance(key.value_type, Entry) else ()
        meant = next((inner for inner in own if inner.spelling == key.formerly), key)
        yield key.formerly, {**_key(meant, definitions), "deprecated": True, "description": f"Now `{key.spelling}`."}


def _key(key: Key, definitions: Schema) -> Schema:
    key_schema: Schema = {**_form(key.value_type, definitions), "description": _description(key)}
    if key.example:
        key_schema["examples"] = [simplify(compose(key.example, "example", ProblemCollector()))]
    default = _default(key)
    return key_schema if default is None else {**key_schema, "default": default}


def _form(form: ValueType, definitions: Schema) -> Schema:
    match form:
        case Quantity():
            return {"$ref": f"#/$defs/{form.kind}"}
        case Identifier():
            return {"type": "string"} if form.refers else {"$ref": "#/$defs/name"}
        case Text():
            return {"type": "string", "maxLength": TEXT_LIMIT}
        case Number():
            return _bounded("integer" if form.whole else "number", form.least, form.most)
        case Boolean():
            return {"type": "boolean"}
        case DscpValue():
            return {"$ref": "#/$defs/mark"}
        case Internet():
            return {"type": "string", "pattern": "/[0-9]" if form.prefix else "^[^/]+$"}
        case AsWritten():
            return {}
        case Choice(options) | Variants(Choice(options)):
            return {"enum": [option.value for option in options]}
        case ListOf():
            counted = {} if form.count is None else {"minItems": form.count, "maxItems": form.count}
            unique = {"uniqueItems": True} if isinstance(form.item, Identifier) else {}
            return {"type": "array", "items": _form(form.item, definitions), **counted, **unique}
        case Entry():
            return _reference(form.kind, definitions)
        case Entries() if form.named:
            return {"type": "object", "propertyNames": {"$ref": "#/$defs/name"},
                    "additionalProperties": _reference(form.entry.kind, definitions)}
        case Entries():
            return {"type": "array", "items": _reference(form.entry.kind, definitions)}


def _reference(kind: type, definitions: Schema) -> Schema:
    name = re.sub("(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _entry(kind, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _quantity(kind: str) -> Schema:
    known, example = units.KINDS[kind]
    sign = "-?" if kind in units.SIGNED else ""
    spelt = "|".join(map(re.escape, known))
    return {"type": "string", "pattern": f"^{sign}[0-9]{{1,15}}(\\.[0-9]{{1,9}})?\\s?({spelt})$", "examples": [example],
            "description": f"A {kind}: a number and a unit ({', '.join(known)})."}


def _bounded(kind: str, least: float | None, most: float | None) -> Schema:
    limits = {"minimum": least, "maximum": most}
    return {"type": kind, **{word: limit for word, limit in limits.items() if limit is not None}}


def _description(key: Key) -> str:
    return key.about + _limits(key.value_type)


def _limits(form: ValueType) -> str:
    """The limits of a quantity in words; a schema can only bound bare numbers."""
    if not isinstance(form, Quantity):
        return ""
    words = [f"at {word} {exactly(form.kind, limit)}" for word, limit in (("least", form.least), ("most", form.most))
             if limit is not None]
    return f" ({', '.join(words)})" if words else ""


def _default(key: Key) -> Any:
    value = key.default
    if isinstance(key.value_type, Quantity) and value is not None:
        return exactly(key.value_type.kind, value)
    if isinstance(key.value_type, DscpValue):
        return next(name for name, number in MARKS.items() if number == value) if not key.required else None
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, (bool, int, float)) else None
