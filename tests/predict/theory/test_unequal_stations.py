"""Stations that differ, against a simulation of the backoff, slot by slot."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from twin.core.units import NS_PER_S
from twin.predict.theory.dcf_contention import Windows, saturation
from twin.predict.theory.unequal_stations import Station, share

SLOT, ROUNDS = 20e3, 150_000
LONG, SHORT = 12.6e6, 1.6e6
"""Exchanges of 1500 bytes at 1 and 11 Mbit/s, ns."""


def simulated(stations: Sequence[Station], windows: Windows, seed: int = 1) -> tuple[float, ...]:
    """Frames per second that each station brings through: counters stand still while the air is busy."""
    draw, now, arrived = Random(seed), 0.0, [0] * len(stations)
    stages, counters = [0] * len(stations), [draw.randrange(windows.first) for _ in stations]
    for _ in range(ROUNDS):
        idle = min(counters)
        counters = [counter - idle for counter in counters]
        sending = [k for k, counter in enumerate(counters) if not counter]
        now += idle * SLOT + max(_exchange(stations[k], draw) for k in sending)
        for k in sending:
            through = len(sending) == 1 and draw.random() >= stations[k].damaged
            arrived[k] += through
            stages[k] = 0 if through or stages[k] + 1 not in windows.stages else stages[k] + 1
            counters[k] = draw.randrange(windows.at(stages[k]))
    return tuple(count * NS_PER_S / now for count in arrived)


def _exchange(station: Station, draw: Random) -> float:
    (time,) = draw.choices([time for time, _ in station.exchanges], [part for _, part in station.exchanges])
    return time


def always(*exchanges: float, damaged: float = 0.0) -> Station:
    """A station that always sends, as many frames of each exchange, ns."""
    return Station(tuple((exchange, 1 / len(exchanges)) for exchange in exchanges), damaged)


@pytest.mark.parametrize(("stations", "windows"), [
    ([always(SHORT), always(SHORT), always(LONG)], Windows(32, 5, 7)),
    ([always(SHORT), always(LONG)], Windows(32, 5, 7)),
    ([always(SHORT, LONG), always(SHORT), always(SHORT, SHORT / 4)], Windows(16, 6, 7)),
    ([always(SHORT, damaged=0.2)] * 3, Windows(16, 6, 2)),
    ([always(SHORT), always(SHORT, damaged=0.3), always(LONG, damaged=0.1)], Windows(16, 6, 7)),
    ([always(SHORT)] * 6, Windows(16, 6, 7))])
def test_each_brings_through_what_a_simulation_does(stations: Sequence[Station], windows: Windows) -> None:
    """Unequal rates, sizes and errors; a station that collides several times in a row is behind for long."""
    frames = [brought.frames for brought in share(stations, windows, SLOT)]
    expected = simulated(stations, windows)
    assert sum(frames) == pytest.approx(sum(expected), rel=0.01)
    assert frames == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("stations", [1, 2, 5, 10])
def test_equal_stations_are_the_law_of_saturation(stations: int) -> None:
    """Two ways to the same fixed point."""
    windows = Windows(32, 5, 7)
    shares = share([always(SHORT)] * stations, windows, SLOT)
    assert sum(brought.frames for brought in shares) == pytest.approx(
        saturation(stations, windows, SLOT, SHORT).frames, rel=1e-6)


def test_who_sends_little_is_known_to_be_idle() -> None:
    """A tenth of what it could send alone, in turns with one that always sends."""
    little = Station(((SHORT, 1.0),), offered=50.0)
    calm, full = share([little, always(SHORT)], Windows(32, 5, 7), SLOT)
    assert calm.frames == pytest.approx(50, rel=0.001) and calm.active < 0.5 and full.active == 1
