"""Changing channels: what a viewer waited, and which packets of each visit count as its picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_S
from twin.judge.figures.media_delivery import Watched

UNDER_WAY = NS_PER_S
"""Of what was sent in the last second of a visit and followed by nothing, none counts: it was still under way."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stretch of watching one channel. rows: sent, received (LOST) and whether a random access point begins there."""

    joined: int
    left: int
    rows: Sequence[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """What a viewer waited after tuning in, ns: until the first packet, and until the first random access point.

    What never came counts with the whole visit.
    """

    first: int
    picture: int


def visits(viewed: Viewed, end: int) -> list[Visit]:
    """The visits in order of time; `end` is that of the measurement."""
    rows = list(zip(viewed.sent, viewed.received, viewed.access, strict=True))
    joins = [(joined, len(list(same))) for joined, same in groupby(viewed.joined)]
    until = [*accumulate(count for _, count in joins)]
    ends = [*(joined for joined, _ in joins), end][1:]
    return [Visit(joined, left, rows[last - count:last])
            for (joined, count), left, last in zip(joins, ends, until, strict=True)]


def changes(visit: Visit) -> Change | None:
    """What tuning in to this channel took; None where the visit was too short for any packet."""
    came = sorted((received, access) for _, received, access in visit.rows if received != LOST)
    if not visit.rows:
        return None
    whole = visit.left - visit.joined
    return Change(
        min((received - visit.joined for received, _ in came), default=whole),
        min((received - visit.joined for received, access in came if access), default=whole),
    )


def expected(visit: Visit) -> Watched:
    """The packets that the viewer could expect: from the first that came on, without those under way at the end.

    Where none came, all could be expected.
    """
    first = min((sent for sent, received, _ in visit.rows if received != LOST), default=visit.joined)
    last = max((sent for sent, received, _ in visit.rows if received != LOST), default=visit.joined)
    sure = max(last, visit.left - UNDER_WAY)
    period = min((b[0] - a[0] for a, b in zip(visit.rows, visit.rows[1:], strict=False)), default=0)
    rows = tuple((sent, received) for sent, received, _ in visit.rows if first <= sent <= sure)
    return Watched(period, rows, visit.left)
