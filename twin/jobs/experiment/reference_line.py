"""Who bears witness: the line over which second instruments measure, and its way; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from twin.core.units import Rate, Time
from twin.model import Direction
from twin.plan.blueprint import Blueprint, BulkTransfer, Flow, Host
from twin.plan.forwarding.paths import Hop, flow_paths

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
    trials = tuple(transfer(blueprint, Stand(host, head_end, True), "trial") for host in first.values())
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


def hops(blueprint: Blueprint, place: Stand) -> tuple[Hop, ...]:
    """The spans from the head-end to the line."""
    trial = transfer(blueprint, place, "trial")
    return tuple(flow_paths(replace(blueprint, flows=(trial,)))[trial.name])


def transfer(blueprint: Blueprint, place: Stand, name: str, port: int = 0, start: int = 0) -> Flow:
    """A download over the line, by that name, in the last class."""
    line, head_end = place.line.name, place.head_end.name
    return Flow(
        name=f"{line}.witness-{name}", workload=f"witness-{name}", service="witness",
        service_class=blueprint.classes[-1], direction=Direction.DOWN, line_group="", line=line, source=head_end,
        sink=line, source_port=port, sink_port=0, dscp=0, traffic=BulkTransfer(), start=Time(start),
    )
