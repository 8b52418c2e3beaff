"""YAML text to a tree of nodes with places, within bounds: depth, repeats through aliases, one document, no tags.

PyYAML only splits the text into events; trees are put together here, without recursion, so that no nesting can
exhaust the stack and no alias can multiply a small file into a large one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from twin.core.errors import Place
from twin.model.yaml.file_source import refuse_foreign
from twin.model.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from twin.model.yaml.problems import Path, ProblemCollector, quoted

DEPTH_LIMIT = 16
"""Deepest nesting read; the model needs five."""
REPEAT_LIMIT = 50_000
"""Most nodes that aliases may repeat in all."""

CORE_TAG = "tag:yaml.org,2002:"
"""What `!!` stands for."""

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INDENTED_BY_TAB = re.compile(r" *\t")
_NO_BLANK = re.compile(r"( *(?:- )?[A-Za-z][\w-]*):(\xa0|(?=[^\s:/]))")
"""A key that is not followed by a blank; the blank of a word processor counts as none."""
_REMEDIES = {
    "mapping values are not allowed": 'put text that holds ": " in quotes, and indent keys alike',
    "cannot start any token": "indent with spaces, and put text that begins with a special character in quotes",
    "did not find expected key": "indent the keys of one mapping alike",
    "could not find expected ':'": 'a key is followed by ": "',
    "expected ',' or ']'": "close the list with ]",
    "expected ',' or '}'": "close the mapping with }",
}


@dataclass(frozen=True, slots=True)
class _Built:
    """A finished node, how many nodes it holds and how deep they nest."""

    node: Node
    size: int = 1
    height: int = 0


@dataclass(slots=True)
class _Open:
    """A series or table whose end has not come; a table's keys and values stand in turn."""

    place: Place
    table: bool
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 0


def compose(text: str, file: str, findings: ProblemCollector) -> Node:
    """The tree of the one document in `text`; duplicate keys and tags are noted in `findings`.

    Raises TopologyError where the text is no YAML, or breaks a bound.
    """
    text = text.removeprefix("\ufeff")
    refuse_foreign(text, file)
    composer = _Composer(file, findings)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        _name_syntax(text, file, error, findings)
        problem = str(error.problem)
        if error.context and error.context_mark:
            problem = f"{error.context} from line {error.context_mark.line + 1}, {problem}"
        remedy = next((remedy for part, remedy in _REMEDIES.items() if part in problem), "")
        findings.stop(_at(file, error.problem_mark), (), f"is not YAML: {problem}", remedy)
    except yaml.YAMLError as error:
        findings.stop(Place(file), (), f"is not YAML: {error}")
    if composer.root is None:
        findings.stop(Place(file), (), "is empty", "begin with the key twin: 1")
    return composer.root


def _name_syntax(text: str, file: str, error: yaml.MarkedYAMLError, findings: ProblemCollector) -> None:
    """Say what is wrong where a line at which the parser stopped shows it: a tab, a missing blank, an open quote."""
    lines = text.splitlines()
    if error.context_mark and "quoted scalar" in str(error.context):
        findings.stop(_at(file, error.context_mark), (), "this quotation mark is never closed", "close it")
    for number in [mark.line for mark in (error.problem_mark, error.context_mark) if mark and mark.line < len(lines)]:
        line = lines[number]
        tab, blank = _INDENTED_BY_TAB.match(line), _NO_BLANK.match(line)
        if tab:
            findings.stop(Place(file, number + 1, tab.end()), (), "a tab indents this line", "indent with spaces")
        if blank:
            wrong = "a no-break space stands" if blank[2] == "\xa0" else "a blank is missing"
            findings.stop(Place(file, number + 1, blank.end(1) + 2), (), f"{wrong} after the colon",
                          f'write {quoted(f"{blank[1].strip()}: {line[blank.end():].strip()}")}')


class _Composer:
    """Takes events one by one."""

    def __init__(self, file: str, findings: ProblemCollector) -> None:
        self.root: Node | None = None
        self._file = file
        self._findings = findings
        self._open: list[_Open] = []
        self._anchors: dict[str, _Built | None] = {}
        self._repeated = 0

    def take(self, event: yaml.Event) -> None:
        place = _at(self._file, event.start_mark)
        match event:
            case yaml.ScalarEvent():
                self._refuse_tag(event.tag, place)
                plain = event.style is None or event.style == ""
                self._put(_Built(ScalarNode(place, event.value, plain)), event.anchor)
            case yaml.CollectionStartEvent():
                self._refuse_tag(event.tag, place)
                self._begin(_Open(place, isinstance(event, yaml.MappingStartEvent), event.anchor))
            case yaml.CollectionEndEvent():
                self._end(self._open[-1])
            case yaml.AliasEvent():
                self._repeat(str(event.anchor), place)
            case yaml.DocumentStartEvent() if self.root is not None:
                self._findings.stop(place, (), "a second document begins here", "keep one document a file")

    def _begin(self, opened: _Open) -> None:
        if len(self._open) >= DEPTH_LIMIT:
            self._findings.stop(opened.place, (), f"is nested more than {DEPTH_LIMIT} deep")
        if opened.anchor is not None:
            self._anchors[opened.anchor] = None
        self._open.append(opened)

    def _end(self, done: _Open) -> None:
        node = MappingNode(done.place, tuple(self._pairs(done))) if done.table \
            else SequenceNode(done.place, tuple(done.items))
        self._open.pop()
        self._put(_Built(node, done.size, done.height + 1), done.anchor)

    def _put(self, built: _Built, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = built
        if not self._open:
            self.root = built.node
            return
        parent = self._open[-1]
        parent.items.append(built.node)
        parent.size += built.size
        parent.height = max(parent.height, built.height)

    def _repeat(self, anchor: str, place: Place) -> None:
        if anchor not in self._anchors:
            self._findings.stop(place, self._path(), f"no anchor {quoted(anchor)} stands before this alias")
        built = self._anchors[anchor]
        if built is None:
            self._findings.stop(place, self._path(), "an alias stands within its own anchor")
        self._repeated += built.size
        if self._repeated > REPEAT_LIMIT or len(self._open) + built.height > DEPTH_LIMIT:
            self._findings.stop(place, self._path(), f"aliases repeat more than {REPEAT_LIMIT} values, or nest more "
                                f"than {DEPTH_LIMIT} deep")
        self._put(built, None)

    def _pairs(self, done: _Open) -> Iterator[tuple[ScalarNode, Node]]:
        """Keys with values; the second of two equal keys is noted and left out."""
        first: dict[str, Place] = {}
        for key, value in zip(done.items[::2], done.items[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self._findings.add(key.place, self._path(closing=True), "a key is a single word")
            elif key.text in first:
                self._findings.add(key.place, (*self._path(closing=True), key.text),
                                   f"is written a second time, first in line {first[key.text].line}",
                                   "keep one of them")
            else:
                first[key.text] = key.place
                yield key, value

    def _path(self, closing: bool = False) -> Path:
        """The path of the node that comes next, or of the innermost open one."""
        parents = self._open[:-1] if closing else self._open
        return tuple(part for parent in parents for part in _step(parent))

    def _refuse_tag(self, tag: str | None, place: Place) -> None:
        if tag is not None:
            written = quoted(tag.replace(CORE_TAG, "!!"))
            self._findings.add(place, self._path(), f"the tag {written} is not allowed", "leave it out")


def _step(parent: _Open) -> Path:
    """The key or index in `parent` at which its next node will stand."""
    if not parent.table:
        return (len(parent.items),)
    key = parent.items[-1] if len(parent.items) % 2 else None
    return (key.text,) if isinstance(key, ScalarNode) else ()


def _at(file: str, mark: Any) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
