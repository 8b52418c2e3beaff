"""The lifecycle of a flow: which of its methods are called, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from traffic.engine.flow_counters import FlowCounters
from traffic.sample_files import Samples
from twin.core.units import NS_PER_S
from twin.plan.blueprint import Flow

TICK = NS_PER_S
"""Between two rounds in which packets are handed over, and between two in which they are collected, ns."""
LEAD = NS_PER_S // 4
"""By how much packets are handed over ahead of their departure, at least, ns."""


@dataclass(slots=True)
class Timing:
    """How long the measurement lasts, the seed of all that is drawn, and when it begins (ns since 1970).

    The beginning is set once all flows are open, before anything is prepared.
    """

    seconds: float
    seed: int
    origin: int = 0

    @property
    def stop(self) -> int:
        """The end of the measurement, ns since 1970."""
        return self.origin + round(self.seconds * NS_PER_S)

    def rounds(self) -> Iterator[tuple[int, int]]:
        """The rounds of handing over: when, and up to which departure (both ns since 1970)."""
        for begin in range(self.origin, self.stop, TICK):
            yield begin - LEAD, min(begin + TICK, self.stop)


class ActiveFlow:
    """A flow as it runs. A method that raises OSError is followed by `fail`; the defaults do nothing.

    In this order: prepare, begin (at the flow's start), hand_over and collect (once a second, and just before the end),
    stop (at the end of the measurement), finish (once late packets have arrived), take. A live load takes samples while
    the flow goes on.
    """

    def __init__(self, flow: Flow, counters: FlowCounters) -> None:
        self.flow, self.counters = flow, counters

    def fail(self, fault: OSError) -> None:
        """Record an error; the flow is over."""
        self.counters.fail(fault)

    def prepare(self) -> None:
        """Do what must precede the first packet."""

    def begin(self) -> None:
        """Start."""

    def hand_over(self, until: int, ahead: int) -> None:
        """Give the kernel what departs before `until`; `ahead`: see traffic.engine.syscalls.ahead_of_monotonic."""

    def collect(self) -> None:
        """Receive what has arrived."""

    def stop(self) -> None:
        """The measurement is over."""

    def finish(self) -> None:
        """The last call before the samples are taken."""

    def close(self) -> None:
        """Release all resources, at any time."""

    def take(self, until: int) -> Samples:
        """What became of all that was sent or begun before `until` (ns since 1970) and was not taken yet.

        Times are after the start of the measurement. Raises EmulationError where it is unknown.
        """
        raise NotImplementedError
