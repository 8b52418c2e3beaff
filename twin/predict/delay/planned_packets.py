"""What becomes of planned packets: flows at constant rate or with gaps drawn from the seed, computed packet by packet.

That is exact for a flow if all that crosses its queues is planned, too. TCP, requests, dialled calls, IPTV and the air
of radio cells are not: where they cross a queue, nothing behind it is planned; nor where jitter, reordering or copies
disturb the order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import inf, lcm

from twin.core.seeds import stream
from twin.core.units import NS_PER_S, Time
from twin.model import Discipline, Scheduling, Share
from twin.model.traffic_profiles import packet_times, random_times
from twin.plan.blueprint import Blueprint, ConstantRate, Flow, ForgedPackets, RestorationProbe, UdpFlood, full_packets
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.flow_phases import phased
from twin.plan.qos.three_colour_markers import marked
from twin.predict.load.packet_streams import Point, Stream, carrier
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue
from twin.predict.load.utilisation import FULL
from twin.predict.theory.packet_queues import HtbClass, Visit
from twin.predict.theory.packet_simulation import Outcome, PlannedFlow, QueueSpec, Simulation
from twin.predict.theory.token_bucket import TokenBucket

BUDGET = 600_000
"""Packets times hops that are computed for a network: about a second."""
PERIODS, SETTLING = 4, 1
"""Common periods of flows that are computed where these repeat, and how many of them are left out at first."""
MOST_LOSS = 0.02
"""From this loss of a medium on, what arrives behind it is not planned."""
DRAIN = 2.0
"""Seconds after the end for which receivers still take packets (traffic.agent.run)."""
MANY = 10_000
"""From so many random packets on, their number differs from the mean by a per cent at the most, mostly."""
CAKE_QUANTUM = 1514
"""Bytes of a round of CAKE without a shaper."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The run that is predicted: its seed, and its length in seconds."""

    seed: int = 1
    seconds: float = 60.0


DEFAULT_RUN = RunPlan()

@dataclass(frozen=True, slots=True)
class PlannedFigures:
    """What becomes of a flow's packets. mean, most: delay, ns, None where none arrive; waits: mean at each hop, ns;
    lost: the part that policers and queues drop. whole: whether all packets of the run were computed, or all that
    differ. random: whether some of the packets that meet are sent at random."""

    mean: float | None
    most: float | None
    waits: tuple[float, ...]
    lost: float
    whole: bool
    random: bool = False


def planned_figures(blueprint: Blueprint, met: Crossings, run: RunPlan) -> dict[int, PlannedFigures]:
    """The figures of all planned flows, by the index of their stream; none where spans fail during the run."""
    if blueprint.faults:
        return {}
    flows = phased(blueprint, run.seed).flows
    known = _known(blueprint, met)
    met = replace(met, streams=tuple(replace(sender, points=known.get(k, ())) for k, sender in enumerate(met.streams)))
    whole = {k for k, points in known.items() if len(points) == len(met.streams[k].hops)
             and not met.impaired.keys() & {*met.streams[k].hops}}
    figures: dict[int, PlannedFigures] = {}
    parts = [part for part in _parts(met, known) if whole.intersection(part)]
    budget = BUDGET / max(1, len(parts))
    for part in parts:
        figures |= _figures(blueprint, met, {k: flows[k] for k in part}, run, budget)
    return {k: figure for k, figure in figures.items() if k in whole}


def _known(blueprint: Blueprint, met: Crossings) -> dict[int, tuple[Point, ...]]:
    """The queues of each stream up to the first where it is not known what becomes of its packets."""
    unknown = {point for point, queue in met.queues.items() if queue.cell is not None or not _modelled(met, point)}
    constant = {k for k, flow in enumerate(blueprint.flows) if _constant(flow)}
    unknown |= {point for k, stream in enumerate(met.streams) if k not in constant for point in stream.points}
    unknown |= {point for point, members in met.policed.items() if not constant.issuperset(members)}
    spans = {span.name: span for span in blueprint.spans}
    changed = True
    while changed:
        before = len(unknown)
        for k in constant:
            unknown.update(_after_unknown(met, met.streams[k], unknown, [
                1.0 if hop in met.impaired else carrier(spans[hop.span], hop.forward).loss_probability(
                    met.streams[k].frame)
                for hop in met.streams[k].hops]))
        changed = len(unknown) > before
    return {k: points for k in sorted(constant)
            if (points := tuple(takewhile(lambda point: point not in unknown, met.streams[k].points)))}


def _after_unknown(met: Crossings, stream: Stream, unknown: set[Point], losses: Sequence[float]) -> Iterator[Point]:
    """The queues of a stream behind one where it is not known what becomes of it."""
    lost = False
    for point, loss in zip(stream.points, losses, strict=True):
        if lost:
            yield point
        policer = met.policer_of(stream) if point == stream.entry else None
        lost |= point in unknown or policer in unknown or loss > MOST_LOSS


def _stages(met: Crossings, stream: Stream) -> tuple[Point, ...]:
    policer = met.policer_of(stream)
    return stream.points if policer is None else (*stream.points, policer)


def _constant(flow: Flow) -> bool:
    """Whether it is known when a flow sends, and of what size."""
    return isinstance(flow.traffic, ConstantRate) and not isinstance(flow.traffic, ForgedPackets | RestorationProbe)


def _modelled(met: Crossings, point: Point) -> bool:
    """Whether the order of packets in a queue is known: of hfsc, and in a hierarchy, only where one band is used. Of a
    fair queue hfsc takes the next packet while it still sends the one before."""
    queue = met.queues[point]
    used = {queue.band(met.streams[k].service_class) for k in met.at[point]}
    match queue.kind:
        case Scheduling.HFSC:
            return len(used) == 1 and all(map(queue.fifo, used))
        case Scheduling.HTB | Scheduling.STRICT | Scheduling.DRR | Scheduling.NONE:
            return not queue.parents or len(used) == 1


def _parts(met: Crossings, planned: Iterable[int]) -> list[list[int]]:
    """Groups of streams that share no queue with each other."""
    group: dict[Point, set[int]] = {}
    for k in sorted(planned):
        joined = {k}.union(*(group.get(point, ()) for point in _stages(met, met.streams[k])))
        for other in joined:
            group |= dict.fromkeys(_stages(met, met.streams[other]), joined)
    return [sorted(part) for part in {id(part): part for part in group.values()}.values()]


def _figures(blueprint: Blueprint, met: Crossings, flows: Mapping[int, Flow], run: RunPlan, budget: float
             ) -> dict[int, PlannedFigures]:
    """The figures of one group."""
    streams = {k: met.streams[k] for k in flows}
    rate = sum((stream.packet_rate or 0.0) * len(stream.points) for stream in streams.values())
    seconds = min(run.seconds, budget / rate)
    period = PERIODS * _period(flows) / NS_PER_S
    periodic = period < seconds and _stable(met, streams.values())
    seconds = period if periodic else seconds
    model = [_flow(blueprint, met, k, flow, run.seed, seconds) for k, flow in flows.items()]
    points = dict.fromkeys(point for stream in streams.values() for point in stream.points)
    policers: dict[object, tuple[TokenBucket, ...]] = {
        point: met.policers[point].buckets for k in flows if (point := met.policer_of(streams[k])) is not None}
    deadline = inf if seconds < run.seconds else (seconds + DRAIN) * NS_PER_S
    outcomes = Simulation(model, {point: queue_spec(met.queues[point]) for point in points}, policers, deadline).run()
    exact = all(outcome.reliable for outcome in outcomes) and not any(_approximate(met, point) for point in points)
    whole = exact and (periodic or seconds >= run.seconds)
    if any(outcome.lost for outcome in outcomes) and any(coloured(met, at, marked(blueprint)) for at in points):
        return {}
    random = any(stream.random for stream in streams.values())
    return {k: replace(_figure(outcome, len(planned.departures), run.seconds / seconds, whole, periodic), random=random)
            for k, planned, outcome in zip(flows, model, outcomes, strict=True) if outcome.reliable}


def _approximate(met: Crossings, point: Point) -> bool:
    """Whether the order of packets in a queue is known only roughly: htb where several bands borrow."""
    queue = met.queues[point]
    return queue.kind is Scheduling.HTB and len({queue.band(met.streams[k].service_class) for k in met.at[point]}) > 1


def coloured(met: Crossings, point: Point, classes: Collection[str]) -> frozenset[str]:
    """The classes of which a queue drops yellow packets before green ones: a FIFO behind a marker. classes: those with
    colours."""
    queue = met.queues[point]
    behind = {met.streams[k].service_class for k in met.at[point] if point in met.streams[k].points[1:]}
    return frozenset(name for name in behind.intersection(classes) if queue.fifo(queue.band(name)))


def _period(flows: Mapping[int, Flow]) -> float:
    """After what time all flows of a group repeat, ns; inf where some are random."""
    intervals = []
    for flow in flows.values():
        match flow.traffic:
            case UdpFlood(random=True):
                return inf
            case ConstantRate(interval=interval):
                intervals.append(interval)
    return float(lcm(*intervals))


def _stable(met: Crossings, streams: Iterable[Stream]) -> bool:
    """Whether a group of streams overloads nothing, so that it repeats as soon as all have started."""
    load: dict[Point | tuple[Point, int], float] = {}
    for sender in streams:
        rate, policer = sender.packet_rate or 0.0, met.policer_of(sender)
        if policer is not None:
            load[policer] = load.get(policer, 0.0) + rate / met.policers[policer].rate(sender)
        for point in sender.points:
            queue, band = met.queues[point], met.queues[point].band(sender.service_class)
            load[point] = load.get(point, 0.0) + rate * queue.service(sender) / NS_PER_S
            if queue.bands and queue.bands[band].ceiling:
                load[point, band] = load.get((point, band), 0.0) + rate * queue.cost(sender) / queue.bands[band].ceiling
    return all(share < FULL for share in load.values())


def _figure(outcome: Outcome, sent: int, longer: float, whole: bool, periodic: bool) -> PlannedFigures:
    """The figures of one flow. longer: how many times the computed time the run lasts."""
    delays = outcome.delays[len(outcome.delays) * SETTLING // PERIODS:] if periodic else outcome.delays
    arrived = len(outcome.delays)
    lost = outcome.lost + outcome.policed
    if longer > 1 and not periodic:
        lost = round((lost + 2 * outcome.lost_late * (longer - 1) + outcome.policed * (longer - 1)) / longer)
    return PlannedFigures(
        mean=sum(delays) / len(delays) if delays else None, most=max(outcome.delays, default=None),
        waits=tuple(max(0.0, wait / max(1, arrived)) for wait in outcome.waits),
        lost=lost / sent if sent else 0.0, whole=whole)


def _flow(blueprint: Blueprint, met: Crossings, k: int, flow: Flow, seed: int, seconds: float) -> PlannedFlow:
    """A flow for the simulation."""
    spans = {span.name: span for span in blueprint.spans}
    sender = met.streams[k]
    visits = []
    for hop, point in zip(sender.hops, sender.points, strict=False):
        queue, medium = met.queues[point], carrier(spans[hop.span], hop.forward)
        band, service = queue.band(sender.service_class), queue.service(sender)
        then = medium.serialization(sender.frame) + medium.least_delay - service
        cost, key = 1 if queue.packets else queue.layer.cost(sender.frame), queue_key(queue, band, sender)
        visits.append((point, Visit(band, cost, service, then, key)))
    entered = sender.points.index(sender.entry) + 1 if sender.points else 1
    return PlannedFlow(departures(flow, seed, seconds), tuple(visits), met.policer_of(sender), sender.frame - HEADER,
                       entered)


def departures(flow: Flow, seed: int, seconds: float) -> Sequence[int]:
    """When a flow sends its packets in a run, ns."""
    sent = flow.traffic
    assert isinstance(sent, ConstantRate)
    until = min(seconds, flow.stop / NS_PER_S or seconds)
    if isinstance(sent, UdpFlood) and sent.random:
        return random_times(sent.interval, flow.start, until, stream(seed, f"gaps/{flow.name}"))
    return packet_times(Time(sent.interval), flow.start, until)


def as_sent(blueprint: Blueprint, met: Crossings, run: RunPlan) -> Crossings:
    """The crossings with as many packets of each random stream as it sends in this run. Of many that is the mean."""
    few = {k for k, sender in enumerate(met.streams)
           if sender.random and (sender.packet_rate or 0.0) * run.seconds < MANY}
    if not few or not any(sender.greedy for sender in met.streams):
        return met
    flows = phased(blueprint, run.seed).flows
    return replace(met, streams=tuple(
        replace(sender, packet_rate=len(departures(flows[k], run.seed, run.seconds)) / run.seconds) if k in few
        else sender for k, sender in enumerate(met.streams)))


def queue_key(queue: Queue, band: int, sender: Stream) -> object:
    """What shares a queue with a stream where queueing is fair."""
    if queue.fifo(band) or queue.bands[band].share is Share.FLOW:
        return sender.flow, sender.source
    return queue.fifo_key(sender)


def queue_spec(queue: Queue) -> QueueSpec:
    """A queue for the simulation."""
    if not queue.bands:
        return QueueSpec((float(queue.waiting),), (0.0,), (), (None,))
    full = queue.layer.max_frame_cost
    fair = tuple(None if queue.fifo(k) else (
        CAKE_QUANTUM if band.discipline is Discipline.CAKE else full, float(band.target), float(band.interval))
        for k, band in enumerate(queue.bands))
    limits = tuple(float(band.limit) if queue.fifo(k) else full_packets(band.limit, full)
                   for k, band in enumerate(queue.bands))
    classes = tuple(_htb_class(queue, k) for k in range(len(queue.bands))) if queue.kind is Scheduling.HTB else ()
    quanta = tuple(float(band.quantum) if queue.kind is not Scheduling.HFSC else 0.0 for band in queue.bands)
    return QueueSpec(limits, quanta, classes, fair)


def _htb_class(queue: Queue, k: int) -> HtbClass:
    """A band of htb, as twin.emulation.qdisc.htb builds it."""
    band, full = queue.bands[k], queue.layer.max_frame_cost
    burst = full + len(queue.bands) * full * band.guarantee / queue.rate
    return HtbClass(float(band.guarantee), float(band.ceiling), burst, float(full) if band.ceiling else inf,
                    band.priority, float(band.quantum))
