"""A radio cell, frame by frame: stations with a FIFO each that contend for the air as IEEE 802.11 says (10.3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from random import Random

from twin.predict.theory.dcf_contention import Windows


@dataclass(slots=True)
class SimulatedStation:
    """arrivals: ns, in order; exchange: ns of DIFS, frame and acknowledgement. sojourns: ns, from an arrival to the end
    of the exchange; dropped: after the last attempt."""

    arrivals: Sequence[float]
    exchange: float
    damaged: float = 0.0
    sojourns: list[float] = field(default_factory=list)
    dropped: int = 0
    count: int = 0
    stage: int = 0

    def next(self) -> float:
        """When the frame arrives that is sent next, ns."""
        number = len(self.sojourns) + self.dropped
        return self.arrivals[number] if number < len(self.arrivals) else inf


def simulate(stations: Sequence[SimulatedStation], windows: Windows, slot: float, seed: int = 1) -> None:
    """Send all frames. Who finds the air idle sends at once, if it has counted since its last frame."""
    draw, idle = Random(seed), 0.0
    while (first := min(_due(station, idle, slot) for station in stations)) < inf:
        together = [station for station in stations if _due(station, idle, slot) < first + slot]
        passed = int((first - idle) / slot + 1e-6)
        for station in stations:
            station.count = max(0, station.count - passed)
        end = first + max(station.exchange for station in together)
        for station in together:
            arrived = len(together) == 1 and draw.random() >= station.damaged
            if arrived:
                station.sojourns.append(end - station.next())
            elif station.stage + 1 not in windows.stages:
                station.dropped += 1
            station.stage = 0 if arrived or station.stage + 1 not in windows.stages else station.stage + 1
            station.count = draw.randrange(windows.at(station.stage))
        for station in stations:
            if station not in together and not station.count and first < station.next() <= end:
                station.count = draw.randrange(windows.first)
        idle = end


def _due(station: SimulatedStation, idle: float, slot: float) -> float:
    """When a station begins to send, if the air stays idle, ns; DIFS belongs to the exchange."""
    return max(idle + station.count * slot, station.next())
