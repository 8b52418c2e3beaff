"""Delay by two programs: irtt and a probe of ours on the reference line, first idle and then under load; pure.

They run after all samples of the run are taken: the timing of a Go program depends on the processor's own clock, and
would move later samples by some ticks. At first irtt and our probe have the network to themselves. Then the line also
carries full packets at random moments in both directions: packets sent at fixed intervals see such a queue at its
average (Baccelli and others 2006), whereas with a periodic load each would keep its own phase to it. Both use the same
line, head-end and class, over the path that is there after the run, so that cuts do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from traffic.sample_files import Packets, Samples
from traffic.tools.irtt import ClientOptions, Echoes
from twin.core.units import NS_PER_S, Size, Time
from twin.jobs.experiment.probe_slots import Media
from twin.jobs.experiment.reference_line import PACKET, PORT, ReferenceLine
from twin.judge.certificate.cross_checks import Delays, least_delay, mean_delay
from twin.judge.verdict import CrossCheck
from twin.model import Direction, Discipline
from twin.plan.blueprint import Blueprint, Flow, Host, Scheduler, UdpFlood
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop

APART = 4
"""Packets of the load, at the narrowest span, between two of irtt, so that its queue differs from one to the next."""
LEAST_INTERVAL, MOST_INTERVAL = Time(510_000), Time(41_300_000)
"""Interval of irtt, unless its share of a medium or the policer requires a longer one."""
SHARE = 10
"""And at least so many times what a packet in each direction takes of any medium."""
OURS = 0.947
"""Ratio of our probe's interval to that of irtt."""
LOAD, LOAD_ON_AIR, FULL = 0.6, 0.2, Size(1500)
"""Load of the narrowest span in each direction, of the airtime of a radio cell in both, and its largest IP packets."""
STEP = 50
"""Bytes from one size of these packets to the next."""
IDLE, SETTLING, SAMPLES = 8, 10, 200
"""Packets of irtt without load, those left out when the load begins, and those measured under load."""
PART = 8
"""The part of a run that all of these may take, if they are not the fewest."""
FEWEST = 60
"""Fewest samples whose spread is an estimate of their variance."""
POLICED = 0.9
"""The part of the policed rate that irtt and our probe use."""
START, WALL_START, EXCHANGES = Time(20_000_000), Time(200_000_000), 2
"""How long irtt takes to start, in virtual time and on the wall clock, and round trips in which it opens its session:
it is started so long before our probes begin. What it sends meanwhile is not compared."""
ATTEMPTS = 40
"""Most attempts of irtt to open its session."""
SURE = 0.999
"""Below this probability that a packet gets there and back, some of few may be missing."""


@dataclass(frozen=True, slots=True)
class IrttPlan:
    """irtt on the reference line, and the flows that run at the same time, our probes first.

    hops: of the path. same_queue: whether our probes' packets and irtt's share one
    queue; one that is fair between flows tells them apart. idle, under_load: whether delays are compared without load,
    and in which directions under load. interruptible: whether the path may fail or lose packets. early: how long
    before our probes irtt is started, ns. loads, settled, stop: when the load begins, has lasted long enough, and ends,
    ns. drain: longest time until the load of the run has left
    all queues of the path.
    """

    line: Host
    head_end: Host
    options: ClientOptions
    flows: tuple[Flow, ...]
    hops: int
    same_queue: bool
    idle: bool
    under_load: tuple[Direction, ...]
    interruptible: bool
    early: Time
    loads: Time
    settled: Time
    stop: Time
    drain: Time


def irtt_plan(blueprint: Blueprint, reference: ReferenceLine, seconds: float, *, virtual: bool = True
              ) -> IrttPlan | None:
    """irtt after a run of `seconds`, in virtual time or on the wall clock; None where it would not get through."""
    if not reference.steady or not 0 < reference.attempts <= ATTEMPTS:
        return None
    interval = _interval(blueprint, reference)
    packets = max(FEWEST, min(SAMPLES, round(seconds / PART * NS_PER_S / interval) - IDLE - SETTLING))
    loads, settled, stop = (Time(interval * count) for count in (IDLE, IDLE + SETTLING, IDLE + SETTLING + packets))
    early = Time((START if virtual else WALL_START) + EXCHANGES * _round_trip(blueprint, reference))
    probes = (_probe(reference, way, Time(round(interval * OURS))) for way in Direction)
    return IrttPlan(
        line=reference.line, head_end=reference.head_end,
        options=ClientOptions(reference.port, PACKET, interval, -(-(stop + early) // interval), reference.attempts),
        flows=(*probes, *_load(blueprint, reference, interval, loads)), hops=len(reference.path),
        same_queue=_same_queue(blueprint, reference), idle=not reference.air,
        under_load=(Direction.UP,) if half_duplex(blueprint, reference) else (*Direction,),
        interruptible=bool(blueprint.faults) or reference.returned < SURE, early=early, loads=loads,
        settled=settled, stop=stop, drain=_drain(blueprint, reference))


def _round_trip(blueprint: Blueprint, reference: ReferenceLine) -> Time:
    """The longest that a packet of irtt takes there and back without a queue."""
    media = Media(blueprint)
    back = tuple(Hop(hop.span, not hop.forward) for hop in reversed(reference.path))
    return Time(sum(max(stay.end for stay in media.stays(path, PACKET + HEADER))
                    + round(media.direction(path[-1]).least_delay) for path in (reference.path, back)))


def _drain(blueprint: Blueprint, reference: ReferenceLine) -> Time:
    """Longest time until the load of the run has left all queues of the path."""
    spans = {span.name: span for span in blueprint.spans}
    links = [spans[hop.span].carrier(forward) for hop in reference.path for forward in (True, False)]
    modems = round(sum(link.queue * link.serialization(link.layer.max_frame) for link in links if link.queue))
    return Time(modems + sum(sum(band.limit for band in scheduler.bands) * 8 * NS_PER_S // scheduler.rate
                             for scheduler in _schedulers(blueprint, reference)))


def _schedulers(blueprint: Blueprint, reference: ReferenceLine) -> Iterator[Scheduler]:
    """The schedulers of the path, both directions of each span."""
    media = Media(blueprint)
    for hop in reference.path:
        both = (media.scheduler(Hop(hop.span, forward)) for forward in (True, False))
        yield from (scheduler for scheduler in both if scheduler is not None)


def _same_queue(blueprint: Blueprint, reference: ReferenceLine) -> bool:
    return all(band.discipline is Discipline.FIFO for scheduler in _schedulers(blueprint, reference)
               for band in scheduler.bands if band.service_class in ("", reference.service_class))


def _interval(blueprint: Blueprint, reference: ReferenceLine) -> Time:
    """Between packets of irtt: irtt and our probe together take at most a fifth of any medium on the path, both ways,
    and less than the policer of the class lets through."""
    small, full = _taken(blueprint, reference, PACKET, reference.service_class), _taken(blueprint, reference, FULL, "")
    wanted = max(LEAST_INTERVAL, min(MOST_INTERVAL, APART * full), SHARE * small)
    policed = [2 * (PACKET + HEADER) * 8 * NS_PER_S / (POLICED * rate) for rate in policed_at(blueprint, reference)]
    return Time(round(max(wanted, *policed, 0)))


def policed_at(blueprint: Blueprint, reference: ReferenceLine) -> Iterator[int]:
    """The rates of the policers and markers for the line's packets of the class, bit/s."""
    (switch,) = (switch for switch in blueprint.switches if switch.name == reference.line.switch)
    queue = blueprint.classes.index(reference.service_class)
    meters = {rule.meter for rule in switch.rules if rule.match.in_port == reference.line.port and rule.queue == queue}
    yield from (meter.rate for meter in switch.meters if meter.number in meters and not meter.packets)
    yield from (marker.rate for marker in switch.markers
                if marker.port == reference.line.port and marker.service_class == reference.service_class)


def _taken(blueprint: Blueprint, reference: ReferenceLine, packet: Size, service_class: str) -> float:
    """ns that a packet in each direction takes of the medium with the least capacity for that class."""
    media, spans = Media(blueprint), {span.name: span for span in blueprint.spans}
    taken: dict[tuple[str, bool], float] = {}
    for hop in (hop for down in reference.path for hop in (down, Hop(down.span, not down.forward))):
        frame = min(packet, spans[hop.span].forward.layer.max_frame - HEADER) + HEADER
        order, cell, way = media.scheduler(hop), media.cell(hop), media.way(hop)
        own = (cell.frame_exchange(way, frame) * cell.mean_transmissions(way) if cell and way
               else media.spacing(hop, frame))
        held = min((band.ceiling / order.rate for band in order.bands
                    if band.ceiling and band.service_class == service_class), default=1.0) if order else 1.0
        taken[media.medium(hop)] = taken.get(media.medium(hop), 0.0) + own / held
    return max(taken.values())


def _load(blueprint: Blueprint, reference: ReferenceLine, interval: Time, begin: Time) -> Iterator[Flow]:
    """Packets at random moments in both directions, in the last class."""
    size = _load_packet(blueprint, reference, interval)
    taken = _taken(blueprint, reference, size, blueprint.classes[-1])
    sent = UdpFlood(size, Time(round(taken / (LOAD_ON_AIR if reference.air else LOAD))), random=True)
    for way in Direction:
        yield replace(_flow(reference, way, sent), name=f"{reference.line.name}.echo-load.{way.value}", start=begin,
                      service_class=blueprint.classes[-1], sink_port=PORT + 1, source_port=PORT + 1)


def _load_packet(blueprint: Blueprint, reference: ReferenceLine, interval: Time) -> Size:
    """The largest packet that the path takes or, where irtt's packets are fewer than `APART` of those apart, a smaller
    one: few samples of a queue that hardly changes say little."""
    largest = Size(min(FULL, *(span.forward.layer.max_frame - HEADER for span in blueprint.spans
                               if span.name in {hop.span for hop in reference.path})))
    sizes = map(Size, range(largest, PACKET, -STEP))
    return next((size for size in sizes if APART * _taken(blueprint, reference, size, "") <= interval), PACKET)


def _probe(reference: ReferenceLine, way: Direction, interval: Time) -> Flow:
    """Our packets in one direction between the line and the port before irtt's."""
    near, far, down = PORT, reference.port - 1, way is Direction.DOWN
    ports = (far, near) if down else (near, far)
    return replace(_flow(reference, way, UdpFlood(PACKET, interval)), source_port=ports[0], sink_port=ports[1],
                   start=Time(interval * (1 if down else 2) // 3))


def _flow(reference: ReferenceLine, way: Direction, sent: UdpFlood) -> Flow:
    line, head_end = reference.line.name, reference.head_end.name
    source, sink = (head_end, line) if way is Direction.DOWN else (line, head_end)
    return Flow(
        name=_name(line, way), workload="echo", service="reference", service_class=reference.service_class,
        direction=way, line_group="", line=line, source=source, sink=sink, source_port=PORT, sink_port=PORT, dscp=0,
        traffic=sent)


def _name(line: str, way: Direction) -> str:
    return f"{line}.echo.{way.value}"


def half_duplex(blueprint: Blueprint, reference: ReferenceLine) -> bool:
    """Whether both directions share a medium somewhere on the path."""
    used = {hop.span for hop in reference.path}
    return any(span.cell or span.shared for span in blueprint.spans if span.name in used)


def cross_checks(plan: IrttPlan, samples: Mapping[str, Samples], echoes: Echoes | None, start: int
                 ) -> Iterator[CrossCheck]:
    """Delays by irtt and by our probes. samples: of our probes, which began at `start` (ns since 1970).

    Under load delays are compared if both programs' packets share a queue. Where both directions share a medium only
    upstream delays are: an echo finds the medium as its own packet has left it. In a radio cell delays without load
    are not compared, as backoffs are random. Where spans are cut there may be no path, for either program.
    """
    measured = echoes or Echoes((), (), 0)
    for way, delays in ((Direction.DOWN, measured.back), (Direction.UP, measured.there)):
        ours, theirs = samples.get(_name(plan.line.name, way)), list(zip(measured.sent, delays, strict=True))
        idle = _delays(ours, 0, plan.loads), _within(theirs, start, 0, plan.loads)
        loaded = _delays(ours, plan.settled, plan.stop), _within(theirs, start, plan.settled, plan.stop)
        if plan.idle and not (plan.interruptible and not all(both.delays for both in idle)):
            yield least_delay(f"least one-way delay of {PACKET} bytes {way.value}, {plan.line.name}",
                              idle[0].delays, idle[1].delays, plan.hops)
        missing = plan.interruptible and min(len(both.delays) for both in loaded) < FEWEST // 2
        if way in plan.under_load and plan.same_queue and not missing:
            yield mean_delay(f"mean one-way delay of {PACKET} bytes {way.value} beside load, {plan.line.name}",
                             *loaded, plan.hops)


def _within(sent_delays: Iterable[tuple[int, int]], start: int, begin: int, end: int) -> Delays:
    return _by_time((sent - start, delay) for sent, delay in sent_delays if begin <= sent - start < end)


def _delays(samples: Samples | None, begin: int, end: int) -> Delays:
    """Of the packets that were sent between two moments."""
    if not isinstance(samples, Packets):
        return Delays((), ())
    return _by_time((s, r - s) for s, r in zip(samples.sent, samples.received, strict=True)
                    if begin <= s < end and r >= 0)


def _by_time(sent_delays: Iterable[tuple[int, int]]) -> Delays:
    ordered = sorted(sent_delays)
    return Delays([sent for sent, _ in ordered], [delay for _, delay in ordered])
