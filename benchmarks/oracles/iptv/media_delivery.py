"""Video: the media delivery index, what TR-126 allows a picture, and a player's buffer."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from traffic.sample_files import Bytes
from twin.core.units import NS_PER_MS, NS_PER_S, PPM
from twin.judge.figures.media_delivery import delay_factor, tolerated
from twin.judge.figures.video_player import play
from twin.model.traffic_profiles import TS_PAYLOAD

EXACT = 1e-9
PRINTED = 1e-3
"""Figures that are printed with three digits."""
TR_126 = ((3.0, 6, 5.85), (3.75, 7, 5.46), (5.0, 9, 5.26), (1.75, 4, 6.68), (2.0, 5, 7.31), (2.5, 5, 5.85))
"""Mbit/s of the stream, packets that one event may take, and the loss ratio with one an hour, ppm."""


def oracles() -> Iterator[Oracle]:
    """Computed by the functions that every verdict uses."""
    yield from _index()
    yield from _tolerances()
    yield from _films()


def _index() -> Iterator[Oracle]:
    """Packets of 1316 bytes at 3.75 Mbit/s, as they are sent whole ns apart: as they should come, after a stall of
    14 ms, and one of them 10 ms late."""
    period = round(TS_PAYLOAD * 8 * NS_PER_S / 3_750_000)
    ideal = [k * period for k in range(300)]
    stalled = [max(at, ideal[100] + 14 * NS_PER_MS - period) if k >= 100 else at for k, at in enumerate(ideal)]
    late = [at + 10 * NS_PER_MS * (k == 100) for k, at in enumerate(ideal)]
    for what, theory, arrivals in (("at a constant rate", period / 1e6, ideal),
                                   ("with a stall of 14 ms", 14.0, stalled),
                                   ("with one packet 10 ms late", 2 * period / 1e6, late)):
        yield Oracle(f"delay factor {what}", "RFC 4445, 3.1", theory, delay_factor(arrivals, period) / 1e6, EXACT,
                     "ms")


def _tolerances() -> Iterator[Oracle]:
    for rate, packets, ratio in TR_126:
        longest, allowed = tolerated(rate * 1e6 / (8 * TS_PAYLOAD))
        yield Oracle(f"packets of one loss event at {rate:g} Mbit/s", "TR-126", packets, longest, EXACT)
        yield Oracle(f"loss ratio with one event an hour at {rate:g} Mbit/s", "TR-126", ratio, allowed * PPM, PRINTED,
                     "ppm")


def _films() -> Iterator[Oracle]:
    """A film of 1 Mbit/s with 2 s of buffer that comes at 800 kbit/s in steps of 1 ms, for 60 s."""
    step, come = NS_PER_MS, 100
    at = tuple(range(step, 60 * NS_PER_S, step))
    played = play(Bytes(at, tuple(come * (k + 1) for k in range(len(at)))), 1_000_000, 2 * NS_PER_S, 0, 60 * NS_PER_S)
    yield Oracle("start-up of a film that comes at 4/5 of its rate", "buffer x rate / goodput", 2.5,
                 (played.start_up or 0) / NS_PER_S, PRINTED, "s")
    yield Oracle("stops of that film in 60 s", "10 s of play, 2.5 s of waiting", 4, played.stops, EXACT)
    yield Oracle("standstill of that film in 60 s", "after 12.5 s, 25 s, 37.5 s and 50 s", 10.0,
                 played.stalled / NS_PER_S, PRINTED, "s")
