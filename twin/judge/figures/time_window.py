"""A part of a run as if it were a run of its own: samples from one moment to another, times from the first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from traffic.sample_files import LOST, Bytes, Calls, Packets, Samples, Transactions, Viewed
from twin.judge.figures.packet_metrics import carried


def within(samples: Samples, begin: int, end: int) -> Samples:
    """The samples of [begin, end), ns: packets sent then, bytes that arrived then, transactions and calls begun then.

    What only happens after the end has not happened yet, save for packets under way, which arrive.
    """
    if isinstance(samples, Packets):
        rows = _rows((samples.sent, samples.received), begin, end)
        sent, received = _columns(((s - begin, r if r == LOST else r - begin) for s, r in rows), 2)
        return Packets(sent, received, samples.size)
    if isinstance(samples, Viewed):
        seen = _rows((samples.sent, samples.received, samples.joined, samples.access), begin, end)
        sent, received, joined, access = _columns(
            ((s - begin, r if r == LOST else r - begin, max(0, j - begin), a) for s, r, j, a in seen), 4)
        return Viewed(joined, sent, received, access, samples.size)
    if isinstance(samples, Bytes):
        base = carried(samples, begin)
        rows = _rows((samples.at, samples.total), begin, end)
        return Bytes(*_columns(((at - begin, total - base) for at, total in rows), 2))
    if isinstance(samples, Transactions):
        rows = _rows((samples.started, samples.ended, samples.size), begin, end)
        return Transactions(*_columns(((s - begin, _known(e, begin, end), size) for s, e, size in rows), 3))
    rows = _rows((samples.dialled, samples.rung, samples.answered, samples.ended, samples.status), begin, end)
    return Calls(*_columns(((row[0] - begin, *(_known(at, begin, end) for at in row[1:4]), row[4]) for row in rows), 5))


def _known(at: int, begin: int, end: int) -> int:
    """A moment as it is known at the end."""
    return LOST if at == LOST or at >= end else at - begin


def _rows(columns: tuple[tuple[int, ...], ...], begin: int, end: int) -> Iterable[tuple[int, ...]]:
    return (row for row in zip(*columns, strict=True) if begin <= row[0] < end)


def _columns(rows: Iterable[tuple[int, ...]], width: int) -> list[tuple[int, ...]]:
    kept = list(rows)
    return [tuple(row[column] for row in kept) for column in range(width)]
