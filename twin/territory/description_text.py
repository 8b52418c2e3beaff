"""A description as YAML text with comments, one line an entry, as people write it. Pure.

What is written here is read by twin.model.yaml: texts that YAML would take for something else are quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

WIDTH = 120
_PLAIN = re.compile(r"[^\W\d_](?:[\w .;/()+%-]*[\w.)%])?|[0-9]+(?:\.[0-9]+)? [^\W\d_][\w/]*|[0-9]+(?:\.[0-9]+)? %"
                    r"|802\.11[bg]")
"""What needs no quotation marks: words, and quantities with a unit."""
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})

Value = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"]
Keys = Mapping[str, Value]
Tables = Mapping[str, Mapping[str, Keys]]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a description. entries: by name, or without names, or the keys of a section that is one record, or
    tables of entries. comment: sentences above it."""

    key: str
    entries: Mapping[str, Keys] | Sequence[Keys] | Keys | Tables
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DraftedDescription:
    """A description to be written. about: for the report; comment: at its head, paragraphs apart by a line feed."""

    name: str
    about: str
    comment: str
    sections: tuple[Section, ...]


def description_text(drafted: DraftedDescription) -> str:
    """The YAML text; sections without entries are left out."""
    head = [*_comment(drafted.comment), "twin: 1", f"name: {_value(drafted.name)}", "about: >",
            *(f"  {line}" for line in wrap(drafted.about, WIDTH - 2)), ""]
    parts = (line for section in drafted.sections if section.entries for line in (*_section(section), ""))
    return "\n".join([*head, *parts]).rstrip("\n") + "\n"


def _section(section: Section) -> list[str]:
    lines = [*_comment(section.comment), f"{section.key}:"]
    match section.entries:
        case Mapping() as record if not all(isinstance(keys, Mapping) for keys in record.values()):
            lines[-1] += f" {_value(record)}"
        case Mapping() as tables if all(map(_is_table, tables.values())):
            lines += [line for name, table in tables.items() for line in (
                f"  {name}:", *(f"    {_value(entry)}: {_value(keys)}" for entry, keys in table.items()))]
        case Mapping() as named:
            lines += [f"  {_value(name)}: {_value(keys)}" for name, keys in named.items()]
        case unnamed:
            lines += [f"  - {_value(keys)}" for keys in unnamed]
    return lines


def _is_table(value: Value) -> bool:
    """Whether a value is a table of entries, each with keys of its own."""
    return isinstance(value, Mapping) and bool(value) and all(isinstance(keys, Mapping) for keys in value.values())


def _comment(text: str) -> list[str]:
    """Folded, behind number signs."""
    return [f"# {line}".rstrip() for part in text.split("\n") if part for line in wrap(part, WIDTH - 2)]


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value) if "e" not in repr(value) else f"{value:.12f}".rstrip("0")
        case str():
            return value if _PLAIN.fullmatch(value) and value.lower() not in _WORDS else json.dumps(
                value, ensure_ascii=False)
        case Mapping():
            return "{" + ", ".join(f"{_value(key)}: {_value(each)}" for key, each in value.items()) + "}"
        case _:
            return "[" + ", ".join(map(_value, value)) + "]"
