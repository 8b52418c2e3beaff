"""The JSON Schema of records as twin.core.records writes and reads them, driven by the same type annotations."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import Enum
from inspect import cleandoc
from typing import Annotated, Any

from twin.core.records import KIND, tag

Schema = dict[str, Any]
PLAIN: Mapping[Any, Schema] = {
    int: {"type": "integer"}, float: {"type": "number"}, str: {"type": "string"}, bool: {"type": "boolean"},
    type(None): {"type": "null"}}


def schema_of(kind: Any, definitions: Schema) -> Schema:
    """The schema (draft 2020-12) of a type; records and enums become entries of `definitions`, referred to by name.

    Raises TypeError for a type that is written as no JSON.
    """
    kind = getattr(kind, "__supertype__", kind)
    if kind in PLAIN:
        return dict(PLAIN[kind])
    origin = typing.get_origin(kind)
    if origin is Annotated:
        return {"oneOf": [_record(arm, definitions, tagged=True) for arm in typing.get_args(kind.__origin__)]}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [schema_of(arm, definitions) for arm in typing.get_args(kind)]}
    if origin is tuple:
        return _tuple(typing.get_args(kind), definitions)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(typing.get_args(kind)[1], definitions)}
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, Enum)):
        return _record(kind, definitions, tagged=False)
    raise TypeError(f"no JSON is known for {kind}")


def _tuple(arms: tuple[Any, ...], definitions: Schema) -> Schema:
    if len(arms) == 2 and arms[1] is Ellipsis:
        return {"type": "array", "items": schema_of(arms[0], definitions)}
    return {"type": "array", "prefixItems": [schema_of(arm, definitions) for arm in arms], "items": False,
            "minItems": len(arms)}


def _record(kind: type, definitions: Schema, *, tagged: bool) -> Schema:
    name = tag(kind)
    if name not in definitions:
        definitions[name] = {}  # for records that hold themselves
        definitions[name] = _enum(kind) if issubclass(kind, Enum) else _dataclass(kind, definitions, tagged=tagged)
    return {"$ref": f"#/$defs/{name}"}


def _enum(kind: type[Enum]) -> Schema:
    return {"enum": [member.value for member in kind]}


def _dataclass(kind: type, definitions: Schema, *, tagged: bool) -> Schema:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = [field for field in dataclasses.fields(kind) if field.compare]
    needed = [field.name for field in fields
              if field.default is field.default_factory is dataclasses.MISSING]
    kinds: Schema = {KIND: {"const": tag(kind)}} if tagged else {}
    return {"description": cleandoc(kind.__doc__ or ""), "type": "object",
            "properties": kinds | {field.name: schema_of(hints[field.name], definitions) for field in fields},
            "required": [*kinds, *needed], "additionalProperties": False}
