"""What theory knows of one flow before its figures are computed: path, delay of each hop, throughput, bottleneck."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from twin.core.progress import counted
from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint, Flow, ForgedPackets, LinkDirection, WebPages
from twin.plan.forwarding.paths import Hop
from twin.plan.qos.three_colour_markers import marked
from twin.predict.delay.channel_change import Zapping, zappings
from twin.predict.delay.hop_delays import HopDelay, hop_delays_of, igmp_delays, round_trips, total
from twin.predict.delay.mean_waits import waits, with_means
from twin.predict.delay.overflow import loss_factors
from twin.predict.delay.planned_packets import DEFAULT_RUN, PlannedFigures, RunPlan, as_sent, coloured, planned_figures
from twin.predict.delay.simulated_cells import simulated_waits, with_simulated
from twin.predict.load.call_blocking import blocking
from twin.predict.load.cpe_shapers import with_shapers
from twin.predict.load.forged_load import passing
from twin.predict.load.max_min_fairness import Shares, settle
from twin.predict.load.packet_streams import Point, Stream, carrier
from twin.predict.load.queue_crossings import Crossings, crossings
from twin.predict.load.tcp_shares import TcpRange, tcp_ranges
from twin.predict.load.utilisation import FULL, UNCONTENDED, Loads, band_loads, utilisation
from twin.predict.radio.airtime import contention_rates
from twin.predict.radio.tcp_on_air import air_tcp_ranges

QUIET = 0.5
"""Up to this utilisation, a span that several flows share delays nobody noticeably."""
ALIKE = 0.01
"""Two shares that differ by at most this part are one."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A full queue: its span, bit/s at its layer, what constant-rate streams send there, and how many TCP streams share
    the rest. coloured: the classes of which it drops yellow packets before green ones. modem: whether it, or another
    full queue on the path, is a modem's FIFO, which counts packets. loss_factors: how many times the loss of its class
    the flow may have there, least and most."""

    span: str
    rate: int
    constant_rate: float
    greedy: int
    coloured: frozenset[str] = frozenset()
    modem: bool = False
    loss_factors: tuple[float, float] = 1.0, 1.0


@dataclass(frozen=True, slots=True)
class PathPrediction:
    """One flow on its path. hops, carriers: the spans, and the medium of each; () where there is no path. back: the
    media of its answers.

    hop_delays: of a constant-rate flow, () for TCP. offered: packets/s that it sends, None for TCP. thinking,
    saturated: packets/s of it that get through while request-response flows think, and while they never pause.
    tcp_range: of TCP, what it gets for sure, and at most. steady: whether it gets no more than its share: no changes of
    channel before a full span, which pause then. bottleneck: the slowest full queue on the path.
    policed: the part of its packets that a policer lets pass; of TCP, packets/s. contended: whether it crosses the air
    of a radio cell where contention decides the shares; contention_rate: packets/s that it then gets through, where
    theory knows. seconds: the length of the run.
    """

    flow: Flow
    hops: tuple[Hop, ...]
    carriers: tuple[LinkDirection, ...]
    back: tuple[LinkDirection, ...]
    hop_delays: tuple[HopDelay, ...]
    offered: float | None
    thinking: float
    saturated: float
    bottleneck: Bottleneck | None
    round_trip: tuple[HopDelay, ...] = ()
    """Of a flow that signals, or asks and is answered by a packet each: there and back."""
    blocked: float | None = None
    """Of a flow that signals: the probability that a call is blocked."""
    policed: float | None = None
    planned: PlannedFigures | None = None
    """Of a flow all of whose surroundings are known packet by packet."""
    contended: bool = False
    contention_rate: float | None = None
    steady: bool = True
    tcp_range: TcpRange | None = None
    air_range: TcpRange | None = None
    """Of TCP over contended air, what its packets and acknowledgements allow."""
    zapping: Zapping | None = None
    """Of a flow that watches channels."""
    seconds: float = DEFAULT_RUN.seconds
    may_overflow: bool = False
    """Whether channels that were left may fill a queue on its path now and then."""
    copied: bool = False
    """Whether packets that arrive twice fill a queue on its path."""
    passing: float = 1.0
    """Of forged packets, the part that the switch of the line lets pass; 0 to 1."""
    unshared_fifo: bool | None = None
    """Of pages: whether responses wait in one FIFO before the slowest span; None where other flows share the path."""

    @property
    def sent(self) -> float:
        """Packets that it sends in the run; of TCP 0."""
        return (self.offered or 0.0) * self.seconds

    @property
    def arp(self) -> float:
        """How long a packet waits for ARP at the most, ns; but few ever meet it."""
        return sum(hop.wait.arp for hop in self.hop_delays)

    @property
    def longest_exchange(self) -> float | None:
        """The longest wait of a packet there and of one back together, ns; None where either may be lost."""
        lossy = any(medium.lossy for medium in (*self.carriers, *self.back))
        sure = not lossy and all(hop.wait.lossless for hop in self.round_trip)
        return total(hop.wait.longest for hop in self.round_trip) if self.round_trip and sure else None


def predict_paths(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], run: RunPlan = DEFAULT_RUN
) -> Iterator[PathPrediction]:
    """The prediction of each flow, in the blueprint's order. paths: the spans that each flow crosses; run: what of it
    depends on its seed and length."""
    real, (blueprint, paths) = paths, with_shapers(blueprint, paths)
    spans = {span.name: span for span in blueprint.spans}
    met = crossings(blueprint, paths)
    rates = settle(met)
    planned = planned_figures(blueprint, met, run)
    rows = [with_means(row, planned[k].waits) if k in planned else row for k, row in enumerate(waits(met, rates))]
    rows = with_simulated(rows, simulated_waits(blueprint, met, run))
    hop_delays = hop_delays_of(blueprint, paths, rows)
    load = band_loads(met, rates.saturated)
    full = _full(met, load, marked(blueprint))
    sent = as_sent(blueprint, met, run)
    ranges = tcp_ranges(blueprint, met, rates, load) if sent is met else _tcp_ranges(blueprint, sent)
    policed, busy = _policed(met, rates.saturated), _busy(met, load)
    pausing, copied, on_air = _pausing(met, full), met.copied, air_tcp_ranges(met)
    changes, may_overflow = zappings(blueprint, igmp_delays(blueprint, paths, met, rows)), _may_overflow(met)
    contention = contention_rates(blueprint.cells, met, load, run.seconds)
    quiet = {point for point, bands in load.items() if utilisation(bands) <= QUIET}
    streams: dict[str, list[Stream]] = {}
    for stream in met.streams:
        streams.setdefault(stream.flow, []).append(stream)
    trips, blocked = round_trips(blueprint, paths, met, rows), blocking(blueprint)
    for index, flow in enumerate(counted("predict flows", blueprint.flows)):
        hops, stream = tuple(real.get(flow.name, ())), met.streams[index]
        carriers = tuple(carrier(spans[hop.span], hop.forward) for hop in hops)
        back = tuple(carrier(spans[hop.span], not hop.forward) for hop in reversed(hops))
        bottleneck = _bottleneck([replace(full[point], loss_factors=loss_factors(met, point, index))
                                  for point in stream.points if point in full])
        page = isinstance(flow.traffic, WebPages) and clean(carriers)
        yield PathPrediction(
            flow=flow, hops=hops, carriers=carriers, back=back, hop_delays=hop_delays.get(flow.name, ()),
            offered=stream.packet_rate, thinking=rates.thinking.through[index],
            saturated=rates.saturated.through[index], bottleneck=bottleneck,
            round_trip=trips.get(flow.name, ()), blocked=blocked.get(flow.name), policed=policed.get(index),
            planned=planned.get(index),
            contended=any(point in busy for point in stream.points), contention_rate=contention.get(flow.name),
            steady=not any(point in pausing for point in stream.points), tcp_range=ranges.get(index),
            air_range=on_air.get(index), zapping=changes.get(flow.name),
            passing=passing(flow.traffic, bool(blueprint.iptv_channels))
            if isinstance(flow.traffic, ForgedPackets) else 1.0,
            copied=bool(copied.intersection(stream.points)),
            seconds=run.seconds,
            may_overflow=any(point in may_overflow for point in stream.points),
            unshared_fifo=_unshared_fifo(met, streams[flow.name], quiet) if page else None)


def _tcp_ranges(blueprint: Blueprint, sent: Crossings) -> dict[int, TcpRange]:
    """What TCP gets beside what is sent in the run."""
    rates = settle(sent)
    return tcp_ranges(blueprint, sent, rates, band_loads(sent, rates.saturated))


def _bottleneck(queues: Sequence[Bottleneck]) -> Bottleneck | None:
    """The slowest of the full queues on a path. A modem may drop what the shaper before it sends first."""
    slowest = min(queues, key=lambda queue: queue.rate, default=None)
    return slowest and replace(slowest, modem=any(queue.modem for queue in queues))


def clean(carriers: Sequence[LinkDirection]) -> bool:
    """Whether the media carry every packet as soon as the one before is sent: no loss, no jitter, and no air of a
    cell."""
    return bool(carriers) and not any(medium.airtime or not medium.plain for medium in carriers)


def _unshared_fifo(met: Crossings, streams: Sequence[Stream], quiet: Collection[Point]) -> bool | None:
    """Whether the packets of a flow that has its path to itself share a FIFO before its slowest span; None where other
    flows use that path."""
    points = {point for stream in streams for point in stream.points if point not in quiet}
    if any(met.streams[index].flow != streams[0].flow for point in points for index in met.at[point]):
        return None
    slowest = max(streams[0].points, key=lambda point: met.queues[point].service(streams[0]))
    return met.queues[slowest].fifo(met.queues[slowest].band(streams[0].service_class))


def _policed(met: Crossings, shares: Shares) -> dict[int, float]:
    """Of each policed stream what `PathPrediction.policed` says. A policer that passes as much as the hop before it
    carries drops nothing of TCP."""
    policed = {}
    for point, members in met.policed.items():
        policer, streams = met.policers[point], [met.streams[m] for m in members]
        arriving = [shares.at[stream.entry][met.at[stream.entry].index(m)] if m in met.at[stream.entry]
                    else 0.0 for m, stream in zip(members, streams, strict=True)]
        for m, stream, part in zip(members, streams, policer.passing(streams, arriving), strict=True):
            if not stream.greedy:
                policed[m] = part
            elif policer.rate(stream) * met.queues[stream.entry].service(stream) < NS_PER_S:
                policed[m] = policer.rate(stream)
    return policed


def _full(met: Crossings, load: Loads, classes: Collection[str]) -> dict[Point, Bottleneck]:
    """The queues that are never idle. classes: those with colours."""
    bottlenecks = {}
    for point, bands in load.items():
        if met.queues[point].cell is not None or utilisation(bands) < FULL:
            continue
        queue, members = met.queues[point], [met.streams[index] for index in met.at[point]]
        constant = sum(s.packet_rate * queue.layer.cost(s.frame) * 8 for s in members if s.packet_rate is not None)
        bottlenecks[point] = Bottleneck(point.span, queue.rate, constant, sum(s.greedy for s in members),
                                        coloured(met, point, classes), modem=queue.packets > 0)
    return bottlenecks


def _may_overflow(met: Crossings) -> frozenset[Point]:
    """Where channels that were left and are still sent are too much beside the other constant-rate streams."""
    points = set()
    for point, indices in met.at.items():
        queue, members = met.queues[point], [met.streams[index] for index in indices]
        offered = sum(queue.cost(stream) * stream.highest_rate for stream in members if stream.packet_rate is not None)
        if offered > queue.rate and any(stream.left for stream in members):
            points.add(point)
    return frozenset(points)


def _busy(met: Crossings, load: Loads) -> frozenset[Point]:
    """The air where contention decides the shares; where one station alone sends, that is full air."""
    return frozenset(point for point, bands in load.items() if (queue := met.queues[point]).cell is not None
                     and utilisation(bands) > (FULL if queue.alone else UNCONTENDED))


def _pausing(met: Crossings, full: Mapping[Point, Bottleneck]) -> frozenset[Point]:
    """Full queues with streams that pause, and never send more than their mean."""
    return frozenset(point for point in full for stream in (met.streams[index] for index in met.at[point])
                     if stream.peak is not None and stream.peak <= (stream.packet_rate or 0.0))
