"""What second instruments are asked beside the traffic: over which line, when, and against which flows of ours; pure.

One line bears witness. Once the probes of the calibration have crossed the unloaded network, the line is ours alone:
first a download of ours has it, then iperf3's. When all is over and the network is idle again, irtt sends packets of
the probes' size over the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from traffic.irtt import Echoes
from traffic.records import Packets, Samples
from twin.model import Activity, Direction, Discipline, Scheduling
from twin.plan.blueprint import Blueprint, Flow, Host, Scheduler
from twin.plan.paths import flow_paths
from twin.units import NS_PER_S, Rate, Size, Time
from twin.verify.verdict import Witnessed
from twin.verify.witnessed import goodputs, least_delay

ECHO_PORT, TRANSFER_PORT = 8_990, 8_991
"""Of irtt, and of the two downloads from here on: below those of the probes."""
ECHO_PACKET = Size(200)
"""IP packets of irtt, as long as the shorter probe's."""
ECHO_INTERVAL, ECHOES = Time(40_000_000), 10
PAUSE = Time(NS_PER_S // 2)
"""What lies before each download."""
WARM_UP, RECOVERY = Time(2 * NS_PER_S), 5
"""What is left out at its beginning: slow start, and so many times what its queue holds for the losses it ends with."""
SHORTEST, LONGEST = Time(3 * NS_PER_S), Time(8 * NS_PER_S)
QUEUES = 20
"""Then it is measured for so many times what its queue holds, within these limits: where that begins or ends amid a
recovery, what has come already waits for what was lost."""
RATE_ENOUGH = Rate(4_000_000)
"""A line up to this rate costs few packets, and the faster, the finer the comparison."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Who bears witness: a line and the head-end opposite, whether its way loses nothing, so that TCP can, and whether
    it leads through a radio cell."""

    line: Host
    head_end: Host
    lossless: bool
    air: bool = False


def stand(blueprint: Blueprint) -> Stand | None:
    """The line that bears witness: the fastest up to 4 Mbit/s whose way loses nothing, else the slowest, and one whose
    way leads through no radio cell, if there is one; None without lines."""
    head_end = next(host for host in blueprint.hosts if host.line_group is None)
    first: dict[str, Host] = {}
    for host in blueprint.hosts:
        if host.line_group is not None:
            first.setdefault(host.line_group, host)
    if not first:
        return None
    spans = {span.name: span for span in blueprint.spans}
    trials = tuple(_transfer(blueprint, Stand(host, head_end, True), "trial", 0, Time(0)) for host in first.values())
    paths = flow_paths(replace(blueprint, flows=trials))
    stands = [Stand(host, head_end, not any(spans[hop.span].forth.lossy or spans[hop.span].back.lossy
                                            for hop in paths[trial.name]),
                    any(spans[hop.span].cell for hop in paths[trial.name]))
              for host, trial in zip(first.values(), trials, strict=True)]
    return min(stands, key=lambda one: (not one.lossless, one.air, *_distance(spans[one.line.span].forth.rate),
                                        one.line.name))


def _distance(rate: Rate) -> tuple[bool, int]:
    """How far a rate is from the best: beyond what is enough is worse than any below it."""
    return rate > RATE_ENOUGH, abs(rate - RATE_ENOUGH)


def echoed(blueprint: Blueprint) -> Stand | None:
    """Who bears witness of delay; nobody where spans are cut in the run: the way may be another one at its end.

    Nor through a radio cell: an echo finds the air busy with the acknowledgement of what it answers, and then waits for
    its turn, which is chance.
    """
    place = stand(blueprint)
    return None if blueprint.faults or place is None or place.air else place


def seconds(blueprint: Blueprint, probes: float) -> float:
    """How long probes that last `probes` s and what comes after them take."""
    return max((flow.stop for flow in transfers(blueprint, probes)), default=0) / NS_PER_S or probes


def transfers(blueprint: Blueprint, probes: float) -> tuple[Flow, ...]:
    """The downloads over the line that bears witness: ours, then iperf3's; none where its way loses packets."""
    place = stand(blueprint)
    if place is None or not place.lossless:
        return ()
    return tuple(_transfers(blueprint, place, Time(round(probes * NS_PER_S))))


def _transfers(blueprint: Blueprint, place: Stand, begin: Time) -> Iterator[Flow]:
    queue = queue_time(blueprint, place.line)
    long = Time(_warm_up(queue) + _window(queue))
    for number, name in enumerate(("ours", "iperf3")):
        start = Time(begin + PAUSE + number * (long + PAUSE))
        yield replace(_transfer(blueprint, place, name, number, start), witness=name == "iperf3",
                      stop=Time(start + long))


def queue_time(blueprint: Blueprint, line: Host) -> Time:
    """How long the queue lasts in which a download waits before a line, ns."""
    order = _order(blueprint, line)
    return Time(order.bands[order.default].limit * 8 * NS_PER_S // order.rate) if order else Time(0)


def _wait(blueprint: Blueprint, line: Host) -> float:
    """How much of what has come may wait for what was lost, at both ends of the window, ns: a plain fifo loses many
    packets in a row once it is full, the others keep far from it, but for one that hfsc asks a packet ahead: what it
    measures is short by one packet's time, so that it drops later."""
    order = _order(blueprint, line)
    plain = order is not None and order.bands[order.default].discipline is Discipline.FIFO
    ahead = order is not None and order.kind is Scheduling.HFSC
    return queue_time(blueprint, line) * (2.0 if plain or ahead else 0.5)


def _order(blueprint: Blueprint, line: Host) -> Scheduler | None:
    return next(span.a.scheduler for span in blueprint.spans if span.name == line.span)


def _warm_up(queue: Time) -> Time:
    return _whole(WARM_UP + RECOVERY * queue)


def _window(queue: Time) -> Time:
    return _whole(min(max(QUEUES * queue, SHORTEST), LONGEST))


def _whole(time: int) -> Time:
    """Up to whole seconds: iperf3 counts in them."""
    return Time(-(-time // NS_PER_S) * NS_PER_S)


def _transfer(blueprint: Blueprint, place: Stand, name: str, number: int, start: Time) -> Flow:
    line, head_end = place.line.name, place.head_end.name
    return Flow(
        name=f"{line}.witness-{name}", workload=f"witness-{name}", service="witness",
        service_class=blueprint.classes[-1], activity=Activity.DOWNLOAD, direction=Direction.DOWN, line_group="",
        line=line, source=head_end, sink=line, source_port=TRANSFER_PORT + number, sink_port=0, dscp=0, start=start,
    )


def heard(blueprint: Blueprint, probes: float, samples: Mapping[str, Samples], echoes: Echoes | None
                ) -> tuple[Witnessed, ...]:
    """What both instruments said of delay and goodput; where one said nothing, the figure does not hold."""
    place = stand(blueprint)
    if place is None:
        return ()
    delays = _delays(blueprint, place, samples, echoes or Echoes((), (), 0)) if echoed(blueprint) else ()
    return (*delays, *_goodputs(transfers(blueprint, probes), samples, queue_time(blueprint, place.line),
                                _wait(blueprint, place.line)))


def _delays(blueprint: Blueprint, place: Stand, samples: Mapping[str, Samples], heard: Echoes) -> Iterator[Witnessed]:
    trial = _transfer(blueprint, place, "trial", 0, Time(0))
    spans = len(flow_paths(replace(blueprint, flows=(trial,)))[trial.name])
    for way, theirs in ((Direction.DOWN, heard.back), (Direction.UP, heard.there)):
        ours = samples.get(f"{place.line.name}.probe-{ECHO_PACKET}.{way.value}")
        yield least_delay(f"least one-way delay of {ECHO_PACKET} bytes {way.value}, {place.line.name}",
                          ours.delays if isinstance(ours, Packets) else (), theirs, spans)


def _goodputs(flows: Sequence[Flow], samples: Mapping[str, Samples], queue: Time, wait: float
              ) -> Iterator[Witnessed]:
    if flows:
        ours, theirs = flows
        yield goodputs(f"goodput alone, {ours.line}", samples.get(ours.name), samples.get(theirs.name),
                       [(flow.start + _warm_up(queue), flow.stop) for flow in flows], wait)
