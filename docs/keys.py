"""Writes docs/keys.md, the table of all keys of a description, from the model: `.venv/bin/python docs/keys.py`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from textwrap import fill
from typing import Any

from twin.core.units import PPM, SHOW
from twin.model import Agreed, Air, ClassPart, Dscp, Network, Noise, Remark, Uplink
from twin.model.yaml.value_types import (
    Choice,
    Entries,
    Entry,
    Form,
    Identifier,
    Key,
    Listed,
    Mark,
    Number,
    Quantity,
    Text,
    Truth,
    Variants,
    is_named,
    keys_of,
)

PAGE = Path(__file__).with_name("keys.md")
HEAD = """\
# Every key of a description

Made by `docs/keys.py` from the model, from which the JSON Schema is made too. What the sections are for,
[A network](network.md), [Services](services.md) and [Methods](methods.md) say. A section is a table of entries, each
under its name, unless it is called a list. A key in **bold** must be there.

Every entry can also say where its figures come from, in its own words: `basis: assumed`, `basis: measured 2024-03-01`,
`basis: quoted (the operator's web page)`. The report lists what is assumed.
"""
ROW = "| key | means | written | if left out |\n| --- | --- | --- | --- |"
BASIS = "basis"
WIDTH = 120
NESTED: dict[type, str] = {Uplink: "uplink, of a DSLAM, relay or head-end", ClassPart: "parts, of a policy",
                           Noise: "noise, of a profile", Remark: "remarks, of a head-end",
                           Agreed: "services, of a trial", Air: "air, of a radio hop"}
"""The titles of what stands within entries."""


def page() -> str:
    """The whole page."""
    top = [key for key in keys_of(Network) if not isinstance(key.form, Entries | Entry)]
    sections = [key for key in keys_of(Network) if isinstance(key.form, Entries | Entry)]
    need, rest = [key for key in sections if key.required], [key for key in sections if not key.required]
    parts = [HEAD, "## The head of a file\n", _table(top),
             "\n" + _folded(f"Sections that every file has: {_listed(need)}."),
             "\n" + _folded(f"Sections that it may have: {_listed(rest)}."),
             *(part for key in sections for part in _section(key.spelling, key.form)),
             *(part for kind, title in NESTED.items() for part in _section(title, Entry(kind)))]
    return "\n".join(parts) + "\n"


def _folded(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _listed(keys: Sequence[Key]) -> str:
    return ", ".join(f"[{key.spelling}](#{key.spelling})" for key in keys)


def _section(title: str, form: Form) -> Iterator[str]:
    kind = _kind(form)
    listed = isinstance(form, Entries) and not is_named(kind)
    yield f"\n## {title}\n\n{_folded(_doc(kind) + (' A list.' if listed else ''))}\n"
    keys = [key for key in keys_of(kind) if key.spelling != BASIS]
    yield _table(keys)
    for key in keys:
        if isinstance(key.form, Variants):
            yield from _variants(title, key.spelling, key.form)


def _variants(title: str, chooser: str, form: Variants) -> Iterator[str]:
    """What stands beside each word of a key that chooses, in the order in which that key lists them."""
    for word in form.choice.options:
        kind = form.kinds[word]
        yield f"\n### {title} with `{chooser}: {word}`\n\n{_folded(_doc(kind))}\n"
        yield _table(list(form.keys(word).values()))


def _kind(form: Form) -> type:
    if isinstance(form, Entries):
        return form.entry.kind
    assert isinstance(form, Entry)
    return form.kind


def _doc(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _table(keys: Sequence[Key]) -> str:
    rows = (f"| {f'**`{key.spelling}`**' if key.required else f'`{key.spelling}`'} | {key.about} | {_written(key)} | "
            f"{'' if key.required else _default(key)} |" for key in keys)
    return "\n".join([ROW, *rows])


def _written(key: Key) -> str:
    example = f", as `{key.example}`" if key.example else ""
    return f"{_form(key.form)}{example}"


def _form(form: Form) -> str:
    match form:
        case Quantity(kind, least, most):
            whole = kind == "ratio" and most == PPM - 1
            return f"a {kind}, less than 100 %" if whole else f"a {kind}{_limits(least, most, SHOW[kind])}"
        case Identifier(refers):
            return f"a name of {_either(refers)}" if refers else "a name"
        case Text():
            return "text"
        case Number(whole, least, most):
            return f"a {'whole ' if whole else ''}number{_limits(least, most, _figure)}"
        case Truth():
            return "`true` or `false`"
        case Mark():
            return "a DSCP by name or number"
        case Choice(options) | Variants(Choice(options)):
            return _either([option.value for option in options])
        case Listed(item, count):
            return f"a list of {count or 'any number'}, each {_form(item)}"
        case Entry(kind):
            return f"a table with {_own_keys(kind)}"
        case Entries(Entry(kind)):
            return f"a list of tables, each with {_own_keys(kind)}"


def _own_keys(kind: type) -> str:
    return f"[its own keys](#{NESTED[kind].lower().replace(',', '').replace(' ', '-')})"


def _figure(value: float) -> str:
    return f"{value:,}".replace(",", " ")


def _limits(least: Any, most: Any, show: Any) -> str:
    if least is not None and least == most:
        return f", always {show(least)}"
    if least is not None and most is not None:
        return f", {show(least)} to {show(most)}"
    return f", at least {show(least)}" if least is not None else f", at most {show(most)}" if most is not None else ""


def _either(words: Any) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _default(key: Key) -> str:
    value = key.default
    if value is None or value == () or value == "":
        return "–"
    if isinstance(key.form, Quantity):
        return SHOW[key.form.kind](value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    return "`DF`" if isinstance(key.form, Mark) and value == Dscp(0) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
