"""Write frozen dataclasses and named tuples as JSON and read them back, driven by their type annotations."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, TypeVar

T = TypeVar("T")

KIND = "kind"
"""The key under which a value of a tagged union says which of its types it is."""

_PLAIN = {int, float, str, bool, type(None)}
"""What most values are, and need not be looked at further."""
_EXACT = {int, str, bool}
"""Types of which JSON gives exactly the values that are read."""
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
    return typing.cast(T, _reader(typing.cast(Any, kind))(plain))


def tag(kind: type) -> str:
    """How a class is named in JSON: tag(BulkTransfer) == "bulk-transfer"."""
    return re.sub("(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _plain(value: Any, *, tagged: bool) -> Any:
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if (fields := _fields(kind)) is not None:
        mark = {KIND: tag(kind)} if tagged else {}
        return mark | {name: _plain(getattr(value, name), tagged=holds) for name, holds in fields}
    if kind is dict:
        return {name if type(name) is str else str(_plain(name, tagged=False)):
                item if type(item) in _PLAIN else _plain(item, tagged=tagged) for name, item in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return _plain(dict(value), tagged=tagged)
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _PLAIN else _plain(item, tagged=tagged) for item in value]
    return value


@cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...] | None:
    """The fields of a dataclass that make it what it is (those that are compared), each with whether what it holds is
    written with its kind; None of another type."""
    if not dataclasses.is_dataclass(kind):
        return None
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


Reader = Callable[[Any], Any]
"""Builds a value of one type from what `to_plain` made of it."""


@cache
def _reader(kind: Any) -> Reader:
    """What builds values of a type: looked up once for each type, for a stream of events has thousands of values."""
    kind = getattr(kind, "__supertype__", kind)
    origin = typing.get_origin(kind)
    if _is_tagged(kind):
        return partial(_tagged_from, _arms(kind))
    if origin in (typing.Union, types.UnionType):
        return partial(_optional_from, next(arm for arm in typing.get_args(kind) if arm is not type(None)))
    if origin is tuple:
        return _tuple_reader(typing.get_args(kind))
    if origin is not None and issubclass(origin, Mapping):
        return partial(_mapping_from, *map(_reader, typing.get_args(kind)))
    if dataclasses.is_dataclass(kind):
        return partial(_dataclass_from, kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and issubclass(kind, tuple):
        return partial(_named_tuple_from, kind)
    return partial(_scalar_from, kind)


def _tagged_from(arms: dict[str, Any], plain: Any) -> Any:
    rest = dict(plain)
    return _reader(arms[rest.pop(KIND)])(rest)


def _optional_from(arm: Any, plain: Any) -> Any:
    return None if plain is None else _reader(arm)(plain)


def _mapping_from(key_reader: Reader, item_reader: Reader, plain: Any) -> Any:
    return {key_reader(key): item_reader(value) for key, value in plain.items()}


def _dataclass_from(kind: Any, plain: Any) -> Any:
    readers = _field_readers(kind)
    return kind(**{name: readers[name](value) for name, value in plain.items()})


def _named_tuple_from(kind: Any, plain: Any) -> Any:
    return kind(*(reader(item) for reader, item in zip(_field_readers(kind).values(), plain, strict=True)))


@cache
def _field_readers(kind: type) -> dict[str, Reader]:
    """Of a dataclass or named tuple, when its first value is read: it may hold values of its own type."""
    hints = _hints(kind)
    names = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else hints
    return {name: _reader(hints[name]) for name in names}


def _scalar_from(kind: Any, plain: Any) -> Any:
    if type(plain) not in _READ_FROM.get(kind, (type(plain),)):
        raise TypeError(f"{plain!r} is no {kind.__name__}")
    return float(plain) if kind is float else plain


def _tuple_reader(arms: tuple[Any, ...]) -> Reader:
    types_of_arms = tuple(getattr(arm, "__supertype__", arm) for arm in arms)
    if arms[1:] == (Ellipsis,):
        exact = {types_of_arms[0]} & _EXACT
        return partial(_equal_items_from, _reader(arms[0]), exact)
    if _EXACT.issuperset(types_of_arms):
        return partial(_exact_items_from, types_of_arms)
    return partial(_items_from, tuple(map(_reader, arms)))


def _equal_items_from(reader: Reader, exact: set[type], plain: Any) -> tuple[Any, ...]:
    items = _listed(plain)
    return tuple(items) if exact.issuperset(map(type, items)) else tuple(map(reader, items))


def _exact_items_from(kinds: tuple[type, ...], plain: Any) -> tuple[Any, ...]:
    items = _listed(plain)
    if tuple(map(type, items)) == kinds:
        return tuple(items)
    return tuple(_scalar_from(kind, item) for kind, item in zip(kinds, items, strict=True))


def _items_from(readers: tuple[Reader, ...], plain: Any) -> tuple[Any, ...]:
    return tuple(reader(item) for reader, item in zip(readers, _listed(plain), strict=True))


def _listed(plain: Any) -> list[Any] | tuple[Any, ...]:
    if not isinstance(plain, (list, tuple)):
        raise TypeError(f"{plain!r} is no list")
    return plain
