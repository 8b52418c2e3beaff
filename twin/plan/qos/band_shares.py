"""The shares of a span that the bands of a scheduler get: one function for each kind of policy, in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from twin.core.units import PPM, Rate, Ratio, Size, Time
from twin.model import ClassPart, ParentClass, Scheduling, ServiceClass
from twin.plan.blueprint import Band, ParentBand
from twin.plan.qos.policies import ancestors, guaranteed_parts


@dataclass(frozen=True, slots=True)
class SharedSpan:
    """What shares follow from. classes: one for each band, in order. parts: what the policy says of each, by name.
    rate: of the span. full: bytes of a full packet at its layer. parents: the parent classes, parents first."""

    classes: Sequence[ServiceClass]
    parts: Mapping[str, ClassPart]
    rate: Rate
    full: int
    parents: Sequence[ParentClass] = ()


def _one_queue(bands: Sequence[Band], span: SharedSpan) -> tuple[Band, ...]:
    """A single queue as long as all bands."""
    return (Band("", Size(0), Size(sum(band.limit for band in bands))),)


def _strict(bands: Sequence[Band], span: SharedSpan) -> tuple[Band, ...]:
    """Strict classes first, the others by weight."""
    return tuple(replace(band, quantum=Size(0) if service_class.strict else _quantum(service_class, span))
                 for band, service_class in zip(bands, span.classes, strict=True))


def _by_weight(bands: Sequence[Band], span: SharedSpan) -> tuple[Band, ...]:
    """All classes by weight."""
    return tuple(replace(band, quantum=_quantum(service_class, span))
                 for band, service_class in zip(bands, span.classes, strict=True))


def _quantum(service_class: ServiceClass, span: SharedSpan) -> Size:
    """Bytes a round: by weight, at least a full packet."""
    return Size((span.parts[service_class.name].weight or service_class.weight) * span.full)


def _by_part(bands: Sequence[Band], span: SharedSpan) -> tuple[Band, ...]:
    """Each class has a guaranteed rate; spare capacity is shared in the same proportion, by rounds in which the
    smallest sends a full packet."""
    guaranteed = guaranteed_parts(span.classes, span.parts, span.parents)
    least = min(guaranteed.values())
    known = {parent.name: parent for parent in span.parents}
    numbers = {parent.name: number for number, parent in enumerate(span.parents)}

    def rated(band: Band, service_class: ServiceClass) -> Band:
        part, guarantee = span.parts[service_class.name], guaranteed[service_class.name]
        ceiling = min([part.ceiling, *(parent.ceiling for parent in ancestors(part.parent, known))])
        return replace(
            band, quantum=Size(span.full * guarantee // least), guarantee=Rate(span.rate * guarantee // PPM),
            ceiling=_ceiling(ceiling, span.rate), link_share=Rate(span.rate * (part.link_share or 0) // PPM),
            priority=int(not service_class.strict) if part.priority is None else part.priority,
            delay=part.delay or Time(0), burst=part.burst or Size(0),
            parent=None if part.parent is None else numbers[part.parent])

    return tuple(map(rated, bands, span.classes))


def parent_bands(span: SharedSpan) -> tuple[ParentBand, ...]:
    """The parent classes of the bands, parents first."""
    numbers = {parent.name: number for number, parent in enumerate(span.parents)}
    return tuple(ParentBand(parent.name, Rate(span.rate * parent.part // PPM), _ceiling(parent.ceiling, span.rate),
                            None if parent.parent is None else numbers[parent.parent]) for parent in span.parents)


def _ceiling(part: Ratio, rate: Rate) -> Rate:
    """A part of a rate; 0 for all of it."""
    return Rate(0 if part == PPM else rate * part // PPM)


BAND_SHARES: Mapping[Scheduling, Callable[[Sequence[Band], SharedSpan], tuple[Band, ...]]] = {
    Scheduling.NONE: _one_queue,
    Scheduling.STRICT: _strict,
    Scheduling.DRR: _by_weight,
    Scheduling.HTB: _by_part,
    Scheduling.HFSC: _by_part,
}
"""What the bands of a span get under each kind of policy. The bands come with their queues, in the order of classes."""
