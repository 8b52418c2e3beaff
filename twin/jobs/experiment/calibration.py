"""The probes that come before the traffic: what they send, and what theory says of them; pure.

On the unloaded network, over a line of each group and the whole way to a head-end and back, small packets and the
largest that the line takes must take exactly their serialization and propagation: so the delay and the rate of every
span kind are both checked. No probe ever meets another (`slots`). Every packet must arrive, or as many as chance lets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import ceil, log

from traffic.sample_files import Packets, Samples
from twin.core.units import NS_PER_MS, NS_PER_S, Size, Time
from twin.jobs.experiment.probe_slots import Media, slots
from twin.jobs.experiment.reference_line import DOUBT, first_of_groups, head_ends
from twin.judge.certificate.binomial_test import improbable
from twin.judge.verdict import Probe
from twin.model import Direction
from twin.plan.blueprint import Blueprint, Flow, Host, RadioCellPlan, RadioHopDirection, UdpFlood
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop, flow_paths

FEWEST, MOST = 4, 500
"""Packets of each probe: as many as it takes for one to come through undamaged, as sure as `DOUBT` says."""
SECONDS = 3.0
"""No more of them than fit in this, beyond the fewest."""
TOLERANCE = 0.001
"""By how much, of the expected value, a probe may be off."""
GRAIN = 1_000
"""And by how many ns for each span crossed: a span has two timers, and they are late by some ns."""
PORT = 9_000
"""Probes use ports from here on, below those of the services' default range."""
SMALL = Size(200)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The probes: flows in order of name, how long they last, s, and what each crosses."""

    flows: tuple[Flow, ...]
    seconds: float
    paths: Mapping[str, tuple[Hop, ...]]


def calibration(blueprint: Blueprint) -> Calibration:
    """For one line of each group and each size, one probe down and one up; each head-end is probed by some line."""
    rows = list(product((False, True), Direction, _pairs(blueprint)))
    largest = {span.name: Size(span.reverse.layer.max_frame - HEADER) for span in blueprint.spans}
    flows = [_flow(blueprint.classes[-1], pair, largest[pair[0].span] if full else SMALL, way, number)
             for number, (full, way, pair) in enumerate(rows)]
    paths = flow_paths(replace(blueprint, flows=tuple(flows)))
    return _placed(Media(blueprint), [flow for flow in flows if paths[flow.name]], paths)


def _pairs(blueprint: Blueprint) -> list[tuple[Host, Host]]:
    """Lines and the head-ends that they probe: in turn, until all of both have had theirs."""
    lines, services = first_of_groups(blueprint), head_ends(blueprint)
    turns = max(len(lines), len(services)) if lines and services else 0
    return [(lines[turn % len(lines)], services[turn % len(services)]) for turn in range(turns)]


def _placed(media: Media, flows: Sequence[Flow], paths: Mapping[str, tuple[Hop, ...]]) -> Calibration:
    """The same flows at moments at which they do not meet, as often as they need."""
    if not flows:
        return Calibration((), 0.0, paths)
    found = slots([media.stays(paths[flow.name], _frame(flow)) for flow in flows])
    most = max(FEWEST, int(SECONDS * NS_PER_S / found.period))
    count = min(most, max(_needed(_telling(flow, paths[flow.name], media)) for flow in flows))
    stop = Time(found.period * count)
    placed = (replace(flow, start=start, traffic=replace(_sent(flow), interval=found.period), stop=stop)
              for flow, start in zip(flows, found.starts, strict=True))
    return Calibration(tuple(sorted(placed, key=lambda flow: flow.name)), stop / NS_PER_S, paths)


def _needed(telling: float) -> int:
    """How many packets it takes for one to tell the delay, almost surely."""
    if not 0 < telling < 1:
        return FEWEST if telling >= 1 else MOST
    return min(MOST, max(FEWEST, ceil(log(DOUBT) / log(1 - telling))))


def _telling(flow: Flow, path: Sequence[Hop], media: Media) -> float:
    """The chance that a packet tells the delay: it comes through undamaged, with backoffs in the shorter half."""
    return float(media.clean(path, _frame(flow)) * 0.5 ** len(_turns(path, media)))


def _flow(service_class: str, pair: tuple[Host, Host], size: Size, way: Direction, number: int) -> Flow:
    """The probe with this number, not yet at its time."""
    line, head_end, down = pair[0].name, pair[1].name, way is Direction.DOWN
    return Flow(
        name=f"{line}.{head_end}.probe-{size}.{way.value}", workload=f"probe-{size}", service="probe",
        service_class=service_class, direction=way, line_group="", line=line,
        source=head_end if down else line, sink=line if down else head_end,
        source_port=PORT + number, sink_port=PORT + number, dscp=0, traffic=UdpFlood(size, Time(0)),
    )


def _sent(flow: Flow) -> UdpFlood:
    """What a probe sends."""
    assert isinstance(flow.traffic, UdpFlood)
    return flow.traffic


def _frame(flow: Flow) -> int:
    """Bytes of a probe's frames."""
    return _sent(flow).packet + HEADER


def probes(blueprint: Blueprint, samples: Mapping[str, Samples]) -> tuple[Probe, ...]:
    """Each probe's expectation beside what was measured, in order of name; none of a probe that chance kept away."""
    asked = calibration(blueprint)
    judged = (_judge(flow, asked.paths[flow.name], blueprint, samples.get(flow.name)) for flow in asked.flows)
    return tuple(probe for both in judged for probe in both)


def unprobed(blueprint: Blueprint, samples: Mapping[str, Samples]) -> tuple[str, ...]:
    """Why lines were not probed, in the user's terms."""
    asked, media, found = calibration(blueprint), Media(blueprint), dict[str, None]()
    for flow in asked.flows:
        arrives = media.arrives(asked.paths[flow.name], _frame(flow))
        if _delays(samples.get(flow.name)) == () and _excused(media, asked.paths[flow.name], flow):
            found[f"the way between {flow.source} and {flow.sink} loses {100 * (1 - arrives):.3g} % of full packets: "
                  "its delay stands without a probe"] = None
    return tuple(found)


def _excused(media: Media, path: Sequence[Hop], flow: Flow) -> bool:
    """Whether chance alone may have kept every packet of a probe from coming through undamaged."""
    return _part(flow, path, media) > 1


def _part(flow: Flow, path: Sequence[Hop], media: Media) -> float:
    """Of all that may come, the part, 0 to 1, within which one packet of a probe lies, almost surely; more than 1 where
    nothing is sure."""
    clean, count = media.clean(path, _frame(flow)), flow.stop // _sent(flow).interval
    return float((1 - DOUBT ** (1 / count)) / clean) if clean else 2.0


def _judge(flow: Flow, path: Sequence[Hop], blueprint: Blueprint, samples: Samples | None) -> tuple[Probe, ...]:
    media, delays = Media(blueprint), _delays(samples)
    came = media.arrives(path, _frame(flow))
    sent = flow.stop // _sent(flow).interval
    found = []
    if delays or not _excused(media, path, flow):
        found.append(_timed(flow, path, media, delays))
    if not any(media.carrier(hop).impulse_noise for hop in path) and improbable(len(delays), sent, came, DOUBT):
        found.append(Probe(f"{flow.name} packets", came * sent, len(delays), "packets", 0.0, False))
    return tuple(found)


def _delays(samples: Samples | None) -> tuple[int, ...]:
    return samples.delays if isinstance(samples, Packets) else ()


def _timed(flow: Flow, path: Sequence[Hop], media: Media, delays: tuple[int, ...]) -> Probe:
    """The least delay, beside what theory says.

    Where a packet goes on through the cell it has come through it draws a backoff; the least of all lies in the shorter
    part of the window, the shorter the more packets there are.
    """
    turns = _turns(path, media)
    waits = sum(cell.difs + max(0, way.ack_time - delay) for cell, way, delay in turns)
    part = 0.5 if not turns else min(1.0, max(0.5, _part(flow, path, media) ** (1 / len(turns))))
    chance = sum(cell.cw_min * cell.slot * part for cell, _, _ in turns)
    carriers = [media.carrier(hop) for hop in path]
    empty = sum(carrier.serialization(_frame(flow)) + carrier.delay for carrier in carriers) + waits
    expected = empty + chance / 2
    tolerance = TOLERANCE + (GRAIN * len(carriers) + chance / 2) / expected
    return Probe.of(flow.name, expected / NS_PER_MS, min(delays, default=0) / NS_PER_MS, "ms", tolerance)


def _turns(path: Sequence[Hop], media: Media) -> list[tuple[RadioCellPlan, RadioHopDirection, Time]]:
    """Where a packet goes on through the cell it has just come through: the way it came, and how long that took it.

    It finds the air busy with its own acknowledgement, and so has to draw a backoff.
    """
    found = []
    for came, goes in pairwise(path):
        cell, way = media.cell(came), media.way(came)
        if cell is not None and way is not None and cell == media.cell(goes):
            found.append((cell, way, media.carrier(came).delay))
    return found
