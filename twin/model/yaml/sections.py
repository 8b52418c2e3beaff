"""One reader for every section: nodes to frozen entries, as twin.model.yaml.value_types says; knows no section by name.

An entry with a problem is left out and its section marked doubtful, so that the rest can still be judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, cast

from twin.core.errors import Place
from twin.model import Network
from twin.model.yaml.meant import comma_number, meant, without_blank
from twin.model.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode, keyed
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, ProblemCollector, listed, nearest, quoted
from twin.model.yaml.references import Names, Reference, all_spans, resolve
from twin.model.yaml.scalars import Refused, example, name_of, value_of
from twin.model.yaml.value_types import (
    AsWritten,
    Entries,
    Entry,
    Identifier,
    Key,
    ListOf,
    ValueType,
    Variants,
    keys_of,
    record_of,
)

_WRONG: Any = object()
"""Stands for a value that could not be read; its problem has been noted."""


def read_network(root: Node, findings: ProblemCollector) -> ParsedNetwork:
    """Read a whole description, also its references. Raises TopologyError where the root is no mapping."""
    if not isinstance(root, MappingNode):
        findings.stop(root.place, (), "is not a mapping of keys", "begin with the key twin: 1")
    reader = EntryReader(findings)
    reader.places[()] = root.place
    values = reader.keys(Network, root, ())
    sections = {key.spelling: key.required for key in keys_of(Network) if isinstance(key.value_type, Entries)}
    absent = {section for section in sections if (section,) not in reader.places}
    reported = {section for section in absent if sections[section] or section in reader.doubtful}
    reported |= reader.doubtful - reader.names.keys() - sections.keys()
    wanted = [reference for reference in reader.references if reported.isdisjoint(reference.sections)]
    reader.doubtful |= reported | resolve(wanted, {**reader.names, "spans": all_spans(reader.names)}, absent, findings)
    written = {key.field: _placeholder(key) if values[key.field] is _WRONG else values[key.field]
               for key in keys_of(Network)}
    return ParsedNetwork(record_of(Network, written), reader.places, reader.names, frozenset(reader.doubtful),
                         reader.positions)


@dataclass(slots=True)
class EntryReader:
    findings: ProblemCollector
    places: dict[Path, Place] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    deprecated: set[str] = field(default_factory=set)
    positions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    spoilt: set[Path] = field(default_factory=set)
    """Values that are cut short; their problem has been noted."""

    def keys(self, kind: type, table: MappingNode, path: Path) -> dict[str, Any]:
        """The value of every key of `kind`, by field; _WRONG where one is missing or wrong."""
        known = {key.spelling: key for key in keys_of(kind)}
        table = self.renamed(known, table, path)
        for key in known.values():
            if isinstance(key.value_type, Variants):
                return self.chosen(key, key.value_type, known, table, path)
        return self.known(known, table, path)

    def renamed(self, known: Mapping[str, Key], table: MappingNode, path: Path) -> MappingNode:
        """The table with deprecated keys under their present names, or inside those that took them up; the first use of
        each is a warning."""
        present = {key.formerly: key.spelling for key in known.values() if key.formerly}
        written = {scalar.text for scalar, _ in table.entries}
        entries = []
        for scalar, node in table.entries:
            name = present.get(scalar.text)
            if name is None or name in written:
                entries.append((scalar, node))
                continue
            inside = isinstance(known[name].value_type, Entry) and isinstance(node, ScalarNode)
            if scalar.text not in self.deprecated:
                self.findings.warn(scalar.place, (*path, scalar.text), "is deprecated",
                                   f"write {name}" + f": {{{scalar.text}: ...}}" * inside)
            self.deprecated.add(scalar.text)
            entries.append((replace(scalar, text=name), keyed(scalar, node) if inside else node))
        return replace(table, entries=tuple(entries))

    def known(self, known: Mapping[str, Key], table: MappingNode, path: Path) -> dict[str, Any]:
        """The value of every key that is known, likewise."""
        values = {key.spelling: _WRONG if key.required else key.default for key in known.values()}
        excused, written = self.strangers(known, table, path), set[str]()
        for scalar, node in table.entries:
            key = known.get(scalar.text)
            if key is not None:
                written.add(key.spelling)
                values[key.spelling] = _WRONG if (*path, key.spelling) in self.spoilt else self.value(
                    key.value_type, node, (*path, key.spelling))
        for key in (key for key in known.values() if key.spelling not in written):
            if key.spelling in excused:
                values[key.spelling] = _WRONG
            elif key.required:
                self.findings.add(self.places[path], (*path, key.spelling), "is missing", key.remedy)
            if values[key.spelling] is _WRONG and not path:
                self.doubtful.add(key.spelling)
        return _by_field(known.values(), values)

    def strangers(self, known: Mapping[str, Key], table: MappingNode, path: Path) -> frozenset[str]:
        """Note the unknown keys of a table. The keys that were meant by them, which are then not missing."""
        excused: set[str] = set()
        for index, (scalar, _) in enumerate(table.entries):
            if scalar.text in known:
                continue
            here = (*path, scalar.text)
            before = table.entries[index - 1] if index else None
            apart = without_blank(scalar.text, known)
            if scalar.text == "<<":
                self.findings.add(scalar.place, here, "is a merge key, which YAML 1.2 does not have",
                                  "write the keys out, or repeat a whole value by an alias")
                excused |= known.keys()
            elif apart:
                self.findings.add(scalar.place, here, "has no blank after the colon",
                                  f"write {quoted(': '.join(apart))}")
                excused.add(apart[0])
            elif before is not None and (number := comma_number(before[1], scalar.text)) is not None:
                self.findings.add(before[1].place, (*path, before[0].text), "has a decimal comma, which ends a value",
                                  f"write {quoted(number)}")
                self.spoilt.add((*path, before[0].text))
            else:
                self.findings.add(scalar.place, here, "is an unknown key", nearest(scalar.text, known))
                excused |= {name for name in (meant(scalar.text, known),) if name is not None}
        return frozenset(excused)

    def chosen(self, chooser: Key, form: Variants, known: Mapping[str, Key], table: MappingNode, path: Path
               ) -> dict[str, Any]:
        """The same where the value of one key, the chooser, says which others there are."""
        word = next((node.text for scalar, node in table.entries
                     if scalar.text == chooser.spelling and isinstance(node, ScalarNode)), "")
        why = f"{chooser.spelling} {quoted(word)}"
        own, entries = form.keys(word), []
        table = self.renamed(own, table, path)
        for scalar, node in table.entries:
            elsewhere = () if scalar.text in own or scalar.text in known else form.words(scalar.text)
            if elsewhere:
                self.findings.add(node.place, (*path, scalar.text), f"does not apply to {why}",
                                  f"leave it out; it belongs to {listed(elsewhere)}")
            else:
                entries.append((scalar, node))
        own = self.needed(own, {scalar.text for scalar, _ in entries}, why, path)
        values = self.known({**known, **own}, replace(table, entries=tuple(entries)), path)
        settings = {key.field: values.pop(key.field) for key in own.values()}
        sound = word in form.kinds and _WRONG not in settings.values()
        return values | {chooser.field: form.kinds[word](**settings) if sound else _WRONG}

    def needed(self, own: Mapping[str, Key], written: Set[str], why: str, path: Path) -> dict[str, Key]:
        """Keys of which none is required any more: its example stands in for one that is missing, so that the rest of
        the entry can still be judged."""
        missing = [key for key in own.values() if key.required and key.spelling not in written]
        for key in missing:
            self.findings.add(self.places[path], (*path, key.spelling), f"is missing; {why} needs it", key.remedy)
        return {**own, **{key.spelling: replace(key, required=False, default=example(key)) for key in missing}}

    def value(self, form: ValueType, node: Node, path: Path) -> Any:
        self.places[path] = node.place
        match form:
            case Entries():
                return self.section(form, node, path)
            case Entry():
                return self.entry(form.kind, node, path)
            case ListOf():
                return self.items(form, node, path)
            case AsWritten():
                return node
            case Variants():
                form = form.choice
        if not isinstance(node, ScalarNode):
            return self.wrong(node, path, "is not a single value")
        try:
            value = value_of(form, node)
        except Refused as refusal:
            return self.wrong(node, path, refusal.reason, refusal.remedy)
        if isinstance(form, Identifier) and form.refers:
            self.references.append(Reference(node.place, path, value, form.refers))
        return value

    def entry(self, kind: type, node: Node, path: Path, **name: str) -> Any:
        if not isinstance(node, MappingNode):
            return self.wrong(node, path, "is not a mapping of keys",
                              f"its keys: {', '.join(key.spelling for key in keys_of(kind))}")
        values = self.keys(kind, node, path)
        if len(path) == 1:
            values = self.completed(kind, values, path)
        return _WRONG if _WRONG in values.values() else record_of(kind, {**name, **values})

    def completed(self, kind: type, values: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """What a section without entries says, with placeholders for what is wrong in it: the rest can still be judged.
        """
        wrong = [key for key in keys_of(kind) if values[key.field] is _WRONG]
        if wrong:
            self.doubtful |= {cast(str, path[-1]), *(key.spelling for key in wrong)}
        return {**values, **{key.field: _placeholder(key) for key in wrong}}

    def items(self, form: ListOf, node: Node, path: Path) -> Any:
        if not isinstance(node, SequenceNode):
            return self.wrong(node, path, "is not a list", "write [first, second]")
        if form.count is not None and len(node.items) != form.count:
            return self.wrong(node, path, f"has {len(node.items)} items", f"write {form.count}")
        values = [self.value(form.item, item, (*path, index)) for index, item in enumerate(node.items)]
        if isinstance(form.item, Identifier):
            self.refuse_repeats(values, path)
        return _WRONG if _WRONG in values else tuple(values)

    def refuse_repeats(self, values: Sequence[Any], path: Path) -> None:
        seen = {_WRONG}
        for index, value in enumerate(values):
            if value in seen and value is not _WRONG:
                self.findings.add(self.places[*path, index], (*path, index), f"{quoted(value)} is listed twice",
                                  "keep one of them")
            seen.add(value)

    def section(self, form: Entries, node: Node, path: Path) -> Any:
        return self.named(form, node, path) if form.named else self.unnamed(form, node, path)

    def named(self, form: Entries, node: Node, path: Path) -> Any:
        section = cast(str, path[-1])
        if not isinstance(node, MappingNode):
            self.doubtful.add(section)
            return self.wrong(node, path, "is not a mapping of names",
                              "write a name, a colon and the keys of its entry")
        entries = []
        for scalar, item in node.entries:
            here = (*path, scalar.text)
            self.places[here] = scalar.place
            self.names.setdefault(section, {})[scalar.text] = scalar.place
            name = self.name(scalar, here)
            entry = self.entry(form.entry.kind, item, here, name=name)
            entries.append(_WRONG if name is _WRONG else entry)
        kept = [entry for entry in entries if entry is not _WRONG]
        if len(kept) < len(entries):
            self.doubtful.add(section)
        return tuple(sorted(kept, key=lambda entry: cast(str, entry.name)))

    def unnamed(self, form: Entries, node: Node, path: Path) -> Any:
        if not isinstance(node, SequenceNode):
            return self.wrong(node, path, "is not a list", 'begin each entry with "- "')
        entries = []
        for index, item in enumerate(node.items):
            self.places[*path, index] = item.place
            entries.append(self.entry(form.entry.kind, item, (*path, index)))
        kept = tuple(index for index, entry in enumerate(entries) if entry is not _WRONG)
        self.positions[cast(str, path[-1])] = kept
        return tuple(entries[index] for index in kept)

    def name(self, scalar: ScalarNode, path: Path) -> Any:
        try:
            return name_of(scalar.text)
        except Refused as refusal:
            return self.wrong(scalar, path, refusal.reason, refusal.remedy)

    def wrong(self, node: Node, path: Path, reason: str, remedy: str = "") -> Any:
        if isinstance(node, ScalarNode) and node.plain and node.text in ("", "~", "null"):
            reason, remedy = "has no value", "write one, or leave the key out"
        self.findings.add(node.place, path, reason, remedy)
        return _WRONG


def _by_field(keys: Iterable[Key], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by spelling as values by field; a field of several keys is a mapping, and wrong where one of them is."""
    fields: dict[str, Any] = {}
    for key in keys:
        value = values[key.spelling]
        if key.member is None or value is _WRONG:
            fields[key.field] = value
        elif fields.setdefault(key.field, {}) is not _WRONG and value is not None:
            fields[key.field][key.member] = value
    return fields


def _placeholder(key: Key) -> Any:
    """The value of a top-level key that is wrong; no check looks at it."""
    if isinstance(key.value_type, Entries):
        return ()
    return "" if key.required else key.default
