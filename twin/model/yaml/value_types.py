"""Value types: how each field of the model is written in YAML; the reader and the JSON Schema follow them."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from twin.core.units import Gain, Growth, Length, Power, Price, Rate, Ratio, Size, Time, Years
from twin.model import Dscp, IpAddress, IpPrefix, Name
from twin.model.yaml_field_metadata import Verbatim


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit; kind as in twin.core.units."""

    kind: str
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name; refers: sections of which it must be an entry."""

    refers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Text for people."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a unit; whole: an integer."""

    whole: bool
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Boolean:
    """true or false."""


@dataclass(frozen=True, slots=True)
class DscpValue:
    """A DSCP, by name or number."""


@dataclass(frozen=True, slots=True)
class Internet:
    """An IP address, or the prefix of many."""

    prefix: bool


@dataclass(frozen=True, slots=True)
class AsWritten:
    """Anything, which is read elsewhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of an enum."""

    options: type[StrEnum]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; count: how many items, where that is fixed."""

    item: ValueType
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping with the keys of a dataclass."""

    kind: type


@dataclass(frozen=True, slots=True)
class Entries:
    """A section: a mapping from names to entries, or a list of entries that have no names."""

    entry: Entry
    named: bool


@dataclass(frozen=True, slots=True)
class Variants:
    """One of several dataclasses, whose keys stand beside the word that chooses it. kinds: by that word."""

    choice: Choice
    kinds: Mapping[str, type]

    def keys(self, word: str) -> dict[str, Key]:
        """The keys that go with a word, by their spelling; those of all kinds, none required, where it is no such word.
        """
        if word in self.kinds:
            return {key.spelling: key for key in keys_of(self.kinds[word])}
        return {key.spelling: dataclasses.replace(key, required=False)
                for kind in reversed([*self.kinds.values()]) for key in keys_of(kind)}

    def words(self, spelling: str) -> tuple[str, ...]:
        """The words with which a key goes; none where no kind has it."""
        return tuple(word for word in self.kinds if spelling in self.keys(word))


ValueType = (Quantity | Identifier | Text | Number | Boolean | DscpValue | Internet | AsWritten | Choice | ListOf
             | Entry | Entries | Variants)

_QUANTITIES = {Rate: "rate", Time: "time", Ratio: "ratio", Size: "size", Length: "length", Power: "power",
               Gain: "gain", Price: "price", Growth: "growth", Years: "life"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an entry. field: of the dataclass. spelling: in YAML. member: under what the value stands in the field,
    where that is a mapping with a key of the entry for each of its own. formerly: its deprecated spelling."""

    field: str
    spelling: str
    value_type: ValueType
    required: bool
    default: Any
    about: str
    example: str
    member: Enum | None = None
    formerly: str = ""

    @property
    def remedy(self) -> str:
        """What to do where it is missing."""
        return f"write for example {self.spelling}: {self.example}" if self.example else f"it says: {self.about}"


@cache
def keys_of(kind: type) -> tuple[Key, ...]:
    """The keys of an entry of `kind`, in the order of the model; the name of a named entry is none of them."""
    hints = typing.get_type_hints(kind)
    return tuple(key for field in dataclasses.fields(kind) if field.metadata for key in _keys(field, hints[field.name]))


@cache
def groups_of(kind: type) -> dict[str, type]:
    """The fields of `kind` that are records whose keys are written beside the others, with those records."""
    return {field.name: field.metadata["group"] for field in dataclasses.fields(kind) if "group" in field.metadata}


def record_of(kind: type, values: Mapping[str, Any]) -> Any:
    """An entry of `kind` from the values of its keys, by field; those of a group make the group's record."""
    own = dict(values)
    groups = {field: record_of(record, {key.field: own.pop(key.field) for key in keys_of(record)})
              for field, record in groups_of(kind).items()}
    return kind(**own, **groups)


@cache
def is_named(kind: type) -> bool:
    """Whether entries of `kind` have a name, written as the key of their mapping."""
    return any(field.name == "name" and not field.metadata for field in dataclasses.fields(kind))


def _keys(field: dataclasses.Field[Any], hint: Any) -> Iterator[Key]:
    if "group" in field.metadata:
        yield from keys_of(hint)
        return
    if "table" not in field.metadata:
        yield _key(field, hint)
        return
    for member in field.metadata["table"]:
        row, scale = member.row, member.row.scale
        yield Key(field=field.name, spelling=member.value, value_type=_form(scale.written, (), scale.least, scale.most),
                  required=False, default=None, about=row.about, example=row.example, member=member)


def _key(field: dataclasses.Field[Any], hint: Any) -> Key:
    metadata = field.metadata
    required = field.default is dataclasses.MISSING
    return Key(
        field=field.name,
        spelling=metadata["key"] or field.name.replace("_", "-"),
        value_type=_variants(kinds, metadata["key"]) if len(kinds := _dataclasses(hint)) > 1
        else _form(hint, metadata["refers"], metadata["least"], metadata["most"]),
        required=required,
        default=None if required else field.default,
        about=metadata["about"],
        example=metadata["example"],
        formerly=metadata["formerly"],
    )


def _dataclasses(hint: Any) -> tuple[type, ...]:
    """The dataclasses of a union."""
    return tuple(arm for arm in typing.get_args(hint) if dataclasses.is_dataclass(arm) and isinstance(arm, type))


def _variants(kinds: tuple[type, ...], key: str) -> Variants:
    chosen = {getattr(kind, key): kind for kind in kinds}
    return Variants(Choice(type(next(iter(chosen)))), chosen)


def _form(hint: Any, refers: tuple[str, ...], least: Any, most: Any) -> ValueType:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(arm for arm in typing.get_args(hint) if arm is not type(None))
    if typing.get_origin(hint) is tuple:
        return _tuple_form(typing.get_args(hint), refers, least, most)
    if hint in _QUANTITIES:
        return Quantity(_QUANTITIES[hint], least, most)
    if hint is Name:
        return Identifier(refers)
    simple: dict[Any, ValueType] = {Dscp: DscpValue(), bool: Boolean(), str: Text(), int: Number(True, least, most),
                                    float: Number(False, least, most), IpPrefix: Internet(True),
                                    IpAddress: Internet(False), Verbatim: AsWritten()}
    if hint in simple:
        return simple[hint]
    return Choice(hint) if issubclass(hint, StrEnum) else Entry(hint)


def _tuple_form(arms: tuple[Any, ...], refers: tuple[str, ...], least: Any, most: Any) -> ValueType:
    item = _form(arms[0], refers, least, most)
    if isinstance(item, Entry):
        return Entries(item, is_named(item.kind))
    return ListOf(item, None if arms[-1] is Ellipsis else len(arms))
