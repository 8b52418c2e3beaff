"""Write frozen dataclasses as JSON and read them back, driven by their type annotations; knows no type by name."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

_PLAIN = {int, float, str, bool, type(None)}
"""What most values are, and need not be looked at further."""


def to_json(value: Any) -> str:
    """A value as JSON text for people and programs, with a closing newline."""
    return json.dumps(value, default=to_plain, indent=1, ensure_ascii=False) + "\n"


def to_plain(value: Any) -> Any:
    """Turn a tree of dataclasses, tuples, mappings and enums into what `json` can write."""
    if type(value) in _PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """Build a value of `kind` from what `to_plain` made of it. Raises TypeError or KeyError on another shape."""
    return typing.cast(T, _build(kind, plain))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, plain: Any) -> Any:
    kind = getattr(kind, "__supertype__", kind)
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if plain is None:
            return None
        return _build(next(arm for arm in typing.get_args(kind) if arm is not type(None)), plain)
    if origin is tuple:
        return _build_tuple(typing.get_args(kind), plain)
    if origin is not None and issubclass(origin, Mapping):
        name, item = typing.get_args(kind)
        return {_build(name, key): _build(item, value) for key, value in plain.items()}
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        return typing.cast(Any, kind)(**{name: _build(hints[name], value) for name, value in plain.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    return float(plain) if kind is float else plain


def _build_tuple(arms: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if len(arms) == 2 and arms[1] is Ellipsis:
        return tuple(_build(arms[0], item) for item in plain)
    return tuple(_build(arm, item) for arm, item in zip(arms, plain, strict=True))
