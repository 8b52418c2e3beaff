"""irtt beside a voice probe of ours, on an idle and then on a loaded line; pure.

This comes when all samples of the run are taken: what a Go program does between two system calls hangs on the
processor's own clock, and would move samples that come after it by ticks. irtt and our probe have the network to
themselves at first; then the line carries full packets at random moments, both ways, for most of its time: whatever is
sent at fixed intervals finds such a queue as it is on average (Baccelli and others 2006), while beside a steady load
the two would fall in step with it, each in its own. Both go from the same line to the same head-end in the same class,
over whatever path there is by then, so that cuts do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from traffic.sample_files import Packets, Samples
from traffic.tools.irtt import Echoes, Question
from twin.core.units import NS_PER_S, Size, Time
from twin.jobs.experiment.probe_slots import Media
from twin.jobs.experiment.reference_line import PACKET, PORT, Stand, stand
from twin.judge.certificate.cross_checks import Delays, least_delay, mean_delay
from twin.judge.verdict import CrossCheck
from twin.model import Direction, Discipline
from twin.plan.blueprint import Blueprint, Flow, UdpFlood
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop
from twin.plan.qos.three_colour_markers import scheduler_before

APART = 4
"""Packets of the load, at the narrowest span, between two packets of irtt: so few that samples of its queue differ."""
LEAST_INTERVAL, MOST_INTERVAL = Time(510_000), Time(41_300_000)
"""Between packets of irtt where neither its own share nor the police says more."""
SHARE = 10
"""And so many times the time that a packet there and one back take of any medium."""
OURS = 0.947
"""Our probe's interval, as a part of irtt's."""
LOAD, LOAD_ON_AIR, FULL = 0.6, 0.2, Size(1500)
"""The part of the narrowest span's rate that is taken each way; of a radio cell's, which both share, with all that a
frame costs there; and the largest IP packets that take it."""
STEP = 50
"""Bytes from size to size of these."""
IDLE, SETTLING, SAMPLES = 8, 10, 200
"""Packets of irtt that have the network to themselves, that are left out of the load's beginning, and that follow."""
PART = 8
"""Of a run, the part that all of these may take, as long as there are enough."""
FEWEST = 60
"""Below so many samples chance is not told by their spread."""
POLICED = 0.9
"""The part of what the class may send that irtt and our probe take."""
EARLY = Time(200_000_000)
"""By how much irtt is started before our probes send, so that it has opened its session by then."""
ATTEMPTS = 40
"""How often irtt is let to open its session at most."""
SURE = 0.999
"""Where a packet comes there and back less often, some of few need not."""


@dataclass(frozen=True, slots=True)
class Beside:
    """irtt's ends, its port, the time between its packets, and the flows that run beside it, our probes first.

    alike: whether our probes' packets and irtt's wait in one queue and nothing else decides. A queue that shares
    between flows tells them apart. loads, settled, stop: when the load begins, has lasted for long enough, and ends,
    ns.
    """

    stand: Stand
    interval: Time
    flows: tuple[Flow, ...]
    alike: bool
    loads: Time
    settled: Time
    stop: Time

    @property
    def question(self) -> Question:
        """What irtt is asked: it begins some time before our probes, and ends after them."""
        count = -(-(self.stop + EARLY) // self.interval)
        return Question(self.stand.port, PACKET, self.interval, count, self.stand.attempts)


def beside(blueprint: Blueprint, seconds: float) -> Beside | None:
    """What is asked of irtt, and what runs meanwhile, after a run of `seconds`; None
    where it would not get through."""
    place = stand(blueprint)
    if place is None or not 0 < place.attempts <= ATTEMPTS:
        return None
    interval = _interval(blueprint, place)
    packets = max(FEWEST, min(SAMPLES, round(seconds / PART * NS_PER_S / interval) - IDLE - SETTLING))
    loads, settled, stop = (Time(interval * count) for count in (IDLE, IDLE + SETTLING, IDLE + SETTLING + packets))
    probes = (_probe(place, way, Time(round(interval * OURS))) for way in Direction)
    return Beside(
        stand=place, interval=interval, flows=(*probes, *_load(blueprint, place, interval, loads)),
        alike=_alike(blueprint, place), loads=loads, settled=settled, stop=stop)


def drained(blueprint: Blueprint, place: Stand) -> Time:
    """How long it takes at the most until nothing of the run's load waits on the path any more."""
    spans = {span.name: span for span in blueprint.spans}
    orders = [scheduler_before(spans[hop.span], forth) for hop in place.path for forth in (True, False)]
    return Time(sum(sum(band.limit for band in order.bands) * 8 * NS_PER_S // order.rate
                    for order in orders if order is not None))


def _alike(blueprint: Blueprint, place: Stand) -> bool:
    spans = {span.name: span for span in blueprint.spans}
    orders = [scheduler_before(spans[hop.span], forth) for hop in place.path for forth in (True, False)]
    return all(band.discipline is Discipline.FIFO for order in orders if order is not None for band in order.bands
               if band.service_class in ("", place.service_class))


def _interval(blueprint: Blueprint, place: Stand) -> Time:
    """Between packets of irtt: at most a fifth of any medium on the path is its and our probe's, both ways, and less
    than the police of the class lets through."""
    small, full = _taken(blueprint, place, PACKET, place.service_class), _taken(blueprint, place, FULL, "")
    wished = max(LEAST_INTERVAL, min(MOST_INTERVAL, APART * full), SHARE * small)
    policed = [2 * (PACKET + HEADER) * 8 * NS_PER_S / (POLICED * rate) for rate in policed_at(blueprint, place)]
    return Time(round(max(wished, *policed, 0)))


def policed_at(blueprint: Blueprint, place: Stand) -> Iterator[int]:
    """The rates, bit/s, up to which the line's own packets of the class are let in or are alike."""
    (switch,) = (one for one in blueprint.switches if one.name == place.line.switch)
    queue = blueprint.classes.index(place.service_class)
    meters = {rule.meter for rule in switch.rules if rule.match.in_port == place.line.port and rule.queue == queue}
    yield from (meter.rate for meter in switch.meters if meter.number in meters and not meter.packets)
    yield from (marker.rate for marker in switch.markers
                if marker.port == place.line.port and marker.service_class == place.service_class)


def _taken(blueprint: Blueprint, place: Stand, packet: Size, service_class: str) -> float:
    """ns that a packet each way takes of the medium that has least to spare for that class."""
    media, spans = Media(blueprint), {span.name: span for span in blueprint.spans}
    taken: dict[tuple[str, bool], float] = {}
    for hop in (one for down in place.path for one in (down, Hop(down.span, not down.forward))):
        frame = min(packet, spans[hop.span].forward.layer.max_frame - HEADER) + HEADER
        order, cell, way = scheduler_before(spans[hop.span], hop.forward), media.cell(hop), media.way(hop)
        own = (cell.frame_exchange(way, frame) * cell.mean_transmissions(way) if cell and way
               else media.carrier(hop).serialization(frame))
        held = min((band.ceiling / order.rate for band in order.bands
                    if band.ceiling and band.service_class == service_class), default=1.0) if order else 1.0
        taken[media.medium(hop)] = taken.get(media.medium(hop), 0.0) + own / held
    return max(taken.values())


def _load(blueprint: Blueprint, place: Stand, interval: Time, begin: Time) -> Iterator[Flow]:
    """Packets at random moments, both ways, in the last class."""
    size = _load_packet(blueprint, place, interval)
    taken = _taken(blueprint, place, size, blueprint.classes[-1])
    sent = UdpFlood(size, Time(round(taken / (LOAD_ON_AIR if place.air else LOAD))), random=True)
    for way in Direction:
        yield replace(_flow(place, way, sent), name=f"{place.line.name}.echo-load.{way.value}", start=begin,
                      service_class=blueprint.classes[-1], sink_port=PORT + 1, source_port=PORT + 1)


def _load_packet(blueprint: Blueprint, place: Stand, interval: Time) -> Size:
    """The largest packet that the path takes, or where irtt's packets are less than some of those apart, a shorter one:
    of a queue that hardly changes from packet to packet, few samples say little."""
    largest = Size(min(FULL, *(span.forward.layer.max_frame - HEADER for span in blueprint.spans
                               if span.name in {hop.span for hop in place.path})))
    sizes = map(Size, range(largest, PACKET, -STEP))
    return next((size for size in sizes if APART * _taken(blueprint, place, size, "") <= interval), PACKET)


def _probe(place: Stand, way: Direction, interval: Time) -> Flow:
    """Our packets one way between the line and the port before irtt's."""
    near, far, down = PORT, place.port - 1, way is Direction.DOWN
    ports = (far, near) if down else (near, far)
    return replace(_flow(place, way, UdpFlood(PACKET, interval)), source_port=ports[0], sink_port=ports[1],
                   start=Time(interval * (1 if down else 2) // 3))


def _flow(place: Stand, way: Direction, sent: UdpFlood) -> Flow:
    line, head_end = place.line.name, place.head_end.name
    source, sink = (head_end, line) if way is Direction.DOWN else (line, head_end)
    return Flow(
        name=_name(line, way), workload="echo", service="witness", service_class=place.service_class,
        direction=way, line_group="", line=line, source=source, sink=sink, source_port=PORT, sink_port=PORT, dscp=0,
        traffic=sent)


def _name(line: str, way: Direction) -> str:
    return f"{line}.echo.{way.value}"


def heard(blueprint: Blueprint, asked: Beside, samples: Mapping[str, Samples], echoes: Echoes | None,
          start: int) -> Iterator[CrossCheck]:
    """What both instruments said of delay, without load and beside it.

    samples: of our probes, which began at `start` (ns since 1970).

    Where their packets need not wait in one queue, delays beside load are not compared. Where both directions share a
    medium only the way up beside load is: an echo on its way back finds it as its own packet has left it; and in a
    radio cell, without load, backoffs are chance. Where spans are cut there may be no path any more, which both find.
    """
    place, found = asked.stand, echoes or Echoes((), (), 0)
    half = half_duplex(blueprint, place)
    gone = bool(blueprint.faults) or place.returned < SURE
    for way, theirs in ((Direction.DOWN, found.back), (Direction.UP, found.there)):
        ours = samples.get(_name(place.line.name, way))
        idle = _delays(ours, 0, asked.loads), _within(found, theirs, start, 0, asked.loads)
        loaded = _delays(ours, asked.settled, asked.stop), _within(found, theirs, start, asked.settled, asked.stop)
        if not place.air and not (gone and not all(one.delays for one in idle)):
            yield least_delay(f"least one-way delay of {PACKET} bytes {way.value}, {place.line.name}",
                              idle[0].delays, idle[1].delays, len(place.path))
        few = min(len(one.delays) for one in loaded) < FEWEST // 2
        if (way is Direction.UP or not half) and asked.alike and not (gone and few):
            yield mean_delay(f"mean one-way delay of {PACKET} bytes {way.value} beside load, {place.line.name}",
                             *loaded, len(place.path))


def half_duplex(blueprint: Blueprint, place: Stand) -> bool:
    """Whether both directions share a medium somewhere on the path."""
    used = {hop.span for hop in place.path}
    return any(span.cell or span.shared for span in blueprint.spans if span.name in used)


def _within(echoes: Echoes, delays: Iterable[int], start: int, begin: int, end: int) -> Delays:
    return _of((sent - start, delay) for sent, delay in zip(echoes.sent, delays, strict=True)
               if begin <= sent - start < end)


def _delays(samples: Samples | None, begin: int, end: int) -> Delays:
    """Of the packets that were sent between two moments."""
    if not isinstance(samples, Packets):
        return Delays((), ())
    return _of((s, r - s) for s, r in zip(samples.sent, samples.received, strict=True) if begin <= s < end and r >= 0)


def _of(rows: Iterable[tuple[int, int]]) -> Delays:
    known = sorted(rows)
    return Delays([sent for sent, _ in known], [delay for _, delay in known])
