"""Degradation: a network while a span or line has a lower rate or impairments; pure.

Shapers adapt, and with them the rates of classes, as on equipment that is configured with parts of its port's rate;
not those of a subscriber, who is not told.
Queues keep their length in bytes, so their delay is longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from twin.core.units import NS_PER_S, Rate, Time, show_rate, show_ratio, show_time
from twin.model import FaultKind, Impairments
from twin.plan.blueprint import FULL_FRAME, Blueprint, End, FaultPlan, LinkDirection, RadioCellPlan, Scheduler, SpanPlan


class CannotDegrade(ValueError):
    """A span cannot be degraded so; says why, with the numbers."""


def degraded(blueprint: Blueprint, fault: FaultPlan) -> Blueprint:
    """The blueprint as it is from this fault on, which degrades a span. Raises CannotDegrade where it cannot."""
    cells = tuple(_air(cell, fault) for cell in blueprint.cells) if fault.rate else blueprint.cells
    lines = {host.span for host in blueprint.hosts if host.line_group is not None}
    if fault.up and fault.span not in lines:
        raise CannotDegrade(f"{fault.span} is not a line: its rate falls both ways; say rate, not up")
    spans = tuple(_span(span, fault, cells, line=span.name in lines) if span.name == fault.span else span
                  for span in blueprint.spans)
    return replace(blueprint, spans=spans, cells=cells)


def degraded_by_all(blueprint: Blueprint, faults: Iterable[FaultPlan]) -> Blueprint:
    """The blueprint with each of these degraded spans. Raises CannotDegrade."""
    return reduce(degraded, faults, blueprint)


def description(fault: FaultPlan) -> str:
    """What a degraded span or line is like, for people: "core-edge at 10 Mbit/s"."""
    parts = [f"at {show_rate(fault.rate)}{' down' if fault.up else ''}"] if fault.rate else []
    parts += [f"at {show_rate(fault.up)} up"] if fault.up else []
    parts += [*impairment_words(fault.impairments)] if fault.impairments else []
    return f"{fault.name} {', '.join(parts)}"


def degradation_figures(fault: FaultPlan) -> dict[str, float]:
    """What a degradation does, by the key of a description: rates in bit/s, ratios in ppm, times in ns."""
    impaired = fault.impairments or Impairments()
    bursts = impaired.loss_bursts
    figures = {"rate": fault.rate, "up": fault.up, "loss": impaired.loss,
               "loss-bursts": bursts.bad * bursts.loss if bursts else 0, "delay": impaired.delay,
               "jitter": impaired.jitter, "reorder": impaired.reorder, "duplicate": impaired.duplicate}
    return {key: float(figure) for key, figure in figures.items() if figure}


def faults_text(faults: Iterable[FaultPlan]) -> str:
    """What is cut or degraded now, for people: "cut: north-east; degraded: core-edge at 10 Mbit/s"."""
    rows = sorted(faults, key=lambda fault: fault.name)
    degraded = ", ".join(description(fault) for fault in rows if fault.kind is FaultKind.DEGRADE)
    cut = " ".join(fault.name for fault in rows if fault.kind is not FaultKind.DEGRADE)
    parts = [f"{word}: {text}" for word, text in (("cut", cut), ("degraded", degraded)) if text]
    return "; ".join(parts) or "nothing is cut or degraded"


def impairment_words(impairments: Impairments) -> Iterator[str]:
    """Each impairment, for people: "losing 1 %", "20 ms later"."""
    bursts = impairments.loss_bursts
    words = ((impairments.loss, f"losing {show_ratio(impairments.loss)}"),
             (bursts, f"losing {show_ratio(bursts.bad * bursts.loss if bursts else 0)} in bursts"),
             (impairments.delay, f"{show_time(impairments.delay)} later"),
             (impairments.jitter, f"with {impairments.distribution.value} jitter of {show_time(impairments.jitter)}"),
             (impairments.reorder, f"reordering {show_ratio(impairments.reorder)}"),
             (impairments.duplicate, f"duplicating {show_ratio(impairments.duplicate)}"))
    return (text for given, text in words if given)


def _span(span: SpanPlan, fault: FaultPlan, cells: Iterable[RadioCellPlan], *, line: bool) -> SpanPlan:
    forward, reverse = _impaired(span.forward, fault), _impaired(span.reverse, fault)
    if span.cell is not None and fault.rate:
        cell = next(cell for cell in cells if cell.name == span.cell)
        forward, reverse = _through(forward, cell, span.name), _through(reverse, cell, span.name)
        return replace(span, forward=forward, reverse=reverse)
    forward = _slower(forward, fault.rate, span.name)
    reverse = _slower(reverse, fault.up if line else fault.rate, span.name)
    shared = span.shared and replace(span.shared, scheduler=following(span.shared.scheduler, forward.rate))
    b = span.b if reverse.queue else _end(span.b, reverse.rate)
    return replace(span, forward=forward, reverse=reverse, shared=shared, a=_end(span.a, forward.rate), b=b)


def _impaired(link: LinkDirection, fault: FaultPlan) -> LinkDirection:
    if fault.impairments is None:
        return link
    if link.queue and fault.impairments.loss_probability:
        raise CannotDegrade(f"{fault.name} cannot lose packets: its subscriber shapes, and losses behind the queue of "
                            "a modem are not emulated; leave the shaper out")
    return replace(link, impairments=fault.impairments)


def _slower(link: LinkDirection, rate: Rate, span: str) -> LinkDirection:
    """The same at a lower rate; 0: at its own."""
    if not rate:
        return link
    if rate > link.rate:
        raise CannotDegrade(f"{span} cannot fall to {show_rate(rate)}: it has {show_rate(link.rate)}")
    if link.impulse_noise is not None:
        raise CannotDegrade(f"{span} cannot fall to another rate: impulse noise is planned for its own; leave "
                            "the noise out")
    return replace(link, rate=rate)


def _end(end: End, rate: Rate) -> End:
    return replace(end, scheduler=following(end.scheduler, rate)) if end.scheduler else end


def following(order: Scheduler, rate: Rate) -> Scheduler:
    """The scheduler of a port that has another rate now."""
    def scaled(before: Rate) -> Rate:
        return Rate(before * rate // order.rate)

    bands = tuple(replace(band, guarantee=scaled(band.guarantee), ceiling=scaled(band.ceiling),
                          link_share=scaled(band.link_share)) for band in order.bands)
    parents = tuple(replace(parent, guarantee=scaled(parent.guarantee), ceiling=scaled(parent.ceiling))
                    for parent in order.parents)
    return replace(order, rate=rate, bands=bands, parents=parents)


def _air(cell: RadioCellPlan, fault: FaultPlan) -> RadioCellPlan:
    """A cell one of whose hops has fallen to a slower rate on the air, both ways."""
    ways = [way for way in cell.hop_directions if way.span == fault.span]
    if not ways:
        return cell
    known = {mode.rate: mode for mode in cell.rates}
    before = known[ways[0].rate]
    if fault.rate not in known or fault.rate > before.rate:
        slower = ", ".join(show_rate(rate) for rate in known if rate < before.rate) or "none"
        raise CannotDegrade(f"{fault.span} cannot fall to {show_rate(fault.rate)} on the air: it has "
                            f"{show_rate(before.rate)}, and the standard's slower rates are: {slower}")
    after = known[fault.rate]
    fallen = tuple(replace(way, rate=after.rate, airtime=after.airtime,
                           ack_time=Time(way.ack_time - before.ack_time + after.ack_time))
                   if way in ways else way for way in cell.hop_directions)
    changed = replace(cell, hop_directions=fallen)
    stations = tuple(replace(mode, scheduler=following(mode.scheduler, min(
        _alone(changed, way.span) for way in fallen if way.station == number)))
        if any(way.station == number for way in ways) else mode for number, mode in enumerate(cell.stations))
    return replace(changed, stations=stations)


def _through(link: LinkDirection, cell: RadioCellPlan, span: str) -> LinkDirection:
    """What carries packets over a hop through a cell."""
    way = next(way for way in cell.hop_directions if way.span == span)
    return replace(link, rate=_alone(cell, span), airtime=way.airtime)


def _alone(cell: RadioCellPlan, span: str) -> Rate:
    """What full frames get of the air where one station alone sends them over this hop, bit/s."""
    way = next(way for way in cell.hop_directions if way.span == span)
    return Rate(int(FULL_FRAME * 8 * NS_PER_S / cell.frame_exchange(way, FULL_FRAME)))
