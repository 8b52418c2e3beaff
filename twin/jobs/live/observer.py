"""On the host: follows the events and windows of a live twin, and makes views of them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from traffic.live.window import decode, window_file
from twin.core.units import NS_PER_S
from twin.jobs.live.channel import CountersChanged, CountersRead, Event, FaultChanged, TwinState, WindowReady
from twin.jobs.live.counter_reader import applied
from twin.jobs.live.host_steal import StealReader
from twin.judge.live.fidelity import Fidelity, Moment, fidelity
from twin.judge.live.sliding_window import SlidingWindow
from twin.judge.live.view import Reading, View, backlogs, loads, view
from twin.model import Network
from twin.plan.blueprint import Blueprint

LOAD_PERIOD = NS_PER_S
"""Over how long the load of spans is seen, ns."""
MOST_OF_TIME = 0.05
"""Which part of a processor's time figures and verdicts of flows may take: those of a large network take longer than
that every second, and are then made every few seconds, of the same sliding window."""
LONGEST_REST = 5.0
"""s, however long they take."""


class Observer:
    """A twin as it was last seen. read_counters: asks it for a full reading, where one was missed."""

    def __init__(self, network: Network, blueprint: Blueprint, windows: Path, state: TwinState,
                 read_counters: Callable[[], CountersRead], *, seconds: float, steal: StealReader,
                 clock: Callable[[], float] = time.thread_time) -> None:
        """clock: the processor time of whoever makes the views, s."""
        self._clock, self._due = clock, 0
        self._network, self._blueprint, self._windows = network, blueprint, windows
        self._faults, self._read_counters = state.faults, read_counters
        self._sliding = SlidingWindow(seconds)
        self._readings = deque([read_counters()])
        self._steal, self._moments = steal, deque[Moment]()

    def take(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case CountersChanged():
                self._count(event)
            case FaultChanged(_, faults):
                self._faults = faults
            case WindowReady(number):
                self._note(event)
                path = window_file(self._windows, number)
                if path.exists():  # Not there any more where this process was stopped for minutes.
                    self._sliding.add(decode(path.read_bytes()))

    def follow(self, network: Network, blueprint: Blueprint) -> None:
        """Go on with other lines; counters begin anew, flows do not."""
        self._network, self._blueprint, self._due = network, blueprint, 0
        self._readings = deque([self._read_counters()])

    def view(self) -> View:
        """What is seen now."""
        return view(self._network, self._blueprint, self._sliding, self._seen(), faults=self._faults,
                    moments=self._moments)

    def after(self, event: Event, last: View) -> View:
        """What is seen after an event that was taken, where `last` was seen before. Flows are looked at anew when a
        window is ready, as often as there is time for it, and when trust has changed."""
        seen = self.renewed(last)
        changed = seen.fidelity.trust is not last.fidelity.trust
        if not isinstance(event, WindowReady) or (event.until < self._due and not changed):
            return seen
        began = self._clock()
        seen = self.view()
        rest = min(LONGEST_REST, (self._clock() - began) / MOST_OF_TIME)
        self._due = event.until + round(rest * NS_PER_S)
        return seen

    def fidelity(self) -> Fidelity:
        """Whether what is seen now can be trusted."""
        return fidelity(self._sliding, self._moments, self._readings[-1].at)

    def renewed(self, last: View) -> View:
        """A view with what is newer than it of spans, faults and fidelity; flows are as in the last window, and are no
        more judged when nothing comes of them."""
        seen, trust = self._seen(), self.fidelity()
        return replace(last, at=seen[-1].at, faults=self._faults, loads=loads(self._blueprint, seen),
                       backlogs=backlogs(self._blueprint, seen), queues=seen[-1].queues, fidelity=trust,
                       verdicts=last.verdicts if trust.trust is last.fidelity.trust else ())

    def _seen(self) -> list[Reading]:
        return [Reading(read.at, read.counters.queues) for read in self._readings]

    def _note(self, ready: WindowReady) -> None:
        at = self._readings[-1].at
        self._moments.append(Moment(at, ready.losses, self._steal.since()))
        while self._moments[0].at <= self._sliding.begin:
            self._moments.popleft()

    def _count(self, change: CountersChanged) -> None:
        last = self._readings[-1]
        if change.number <= last.number:
            return
        if change.number != last.number + 1:
            self._readings.append(self._read_counters())
            return
        self._readings.append(applied(last, change))
        while self._readings[0].at < change.at - LOAD_PERIOD and len(self._readings) > 2:
            self._readings.popleft()
