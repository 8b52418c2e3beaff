"""Radio cells in which all that is sent is known: what their frames wait and lose, by simulation.

Flows at constant rate, and random ones whose gaps are drawn from the seed, come to a cell as they were sent: what waits
before spans on the way is left out, as a cell delays by more. Backoffs are drawn anew, so that figures are those of a
run like the one that is predicted, not of that run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from twin.core.units import PPM
from twin.plan.blueprint import Blueprint, ConstantRate, ForgedPackets, RadioCellPlan, RestorationProbe
from twin.plan.demand.flow_phases import phased
from twin.plan.forwarding.paths import Hop
from twin.predict.delay.planned_packets import RunPlan, departures, queue_key, queue_spec
from twin.predict.delay.waits import Wait
from twin.predict.load.packet_streams import Point, Stream, air_point, carrier
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue, radio_hops, windows
from twin.predict.radio.stations import station_queue
from twin.predict.theory.cell_simulation import CellFlow, CellOutcome, CellSimulation, Passing
from twin.predict.theory.packet_queues import Visit

FRAMES = 20_000
"""Frames that are simulated for a network: about half a second."""
SETTLED, GROWTH = 3.0, 1.7
"""Seconds from which a part of a run tells of the whole, if waits grow no more than that on the way."""
FEW = 100
"""Packets of a flow from which its figures are believed."""
TOLERANCE, GRAIN = 0.2, 50_000.0
"""Of a mean wait: a part of it, and ns beside that. Both runs have backoffs of their own."""
TAIL_TOLERANCE, OFTEN_TOLERANCE, FRAME_MORE = 2.5, 1.5, 5e6
"""Times as long the waits may be that few of some thousand packets exceed, and ns more: of several long frames."""
LOSS_TOLERANCE, CHANCE_LOSSES = 0.25, 8.0
"""Of loss: a part of it, and packets beside that."""


@dataclass(frozen=True, slots=True)
class SimulatedWait:
    """Of a flow at a station: its waits, ns, in order of size; and the part of its packets that was lost there."""

    waits: tuple[float, ...]
    lost: float

    @property
    def mean(self) -> float:
        """ns."""
        return sum(self.waits) / len(self.waits)

    def percentile(self, part: float) -> float:
        """The wait that so many do not exceed, ns."""
        return self.waits[min(len(self.waits) - 1, int(part * len(self.waits)))]


SimulatedWaits = Mapping[tuple[int, int], SimulatedWait]
"""By the number of a stream, and that of the hop on its path."""


def with_simulated(rows: Sequence[Sequence[Wait]], simulated: SimulatedWaits) -> list[tuple[Wait, ...]]:
    """The waits of all streams, with those that are simulated."""
    return [tuple(_improved(wait, simulated[k, place]) if (k, place) in simulated else wait
                  for place, wait in enumerate(row)) for k, row in enumerate(rows)]


def _improved(wait: Wait, simulated: SimulatedWait) -> Wait:
    """A wait for the air by a simulation of it, within what is certain."""
    usual, often = (factor * simulated.percentile(part) + FRAME_MORE
                    for part, factor in ((0.999, TAIL_TOLERANCE), (0.99, OFTEN_TOLERANCE)))
    mean, few = simulated.mean, CHANCE_LOSSES / len(simulated.waits)
    return replace(
        wait, light=max(0.0, mean * (1 - TOLERANCE) - GRAIN), heavy=_least(wait.heavy, mean * (1 + TOLERANCE) + GRAIN),
        usual=_least(wait.usual, usual), often=_least(wait.often, often), simulated=True,
        lost=_least(wait.lost, simulated.lost * (1 + LOSS_TOLERANCE) + few * bool(simulated.lost)),
        least_lost=max(0.0, simulated.lost * (1 - LOSS_TOLERANCE) - few))


def _least(known: float | None, simulated: float) -> float:
    return simulated if known is None else min(known, simulated)


def simulated_waits(blueprint: Blueprint, met: Crossings, run: RunPlan) -> dict[tuple[int, int], SimulatedWait]:
    """The waits of all flows that cross such cells; none where spans fail during the run."""
    cells = [cell for cell in blueprint.cells if not blueprint.faults and _is_known(blueprint, met, cell)]
    waits: dict[tuple[int, int], SimulatedWait] = {}
    for cell in cells:
        members = met.passages[air_point(cell.name)]
        rate = sum((met.streams[k].packet_rate or 0.0) * len(radio_hops(cell, met.streams[k])) for k in members)
        waits |= dict(_simulated(blueprint, met, cell, RunPlan(
            run.seed, min(run.seconds, FRAMES / len(cells) / rate)), run.seconds))
    return waits


def _is_known(blueprint: Blueprint, met: Crossings, cell: RadioCellPlan) -> bool:
    """Whether all that is sent over the air of a cell is known, several stations send, and nothing drops it before."""
    point = air_point(cell.name)
    if point not in met.at or met.queues[point].alone:
        return False
    return all(k < len(blueprint.flows) and _is_constant(blueprint, k) and _passes_policer(met, met.streams[k])
               and not met.impaired.keys() & {*met.streams[k].hops} for k in met.passages[point])


def _passes_policer(met: Crossings, stream: Stream) -> bool:
    """Whether a policer drops nothing of a stream."""
    point = met.policer_of(stream)
    return point is None or sum((other.packet_rate or 0.0) / met.policers[point].rate(other)
                                for other in (met.streams[k] for k in met.policed[point])) <= 1


def _is_constant(blueprint: Blueprint, k: int) -> bool:
    sent = blueprint.flows[k].traffic
    return isinstance(sent, ConstantRate) and not isinstance(sent, ForgedPackets | RestorationProbe)


def _simulated(
    blueprint: Blueprint, met: Crossings, cell: RadioCellPlan, run: RunPlan, length: float
) -> Iterator[tuple[tuple[int, int], SimulatedWait]]:
    """The waits in one cell. length: seconds of the run that is predicted; where queues fill, only all of them tell."""
    flows, point = phased(blueprint, run.seed).flows, air_point(cell.name)
    queues = {station: station_queue(cell, station) for station in range(len(cell.stations))}
    members = list(met.passages[point])
    sent = [_cell_flow(blueprint, met.streams[k], cell, queues, [
        float(time) for time in departures(flows[k], run.seed, run.seconds)]) for k in members]
    simulation = CellSimulation(sent, [queue_spec(queue) for queue in queues.values()], windows(cell),
                                (float(cell.slot), float(cell.difs)), Random(f"{run.seed}/{cell.name}"))
    outcomes = simulation.run()
    whole = run.seconds >= length or (run.seconds >= SETTLED and all(map(_steady, outcomes)))
    for k, flow, outcome in zip(members, sent, outcomes, strict=True) if whole else ():
        yield from _waits(met.streams[k], point, k, flow, outcome)


def _steady(outcome: CellOutcome) -> bool:
    """Whether a flow loses nothing, and its packets wait no longer in the end than they did before."""
    halves = [(waits[:len(waits) // 2], waits[len(waits) // 2:]) for waits in outcome.waits]
    return not outcome.lost and all(sum(after) <= GROWTH * sum(before) + GRAIN * len(after) for before, after in halves)


def _waits(stream: Stream, point: Point, k: int, flow: CellFlow, outcome: CellOutcome
           ) -> Iterator[tuple[tuple[int, int], SimulatedWait]]:
    places = [place for place, passed in enumerate(stream.points) if passed == point]
    before = float(len(flow.arrivals))
    for place, waits in zip(places, outcome.waits, strict=True):
        if len(waits) >= FEW:
            yield (k, place), SimulatedWait(tuple(sorted(waits)), 1 - len(waits) / before)
        before = float(len(waits))


def _cell_flow(
    blueprint: Blueprint, stream: Stream, cell: RadioCellPlan, queues: Mapping[int, Queue], times: list[float]
) -> CellFlow:
    """A flow at its stations. times: of its packets, ns."""
    spans = {span.name: span for span in blueprint.spans}
    ways = {Hop(way.span, way.forward): way for way in cell.hop_directions}
    before, passings = 0.0, []
    for hop in stream.hops:
        medium = carrier(spans[hop.span], hop.forward)
        if hop in ways:
            queue, way = queues[ways[hop].station], ways[hop]
            band = queue.band(stream.service_class)
            passings.append(Passing(way.station, Visit(
                band, float(stream.frame), float(way.airtime.of(stream.frame)), float(medium.least_delay),
                queue_key(queue, band, stream)), float(way.ack_time), way.frame_errors / PPM))
        elif not passings:
            before += medium.least_delay + medium.serialization(stream.frame)
    return CellFlow([time + before for time in times], tuple(passings))
