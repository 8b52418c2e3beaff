"""Service classes to schedulers: which queues stand before a span, how long they are, who is served first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.model import Discipline, Network, ServiceClass, Share
from twin.plan.blueprint import Band, Classifier, Layer, Policy, Scheduler, Sharing
from twin.units import NS_PER_S, Rate, Size, Time

FULL_FRAME = 1514
"""Bytes of the largest Ethernet frame without FCS."""
LEAST_PACKETS = 4
"""A queue holds at least so many full packets, however slow the span."""
CODEL_TARGET, CODEL_INTERVAL = Time(5_000_000), Time(100_000_000)
"""Defaults of RFC 8289; on a slow span the target is at least the time of 1.5 full packets."""


def class_order(network: Network) -> tuple[ServiceClass, ...]:
    """The service classes in order of bands: strict ones by DSCP downwards, then the others by weight downwards.

    The class marked DF stands last: the last one takes what belongs to no service.
    """
    return tuple(sorted(network.classes, key=lambda c: (not c.strict, c.dscp == 0,
                                                        -c.dscp if c.strict else -c.weight, c.name)))


def scheduler(
    classes: Sequence[ServiceClass],
    policy: Policy,
    rate: Rate,
    layer: Layer,
    classifiers: tuple[Classifier, ...] = (),
    sharing: Sharing | None = None,
) -> Scheduler:
    """What stands before a span of `rate`: the classes' bands, or one queue as long as all of them in the contrast.

    sharing: how subscribers are told apart where several use the span.
    """
    bands = tuple(_band(service_class, rate, layer, shared=sharing is not None) for service_class in classes)
    if policy is Policy.NONE:
        whole = Band("", Size(0), Size(sum(band.limit for band in bands)))
        return Scheduler(rate, layer, (whole,))
    shared = any(band.share is Share.SUBSCRIBER for band in bands)
    return Scheduler(rate, layer, bands, classifiers, len(bands) - 1, sharing if shared else None)


def service_classifiers(network: Network, addresses: Mapping[str, str]) -> tuple[Classifier, ...]:
    """How a CPE finds the band of a packet on its way up: by head-end, transport and port of each service."""
    band = {c.name: k for k, c in enumerate(class_order(network))}
    return tuple(
        Classifier(band[s.service_class], destination=addresses[s.head_end], transport=s.transport,
                   destination_ports=s.ports)
        for s in sorted(network.services, key=lambda s: (s.ports is None, s.name))
    )


def mark_classifiers(network: Network) -> tuple[Classifier, ...]:
    """How a radio hop finds the band of a packet: by the mark that the network's edge has written."""
    return tuple(Classifier(k, dscp=c.dscp) for k, c in enumerate(class_order(network)))


def _band(service_class: ServiceClass, rate: Rate, layer: Layer, *, shared: bool) -> Band:
    full = layer.cost(FULL_FRAME)
    limit = Size(max(rate * service_class.queue // (8 * NS_PER_S), LEAST_PACKETS * full))
    quantum = Size(0 if service_class.strict else service_class.weight * full)
    if service_class.discipline is Discipline.FIFO:
        return Band(service_class.name, quantum, limit)
    target = Time(max(CODEL_TARGET, 3 * full * 8 * NS_PER_S // (2 * rate)))
    interval = Time(max(CODEL_INTERVAL, 10 * target))
    share = service_class.share if shared else Share.FLOW
    return Band(service_class.name, quantum, limit, Discipline.FQ_CODEL, target, interval, share)
