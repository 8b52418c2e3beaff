"""Write a value at a path of a description's tree of nodes. Pure.

    with_value(root, "profiles.dsl-512.down", node)         a key; it is added where the description leaves it out
    with_value(root, "rings.main.spans[2]", node)           an item of a list
    with_value(root, "spans.*.capacity", node)              every entry
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from twin.model.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from twin.model.yaml.problems import nearest

EVERY = "*"
GROUPS = ("demand", "costs")
"""Keys that hold sections themselves."""
_PATH = re.compile(r"(\*|[\w-]+)((\.(\*|[\w-]+))|(\[(\d+|\*)\]))*")
_STEP = re.compile(r"\[(\d+|\*)\]|([\w-]+|\*)")


class NoSuchPath(ValueError):
    """A path leads nowhere; says at which step, and what stands there instead."""

    def __init__(self, reason: str, remedy: str = "write the path of a key of the description") -> None:
        self.remedy = remedy
        super().__init__(reason)


def with_value(root: Node, path: str, value: Node) -> Node:
    """The tree with a value at a path. Raises NoSuchPath."""
    if not _PATH.fullmatch(path):
        raise NoSuchPath(f'"{path}" is no path of keys')
    steps = tuple(match[1] or match[2] for match in _STEP.finditer(path))
    _refuse_new_entry(root, steps)
    return _set(root, steps, value)


def _refuse_new_entry(root: Node, steps: Sequence[str], within: str = "") -> None:
    """A key that is left out may be added; an entry of a section, of which one key alone is given, is a slip."""
    section, name, *rest = (*steps, "")
    entries = next((item for key, item in root.entries if key.text == section), None) \
        if isinstance(root, MappingNode) else None
    if not any(rest) or not isinstance(entries, MappingNode):
        return
    if not within and section in GROUPS:
        _refuse_new_entry(entries, steps[1:], f"{section}.")
        return
    known = {key.text for key, _ in entries.entries}
    if name not in (EVERY, *known):
        raise NoSuchPath(f'"{name}" is not in {within}{section}', nearest(name, known))


def _set(node: Node, steps: Sequence[str], value: Node) -> Node:
    if not steps:
        return value
    match node:
        case MappingNode():
            return _in_mapping(node, steps, value)
        case SequenceNode():
            return _in_sequence(node, steps, value)
        case ScalarNode():
            raise NoSuchPath(f'"{steps[0]}" is looked for in {node.text or "an empty value"}, which has no keys')


def _in_mapping(node: MappingNode, steps: Sequence[str], value: Node) -> Node:
    step, *rest = steps
    if step == EVERY:
        return replace(node, entries=tuple((key, _set(item, rest, value)) for key, item in node.entries))
    if step in {key.text for key, _ in node.entries}:
        return replace(node, entries=tuple((key, _set(item, rest, value) if key.text == step else item)
                                           for key, item in node.entries))
    added = _set(MappingNode(value.place, ()), rest, value) if rest else value
    return replace(node, entries=(*node.entries, (ScalarNode(value.place, step, plain=True), added)))


def _in_sequence(node: SequenceNode, steps: Sequence[str], value: Node) -> Node:
    step, *rest = steps
    if step != EVERY and not (step.isdigit() and int(step) < len(node.items)):
        raise NoSuchPath(f'"{step}" is no number of an item there: the list has {len(node.items)}, from 0')
    return replace(node, items=tuple(_set(item, rest, value) if step in (EVERY, str(index)) else item
                                     for index, item in enumerate(node.items)))
