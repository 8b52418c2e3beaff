"""The queues before a span as a tree: what tc(8) prints of queueing disciplines and classes, parsed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_HEAD = re.compile(r"^(qdisc|class) (\S+) (\S+) (.*)$")
_SENT = re.compile(r"^ ?Sent (\d+) bytes (\d+) pkt \(dropped (\d+)")
_BACKLOG = re.compile(r"^ ?backlog (\d+)([KM]?)b (\d+)p")
_UNKNOWN = re.compile(r"\[Unknown qdisc, [^]]*\]")
"""What tc(8) says of a discipline of ours."""
_FACTORS = {"": 1, "K": 1024, "M": 1024 * 1024}
OF_FLOWS = ("fq_codel", "cake", "fq")
"""Disciplines whose classes are queues of single flows, too many to show."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queueing discipline or a class of one. depth: in the tree, from 0. handle: "1:" or "1:2". options: as tc(8)
    writes them. size, packets: sent, in bytes and packets; dropped: packets; backlog: bytes; waiting: packets."""

    depth: int
    kind: str
    handle: str
    options: str
    size: int
    packets: int
    dropped: int
    backlog: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Entry:
    what: str
    parent: str
    queue: Queue


def queues(text: str) -> tuple[Queue, ...]:
    """The tree from its root, each class followed by what hangs on it."""
    entries = [entry for entry in _entries(text) if entry.what == "qdisc" or entry.queue.kind not in OF_FLOWS]
    roots = [entry for entry in entries if entry.what == "qdisc" and entry.parent == ""]
    return tuple(queue for root in roots for queue in _below(root, entries, 0))


def _below(entry: _Entry, entries: list[_Entry], depth: int) -> Iterator[Queue]:
    yield replace(entry.queue, depth=depth)
    for child in entries:
        if child.parent == entry.queue.handle:
            yield from _below(child, entries, depth + 1)


def _entries(text: str) -> Iterator[_Entry]:
    """Each entry with its lines. A class without a parent hangs on its discipline; one of a leaf is its parent."""
    lines: list[str] = []
    for line in [*text.splitlines(), "class end end:0 root"]:
        if _HEAD.match(line):
            if lines:
                yield _entry(lines)
            lines = []
        lines.append(line)


def _entry(lines: list[str]) -> _Entry:
    head = _HEAD.match(lines[0])
    assert head is not None
    what, kind, handle, rest = head.groups()
    parent, rest = _taken(rest, "parent")
    _, rest = _taken(rest, "leaf")
    options = _UNKNOWN.sub("", re.sub(r"^(dev \S+ )?(root ?)?(refcnt \d+ ?)?", "", rest)).strip()
    if what == "class" and parent == "":
        parent = handle.partition(":")[0] + ":"
    sent, backlog = _numbers(_SENT, lines), _numbers(_BACKLOG, lines)
    size, packets, dropped = (int(number) for number in sent or ("0", "0", "0"))
    waiting, unit, count = backlog or ("0", "", "0")
    queue = Queue(depth=0, kind=kind, handle=handle, options=options, size=size, packets=packets, dropped=dropped,
                  backlog=int(waiting) * _FACTORS[unit], waiting=int(count))
    return _Entry(what, parent, queue)


def _taken(text: str, word: str) -> tuple[str, str]:
    """The value after a word, "" where it does not stand there, and the text without both."""
    match = re.search(rf"\b{word} (\S+) ?", text)
    return (match[1], text.replace(match[0], "")) if match else ("", text)


def _numbers(pattern: re.Pattern[str], lines: Iterable[str]) -> tuple[str, ...] | None:
    return next((match.groups() for line in lines if (match := pattern.match(line))), None)
