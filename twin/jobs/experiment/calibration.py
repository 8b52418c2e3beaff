"""Calibration: probes on the unloaded network before the traffic, and what theory expects of each; pure.

Small packets and the largest that a line takes cross a line of each group to a head-end and back. Their delays must be
exactly serialization and propagation, or within what jitter allows, which checks the delay and the rate of every kind
of span. No probe ever meets another (`probe_slots`), nor finds a policer's bucket less than full. Every packet must
arrive, or as many as the loss of the path allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import ceil, log

from traffic.sample_files import Packets, Samples
from twin.core.units import NS_PER_MS, NS_PER_S, Size, Time
from twin.jobs.experiment.probe_slots import Media, Stay, slots
from twin.jobs.experiment.reference_line import DOUBT, first_of_groups, head_ends
from twin.judge.certificate.binomial_test import improbable
from twin.judge.verdict import Probe
from twin.model import Direction, Impairments
from twin.plan.blueprint import Blueprint, Flow, Host, RadioCellPlan, RadioHopDirection, UdpFlood
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop, host_paths
from twin.predict.load.policers import policers
from twin.predict.prediction import GRAIN
from twin.predict.theory.token_bucket import TokenBucket

FEWEST, MOST = 4, 500
"""Packets of each probe: enough that one gets through undamaged, except with probability `DOUBT`."""
SECONDS = 3.0
"""Longest duration of the probes, if they are not the fewest."""
TOLERANCE = 0.001
"""Tolerance of a probe's delay, ratio."""
PORT = 9_000
"""First port of the probes, below the services' default range."""
SMALL = Size(200)


@dataclass(frozen=True, slots=True)
class PlannedProbe:
    """A probe, and what theory expects of it.

    count: packets sent. delay: the least that should be measured, ns. tolerance: ratio of it. arrival: probability, 0
    to 1, that a packet arrives. may_miss: whether all packets may fail to get through undamaged by chance. counted:
    whether the number of arrivals is checked; not where noise or bursts make losses depend on each other.
    """

    flow: Flow
    count: int
    delay: float
    tolerance: float
    arrival: float
    may_miss: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """All probes by name, and how long they last, s."""

    probes: tuple[PlannedProbe, ...] = ()
    seconds: float = 0.0

    @property
    def flows(self) -> tuple[Flow, ...]:
        """What the probes send."""
        return tuple(probe.flow for probe in self.probes)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A probe without its times: its ends, its size, and its path."""

    number: int
    size: Size
    direction: Direction
    line: Host
    head_end: Host
    path: tuple[Hop, ...]

    @property
    def frame(self) -> int:
        """Bytes of its frames."""
        return self.size + HEADER

    def flow(self, service_class: str, start: Time, interval: Time, stop: Time) -> Flow:
        """Its flow in a class, with its times."""
        down = self.direction is Direction.DOWN
        return Flow(
            name=f"{self.line.name}.{self.head_end.name}.probe-{self.size}.{self.direction.value}",
            workload=f"probe-{self.size}", service="probe", service_class=service_class, direction=self.direction,
            line_group="", line=self.line.name, source=(self.head_end if down else self.line).name,
            sink=(self.line if down else self.head_end).name, source_port=PORT + self.number,
            sink_port=PORT + self.number, dscp=0, traffic=UdpFlood(self.size, interval), start=start, stop=stop)


def probe_plan(blueprint: Blueprint) -> ProbePlan:
    """For a line of each group and each size, a probe down and one up; each head-end is probed by some line."""
    media, candidates = Media(blueprint), list(_candidates(blueprint))
    if not candidates:
        return ProbePlan()
    buckets = _buckets(blueprint)
    placed = slots([(*media.stays(probe.path, probe.frame), *_policed(probe, buckets)) for probe in candidates])
    most = max(FEWEST, int(SECONDS * NS_PER_S / placed.period))
    count = min(most, max(_needed(_success(probe, media)) for probe in candidates))
    stop = Time(placed.period * count)
    planned = [_planned(probe, probe.flow(blueprint.classes[-1], start, placed.period, stop), count, media)
               for probe, start in zip(candidates, placed.starts, strict=True)]
    return ProbePlan(tuple(sorted(planned, key=lambda probe: probe.flow.name)), stop / NS_PER_S)


def _buckets(blueprint: Blueprint) -> dict[str, list[TokenBucket]]:
    """The token buckets of each line, whatever the class."""
    buckets: dict[str, list[TokenBucket]] = {}
    for (line, _), policer in policers(blueprint).items():
        buckets.setdefault(line, []).extend(policer.buckets)
    return buckets


def _policed(probe: _Candidate, buckets: Mapping[str, Sequence[TokenBucket]]) -> Iterator[Stay]:
    """For how long a probe from a line keeps its slowest bucket less than full."""
    own = buckets.get(probe.line.name, ()) if probe.direction is Direction.UP else ()
    taken = max((8 * (probe.size + bucket.overhead) * NS_PER_S / bucket.rate for bucket in own), default=0.0)
    if taken:
        yield Stay((f"policer {probe.line.name}", True), 0, ceil(taken))


def _candidates(blueprint: Blueprint) -> Iterator[_Candidate]:
    """The probes with a path, numbered by their ports."""
    pairs = _pairs(blueprint)
    ends = [pair for line, head_end in pairs for pair in ((line.name, head_end.name), (head_end.name, line.name))]
    paths = host_paths(blueprint, ends)
    largest = {span.name: Size(span.reverse.layer.max_frame - HEADER) for span in blueprint.spans}
    for number, (full, way, (line, head_end)) in enumerate(product((False, True), Direction, pairs)):
        source, sink = (head_end, line) if way is Direction.DOWN else (line, head_end)
        path = paths[source.name, sink.name]
        if path:
            yield _Candidate(number, largest[line.span] if full else SMALL, way, line, head_end, path)


def _pairs(blueprint: Blueprint) -> list[tuple[Host, Host]]:
    """Lines, and the head-end that each probes: round robin, until every line and every head-end is in a pair."""
    lines, services = first_of_groups(blueprint), head_ends(blueprint)
    count = max(len(lines), len(services)) if lines and services else 0
    return [(lines[index % len(lines)], services[index % len(services)]) for index in range(count)]


def _needed(success: float) -> int:
    """How many packets are needed for one to measure the delay, except with probability `DOUBT`."""
    if not 0 < success < 1:
        return FEWEST if success >= 1 else MOST
    return min(MOST, max(FEWEST, ceil(log(DOUBT) / log(1 - success))))


def _success(probe: _Candidate, media: Media) -> float:
    """Probability that a packet measures the delay: undamaged, with backoffs and jitter in the lower half of theirs."""
    chances = len(_relayed(probe.path, media)) + len(_varying(probe.path, media))
    return float(media.clean(probe.path, probe.frame) * 0.5 ** chances)


def _planned(probe: _Candidate, flow: Flow, count: int, media: Media) -> PlannedProbe:
    """The probe with what theory expects.

    Where a packet is relayed within a radio cell it draws a backoff, and with jitter a delay; the least of all lies in
    the lower part of the window, the lower the more packets there are.
    """
    quantile, relayed = _quantile(probe, count, media), _relayed(probe.path, media)
    varying = _varying(probe.path, media)
    chances = len(relayed) + len(varying)
    waits = sum(cell.difs + max(0, way.ack_time - delay) for cell, way, delay in relayed)
    part = 0.5 if not chances else min(1.0, max(0.5, quantile ** (1 / chances)))
    by_chance = sum(cell.cw_min * cell.slot * part for cell, _, _ in relayed)
    by_chance += sum(given.delay_quantile(part) - given.least_delay for given in varying)
    directions = [media.direction(hop) for hop in probe.path]
    delay = sum(link.serialization(probe.frame) + link.least_delay for link in directions) + waits + by_chance / 2
    return PlannedProbe(
        flow=flow, count=count, delay=delay, tolerance=TOLERANCE + (GRAIN * len(directions) + by_chance / 2) / delay,
        arrival=media.arrives(probe.path, probe.frame), may_miss=quantile > 1,
        counted=not any(link.impulse_noise or link.impairments.loss_bursts for link in directions))


def _quantile(probe: _Candidate, count: int, media: Media) -> float:
    """Quantile, 0 to 1, below which the best packet lies except with probability `DOUBT`; above 1 if there may be none.
    """
    clean = media.clean(probe.path, probe.frame)
    return float((1 - DOUBT ** (1 / count)) / clean) if clean else 2.0


def _varying(path: Sequence[Hop], media: Media) -> list[Impairments]:
    """The impairments on the path by which delays vary."""
    return [given for hop in path if (given := media.direction(hop).impairments).varies]


def _relayed(path: Sequence[Hop], media: Media) -> list[tuple[RadioCellPlan, RadioHopDirection, Time]]:
    """Where a packet is relayed within a radio cell: the cell, the hop that it came by, and the delay of that hop.

    It finds the channel busy with its own acknowledgement, and so draws a backoff.
    """
    relayed = []
    for before, after in pairwise(path):
        cell, way = media.cell(before), media.way(before)
        if cell is not None and way is not None and cell == media.cell(after):
            relayed.append((cell, way, media.direction(before).delay))
    return relayed


def probes(plan: ProbePlan, samples: Mapping[str, Samples]) -> tuple[Probe, ...]:
    """What theory expects of each probe and what was measured, by name; none of a probe that failed by chance."""
    return tuple(row for probe in plan.probes for row in _compared(probe, _delays(samples.get(probe.flow.name))))


def unprobed(plan: ProbePlan, samples: Mapping[str, Samples]) -> tuple[str, ...]:
    """Why lines were not probed, for the user."""
    reasons = (f"the path between {probe.flow.source} and {probe.flow.sink} loses {100 * (1 - probe.arrival):.3g} % of "
               "full packets: its delay is not probed" for probe in plan.probes
               if probe.may_miss and not _delays(samples.get(probe.flow.name)))
    return tuple(dict.fromkeys(reasons))


def _compared(probe: PlannedProbe, delays: tuple[int, ...]) -> Iterator[Probe]:
    name = probe.flow.name
    if delays or not probe.may_miss:
        yield Probe.of(name, probe.delay / NS_PER_MS, min(delays, default=0) / NS_PER_MS, "ms", probe.tolerance)
    if probe.counted and improbable(len(delays), probe.count, probe.arrival, DOUBT):
        yield Probe(f"{name} packets", probe.arrival * probe.count, len(delays), "packets", 0.0, False)


def _delays(samples: Samples | None) -> tuple[int, ...]:
    return samples.delays if isinstance(samples, Packets) else ()
