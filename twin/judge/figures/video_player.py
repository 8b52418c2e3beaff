"""A player of films on demand: when it begins, and when its picture stands still. Pure.

The film comes by TCP as fast as it goes (progressive download). The player begins once `buffer` of film is there, plays
at the film's rate, stops when it has played all that has come, and goes on once `buffer` is there again.
"""

from __future__ import annotations

from dataclasses import dataclass

from traffic.sample_files import Bytes
from twin.core.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class Played:
    """start_up: ns until the picture began; None where it never did. stops: how often it stood still after that, and
    stalled: for how long in all, ns."""

    start_up: int | None
    stops: int
    stalled: int


def play(progress: Bytes, rate: int, buffer: int, begin: int, end: int) -> Played:
    """Play a film of `rate` bit/s asked for at `begin`, until `end`; times in ns.

    Bytes that came between two samples count as come with the later one.
    """
    needed = rate * buffer // (8 * NS_PER_S)
    ready = needed
    """Bytes that must have come before the picture moves."""
    since: int | None = None
    played_before = 0
    """Bytes played by `since`, when the picture last began to move."""
    start_up, stops, stalled, stood_at, had = None, 0, 0, begin, 0
    for at, total in (*((a, t) for a, t in zip(progress.at, progress.total, strict=True) if a < end), (end, -1)):
        if since is not None:
            dry = since + (had - played_before) * 8 * NS_PER_S // rate
            if dry < at:
                stops, since, stood_at, played_before, ready = stops + 1, None, dry, had, had + needed
        had = max(had, total)
        if since is None and had >= ready and at < end:
            if start_up is None:
                start_up = at - begin
            else:
                stalled += at - stood_at
            since = at
    if since is None and start_up is not None:
        stalled += end - stood_at
    return Played(start_up, stops, stalled)
