"""The tables of a switch: what ovs-ofctl(8) prints of flows, groups and meters, parsed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FLOW = re.compile(r"table=(\d+), n_packets=(\d+), n_bytes=(\d+), (.*?)priority=(\d+)(\S*) actions=(.*)$")
_GROUP = re.compile(r"group_id=(\d+),type=(\w+),(.*)$")
_GROUP_COUNTS = re.compile(r"group_id=(\d+),.*?ref_count=\d+,packet_count=(\d+),byte_count=(\d+)")
_METER = re.compile(r"^meter=(\d+) (.*)$", re.MULTILINE)
_METER_COUNTS = re.compile(r"meter:(\d+) .*?packet_in_count:(\d+) byte_in_count:(\d+)")
_BAND_COUNTS = re.compile(r"0: packet_count:(\d+)")


@dataclass(frozen=True, slots=True)
class FlowEntry:
    """An OpenFlow rule as it stands. match: "" for any packet. packets, size: it has treated so many, in bytes."""

    table: int
    priority: int
    match: str
    actions: str
    packets: int
    size: int


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """An OpenFlow group as it stands. kind: "ff" for fast failover, "all". buckets: as ovs-ofctl(8) writes them."""

    number: int
    kind: str
    buckets: str
    packets: int
    size: int


@dataclass(frozen=True, slots=True)
class MeterEntry:
    """A meter as it stands. bands: as ovs-ofctl(8) writes them. packets: it has seen; dropped: of those."""

    number: int
    bands: str
    packets: int
    dropped: int


def flows(text: str) -> tuple[FlowEntry, ...]:
    """By table, those first that are matched first."""
    rows = (_FLOW.search(line) for line in text.splitlines())
    entries = [FlowEntry(int(row[1]), int(row[5]), row[6].removeprefix(","), row[7], int(row[2]), int(row[3]))
               for row in rows if row]
    return tuple(sorted(entries, key=lambda entry: (entry.table, -entry.priority)))


def groups(text: str) -> tuple[GroupEntry, ...]:
    """By number."""
    counts = {int(row[1]): (int(row[2]), int(row[3])) for row in map(_GROUP_COUNTS.search, text.splitlines()) if row}
    rows = (_GROUP.search(line) for line in text.splitlines())
    return tuple(GroupEntry(int(row[1]), row[2], row[3], *counts.get(int(row[1]), (0, 0)))
                 for row in sorted((row for row in rows if row), key=lambda row: int(row[1])))


def meters(text: str) -> tuple[MeterEntry, ...]:
    """By number."""
    configured, _, counted = text.partition("OFPST_METER reply")
    counts = dict(_meter_counts(counted))
    return tuple(MeterEntry(int(row[1]), " ".join((row[2].strip(), *_indented(configured, row.end()))),
                            *counts.get(int(row[1]), (0, 0)))
                 for row in sorted(_METER.finditer(configured), key=lambda row: int(row[1])))


def _indented(text: str, end: int) -> Iterator[str]:
    """The lines after a place that are not empty, to the next blank line or meter: the bands."""
    for line in text[end:].splitlines()[1:]:
        if not line.strip() or line.startswith("meter="):
            return
        yield line.strip()


def _meter_counts(text: str) -> Iterator[tuple[int, tuple[int, int]]]:
    blocks = re.split(r"(?=meter:\d+ )", text)
    for block in blocks:
        if (row := _METER_COUNTS.search(block)) is not None:
            dropped = _BAND_COUNTS.search(block)
            yield int(row[1]), (int(row[2]), int(dropped[1]) if dropped else 0)
