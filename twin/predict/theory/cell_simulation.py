"""The air of a radio cell, frame by frame: stations with queues that contend as IEEE 802.11 says (clause 10.3.4).

A station that finds the air idle for DIFS sends at once; any other, and one that has just sent, counts a backoff in
idle slots. Starts less than a slot apart collide; what collides, or is damaged, is sent again with twice the window.
Times in ns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from random import Random

from twin.predict.theory.dcf_contention import Windows
from twin.predict.theory.packet_queues import Packet, Visit
from twin.predict.theory.packet_simulation import QueueSpec


@dataclass(frozen=True, slots=True)
class Passing:
    """A flow at one station. visit: band, bytes, airtime, and what follows; answer: ns from a frame's end to that of
    its acknowledgement; damaged: the chance that a frame is."""

    station: int
    visit: Visit
    answer: float
    damaged: float = 0.0


@dataclass(frozen=True, slots=True)
class CellFlow:
    """When packets of a flow come to its first station, ns, and its stations, in order."""

    arrivals: Sequence[float]
    passings: tuple[Passing, ...]


@dataclass(slots=True)
class CellOutcome:
    """Of a flow: its waits at each station, ns, and how many packets were lost."""

    waits: list[list[float]]
    lost: int = 0


class _Contender:
    """A station. frame: what it sends, or will send again; since: when it has had something to send; count: idle slots
    to pass yet, or None while it counts nothing; stage: how often the frame has failed."""

    def __init__(self, spec: QueueSpec) -> None:
        self.bands, self._selector = spec.leaves(), spec.selector()
        self.frame: Packet | None = None
        self.since, self.stage = 0.0, 0
        self.count: int | None = None

    @property
    def wants(self) -> bool:
        """Whether it has something to send."""
        return self.frame is not None or any(len(band) for band in self.bands)

    def take(self, now: float) -> Packet:
        """The frame that it sends."""
        if self.frame is None:
            chosen = self._selector.chosen(self.bands, now)
            assert chosen is not None
            self.frame = self.bands[chosen].take(now)
        return self.frame


class CellSimulation:
    """All frames of a cell."""

    def __init__(self, flows: Sequence[CellFlow], stations: Sequence[QueueSpec], windows: Windows,
                 times: tuple[float, float], draw: Random) -> None:
        """times: of a slot and of DIFS, ns."""
        self._flows, self._windows, (self._slot, self._difs), self._draw = flows, windows, times, draw
        self._stations = [_Contender(spec) for spec in stations]
        self._idle, self._began, self._end = 0.0, -inf, inf
        self._on_air: list[_Contender] = []
        self.outcomes = [CellOutcome([[] for _ in flow.passings]) for flow in flows]
        self._coming: list[tuple[float, int, int, int]] = [
            (flow.arrivals[0], k, 0, 0) for k, flow in enumerate(flows) if flow.arrivals]
        self._coming.sort()

    def run(self) -> list[CellOutcome]:
        """All frames, until the last has been sent."""
        while True:
            due = self._end if self._on_air else min(map(self._due, self._stations))
            if self._coming and self._coming[0][0] <= due:
                self._arrive(*heappop(self._coming))
            elif due == inf:
                return self.outcomes
            elif self._on_air:
                self._finish()
            else:
                self._begin(due)

    def _due(self, station: _Contender) -> float:
        """When a station begins, if the air stays idle."""
        if not station.wants:
            return inf
        return max(self._idle + self._difs + (station.count or 0) * self._slot, station.since)

    def _arrive(self, now: float, k: int, place: int, number: int) -> None:
        flow = self._flows[k]
        if place == 0 and number + 1 < len(flow.arrivals):
            heappush(self._coming, (flow.arrivals[number + 1], k, 0, number + 1))
        passing = flow.passings[place]
        station = self._stations[passing.station]
        slept = not station.wants
        if not station.bands[passing.visit.band].put(Packet(k, place, now, now, passing.visit)):
            self.outcomes[k].lost += 1
        elif slept:
            self._wake(station, now)

    def _wake(self, station: _Contender, now: float) -> None:
        """It may have to count, or begin too late to hear who has just begun."""
        station.since = now
        if station.count is not None or (not self._on_air and now >= self._idle):
            return
        if self._on_air and now < self._began + self._slot:
            self._send(station, now)
        else:
            self._count_anew(station)

    def _count_anew(self, station: _Contender) -> None:
        station.count = self._draw.randrange(self._windows.at(station.stage))

    def _send(self, station: _Contender, at: float) -> None:
        end = at + station.take(at).visit.service
        self._end = max(self._end, end) if self._on_air else end
        self._on_air.append(station)

    def _begin(self, at: float) -> None:
        passed = max(0, int((at - self._idle - self._difs) / self._slot + 1e-6))
        due = [(self._due(station), station) for station in self._stations]
        for when, station in due:
            if when < at + self._slot:
                self._send(station, when)
        self._began = at
        for _, station in due:
            if station not in self._on_air and station.count is not None:
                left = station.count - passed
                station.count = left if left > 0 else 0 if station.wants else None

    def _finish(self) -> None:
        """One alone arrives, unless it is damaged."""
        answer = 0.0
        for station in self._on_air:
            frame = station.take(self._end)
            passing = self._flows[frame.flow].passings[frame.hop]
            answer = max(answer, passing.answer)
            if len(self._on_air) == 1 and self._draw.random() >= passing.damaged:
                self._deliver(frame)
            elif station.stage + 1 in self._windows.stages:
                station.stage += 1
                self._count_anew(station)
                continue
            else:
                self.outcomes[frame.flow].lost += 1
            station.frame, station.stage = None, 0
            self._count_anew(station)
        self._on_air, self._idle = [], self._end + answer

    def _deliver(self, frame: Packet) -> None:
        self.outcomes[frame.flow].waits[frame.hop].append(self._end - frame.arrived - frame.visit.service)
        if frame.hop + 1 < len(self._flows[frame.flow].passings):
            heappush(self._coming, (self._end + frame.visit.then, frame.flow, frame.hop + 1, -1))
