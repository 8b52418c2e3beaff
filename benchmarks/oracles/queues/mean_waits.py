"""Mean waits of packets that come at random (Poisson): M/D/1, Cobham's priorities, and one queue for all.

In two steps, since means converge slowly before a line that is busy nine tenths of its time. The lab's packets wait as
long as an exact recursion says of the moments at which they were sent. And put through that recursion, ever so many of
the moments that the senders draw give the closed form: how far independent runs lie apart says how far their mean may
be from it, and that is the tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import sqrt
from statistics import fmean, stdev

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from benchmarks.support.priority import Kind, waits
from traffic.sample_files import Packets
from twin.core.seeds import stream
from twin.core.units import NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.judge.statistics.distributions import student
from twin.model.traffic_profiles import random_times
from twin.model.yaml import load
from twin.plan import Policy, plan
from twin.plan.blueprint import Blueprint, Flow, PacketStream, carrying
from twin.plan.forwarding.paths import flow_paths
from twin.predict import HopDelay, predict_hop_delays

SECONDS, SLOW_SECONDS = 0.5, 40.0
"""For how long lines of 100 Mbit/s are measured, and copper."""
RUNS, PACKETS = 20, 30_000
"""Runs of the recursion, and packets in each."""
LEVEL = 0.9995
"""Of Student's t on either side: one figure in a thousand is further off by chance."""
LATE = 2_000
"""ns by which means in the lab may differ from the recursion: a timer a span makes packets late, and some of those then
just miss their turn, for a whole packet of another class."""
US = 1_000
KHINCHINE, COBHAM = "Pollaczek and Khinchine", "Cobham 1954"


@dataclass(frozen=True, slots=True)
class Measured:
    """One side of a run, and what theory says of the ways of its flows."""

    blueprint: Blueprint
    side: Side
    ways: Mapping[str, tuple[HopDelay, ...]]

    def lines(self, case: Case) -> list[list[Flow]]:
        """The flows of each line, in the order of their classes."""
        flows = sorted((flow for flow in self.blueprint.flows if flow.line_group == case.group),
                       key=lambda flow: (flow.line, self.rank(flow)))
        return [[flow for flow in flows if flow.line == line] for line in sorted({flow.line for flow in flows})]

    def rank(self, flow: Flow) -> int:
        """Whose turn it is."""
        return self.blueprint.classes.index(flow.service_class)


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured on one group of lines. theory: mean wait of each workload's packets, us, by priority.

    mixed: that of all packets where they share one queue, us; None where nobody asks.
    """

    group: str
    what: str
    theory: dict[str, float]
    mixed: float | None = None


FAST = (
    Case("one-50", "1500 bytes, half of 100 Mbit/s", {"half": 60.0}),
    Case("one-80", "1500 bytes, 80 % of 100 Mbit/s", {"most": 240.0}),
    Case("one-90", "1500 bytes, 90 % of 100 Mbit/s", {"nearly-all": 540.0}),
    Case("three", "10, 30 and 50 % of 100 Mbit/s", {"small": 53.82, "middle": 89.70, "large": 807.33}, 484.40),
)
SLOW = (Case("copper", "calls and 85 % of data on 2048 kbit/s of cells", {"speech": 3_000.0}, 29_000.0),)


def oracles() -> Iterator[Oracle]:
    """Fast lines, then copper; each with priorities, and in one queue."""
    network = load(lab.NETWORKS / "waits.yaml")
    built = plan(network), plan(network, Policy.NONE)
    for cases, seconds in ((FAST, SECONDS), (SLOW, SLOW_SECONDS)):
        groups = tuple(case.group for case in cases)
        ordered, mixed = (replace(planned, flows=tuple(
            flow for flow in planned.flows
            if flow.line_group in groups and (planned is built[0] or _shared(flow, cases)))) for planned in built)
        sides = lab.side_by_side((ordered, mixed), seconds)
        first, second = (Measured(blueprint, side, predict_hop_delays(blueprint, flow_paths(blueprint)))
                         for blueprint, side in zip((ordered, mixed), sides, strict=True))
        for case in cases:
            yield from _ordered(case, first)
            if case.mixed is not None:
                yield from _mixed(case, case.mixed, second)


def _shared(flow: Flow, cases: Sequence[Case]) -> bool:
    return any(case.mixed is not None and flow.line_group == case.group for case in cases)


def _ordered(case: Case, side: Measured) -> Iterator[Oracle]:
    """Each workload by itself: in the lab and by the recursion, then by the recursion and the closed form."""
    lines = side.lines(case)
    measured, followed = zip(*(_line(side, line, ranked=True) for line in lines), strict=True)
    drawn = [_drawn(side, lines[0], run, ranked=True) for run in range(RUNS)]
    for place, flow in enumerate(lines[0]):
        if flow.workload in case.theory:
            what = f"{case.what}: {flow.workload}" if len(lines[0]) > 1 else case.what
            yield _packets(what, [line[place] for line in measured], [line[place] for line in followed])
            source = COBHAM if len(lines[0]) > 1 else f"M/D/1: {KHINCHINE}"
            yield _mean(what, source, case.theory[flow.workload], [fmean(run[place]) for run in drawn])


def _mixed(case: Case, theory: float, side: Measured) -> Iterator[Oracle]:
    """All packets together, in one queue."""
    lines, what = side.lines(case), f"{case.what}, one queue for all"
    measured, followed = zip(*(_line(side, line, ranked=False) for line in lines), strict=True)
    yield _packets(what, [list(chain(*line)) for line in measured], [list(chain(*line)) for line in followed])
    drawn = [_drawn(side, lines[0], run, ranked=False) for run in range(RUNS)]
    yield _mean(what, f"M/G/1: {KHINCHINE}", theory, [fmean(chain(*run)) for run in drawn])


def _packets(what: str, measured: Sequence[Sequence[float]], followed: Sequence[Sequence[float]]) -> Oracle:
    theory, observed = fmean(chain(*followed)), fmean(chain(*measured))
    return Oracle(f"mean wait of {sum(map(len, measured))} packets in the lab, {what}", "exact recursion of the queue",
                  theory / US, observed / US, LATE / theory, "us")


def _mean(what: str, source: str, theory: float, means: Sequence[float]) -> Oracle:
    error = stdev(means) / sqrt(len(means)) * student(LEVEL, len(means) - 1) / US
    return Oracle(f"mean wait by that recursion, {RUNS} runs, {what}", source, theory, fmean(means) / US,
                  error / theory, "us")


def _line(side: Measured, flows: Sequence[Flow], *, ranked: bool) -> tuple[list[list[float]], ...]:
    """What the packets of each flow of a line waited, ns: measured, and by the recursion."""
    kinds, measured = [], []
    for flow in flows:
        samples, (*before, line) = side.side.samples[flow.name], side.ways[flow.name]
        assert isinstance(samples, Packets) and len(samples.delays) == len(samples.sent)
        early = sum(delay.fixed + delay.serialization for delay in before)
        kinds.append(Kind([at + early for at in samples.sent], line.serialization, side.rank(flow) if ranked else 0))
        measured.append([delay - early - line.serialization - line.fixed for delay in samples.delays])
    return measured, waits(kinds)


def _drawn(side: Measured, flows: Sequence[Flow], run: int, *, ranked: bool) -> list[list[float]]:
    """What packets wait that come at moments as the senders draw them, ns."""
    pairs = list(carrying(PacketStream, flows))
    seconds = PACKETS / sum(NS_PER_S / sent.interval for _, sent in pairs)
    return waits([Kind(random_times(sent.interval, flow.start, seconds, stream(run, f"gaps/{flow.name}")),
                       side.ways[flow.name][-1].serialization, side.rank(flow) if ranked else 0)
                  for flow, sent in pairs])
