"""Write frozen dataclasses and named tuples as JSON and read them back, driven by their type annotations."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar

T = TypeVar("T")

KIND = "kind"
"""The key under which a value of a tagged union says which of its types it is."""

_PLAIN = {int, float, str, bool, type(None)}
"""What most values are, and need not be looked at further."""
_READ_FROM = {int: (int,), float: (float, int), str: (str,), bool: (bool,)}
"""What JSON has for a value of these types; true is no number."""


class Tagged:
    """Marks a union of dataclasses: `Annotated[Disc | Square, Tagged]`. Each of its values is written with the name of
    its class, {"kind": "disc", ...}, so that it is read back as what it was."""


def to_json(value: Any) -> str:
    """A value as JSON text for people and programs, with a closing newline."""
    return json.dumps(value, default=to_plain, indent=1, ensure_ascii=False) + "\n"


def to_compact_json(value: Any) -> str:
    """A value as JSON text for programs alone: several times as fast to write."""
    return json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))


def to_plain(value: Any) -> Any:
    """Turn a tree of dataclasses, tuples, mappings and enums into what `json` can write."""
    return _plain(value, tagged=False)


def from_plain(kind: type[T], plain: Any) -> T:
    """Build a value of `kind` from what `to_plain` made of it. Raises TypeError, ValueError, KeyError, AttributeError
    or StopIteration on another shape."""
    return typing.cast(T, _build(kind, plain))


def tag(kind: type) -> str:
    """How a class is named in JSON: tag(BulkTransfer) == "bulk-transfer"."""
    return re.sub("(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _plain(value: Any, *, tagged: bool) -> Any:
    if type(value) in _PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = {KIND: tag(type(value))} if tagged else {}
        return kind | {name: _plain(getattr(value, name), tagged=mark) for name, mark in _fields(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(_plain(key, tagged=False)): _plain(item, tagged=tagged) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, tagged=tagged) for item in value]
    return value


@cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a dataclass that make it what it is (those that are compared), each with whether what it holds is
    written with its kind."""
    return tuple((field.name, _holds_tagged(_hints(kind)[field.name])) for field in dataclasses.fields(kind)
                 if field.compare)


def _holds_tagged(hint: Any) -> bool:
    return _is_tagged(hint) or any(map(_holds_tagged, typing.get_args(hint)))


def _is_tagged(hint: Any) -> bool:
    return typing.get_origin(hint) is Annotated and Tagged in hint.__metadata__


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


@cache
def _arms(union: Any) -> dict[str, Any]:
    """The types of a tagged union by their names in JSON."""
    return {tag(arm): arm for arm in typing.get_args(union.__origin__)}


def _build(kind: Any, plain: Any) -> Any:
    kind = getattr(kind, "__supertype__", kind)
    origin = typing.get_origin(kind)
    if _is_tagged(kind):
        rest = dict(plain)
        return _build(_arms(kind)[rest.pop(KIND)], rest)
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
    if isinstance(kind, type) and issubclass(kind, tuple):
        return kind(*(_build(hint, item) for hint, item in zip(_hints(kind).values(), plain, strict=True)))
    if type(plain) not in _READ_FROM.get(kind, (type(plain),)):
        raise TypeError(f"{plain!r} is no {kind.__name__}")
    return float(plain) if kind is float else plain


def _build_tuple(arms: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, (list, tuple)):
        raise TypeError(f"{plain!r} is no list")
    if len(arms) == 2 and arms[1] is Ellipsis:
        return tuple(_build(arms[0], item) for item in plain)
    return tuple(_build(arm, item) for arm, item in zip(arms, plain, strict=True))
