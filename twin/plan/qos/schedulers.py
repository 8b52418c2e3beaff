"""Service classes to schedulers: the queues before a span, their lengths, and the classifiers of packets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from twin.core.units import NS_PER_S, Rate, Size, Time
from twin.model import Discipline, Network, Policy, Scheduling, ServiceClass, Share
from twin.plan.blueprint import Band, Classifier, LinkLayer, Scheduler, SubscriberQueues
from twin.plan.qos.band_shares import BAND_SHARES, SharedSpan, parent_bands
from twin.plan.qos.policies import class_parts, ordered_parents
from twin.plan.qos.three_colour_markers import coloured, colours

LEAST_PACKETS = 4
"""A queue whose length is given as time holds at least so many full packets."""
CODEL_TARGET, CODEL_INTERVAL = Time(5_000_000), Time(100_000_000)
"""Defaults of RFC 8289; on a slow span the target is at least the time of 1.5 full packets."""


def class_order(network: Network) -> tuple[ServiceClass, ...]:
    """The service classes in order of bands: strict ones by DSCP downwards, then the others by weight downwards.

    The class with DSCP DF is the last: the last class carries what belongs to no service.
    """
    return tuple(sorted(network.classes, key=lambda c: (not c.strict, c.dscp == 0,
                                                        -c.dscp if c.strict else -c.weight, c.name)))


def scheduler(
    classes: Sequence[ServiceClass],
    policy: Policy,
    rate: Rate,
    layer: LinkLayer,
    classifiers: tuple[Classifier, ...] = (),
    sharing: SubscriberQueues | None = None,
) -> Scheduler:
    """The scheduler before a span of `rate`, with a band for each class, or one queue for all in the baseline.

    sharing: how packets are assigned to subscribers, where several use the span.
    """
    written = class_parts(classes, policy)
    bands = tuple(_band(service_class, written[service_class.name].discipline or service_class.discipline, rate, layer,
                        shared=sharing is not None) for service_class in classes)
    span = SharedSpan(classes, written, rate, layer.max_frame_cost, ordered_parents(policy))
    bands = BAND_SHARES[policy.scheduler](bands, span)
    if policy.scheduler is Scheduling.NONE:
        return Scheduler(rate, layer, bands, kind=policy.scheduler)
    apart = sharing if any(band.share is Share.SUBSCRIBER for band in bands) else None
    return Scheduler(
        rate=rate, layer=layer, bands=bands, classifiers=classifiers, default=len(bands) - 1, subscriber_queues=apart,
        kind=policy.scheduler, parents=parent_bands(span))


def within(buffer: Size, order: Scheduler) -> Scheduler:
    """The scheduler of a port that holds `buffer` bytes at its layer: bands share it in proportion to their lengths."""
    whole, least = sum(band.limit for band in order.bands), LEAST_PACKETS * order.layer.max_frame_cost
    if len(order.bands) == 1:
        return replace(order, bands=(replace(order.bands[0], limit=buffer),))
    return replace(order, bands=tuple(replace(band, limit=Size(max(least, band.limit * buffer // whole)))
                                      for band in order.bands))


def service_classifiers(network: Network, addresses: Mapping[str, str]) -> tuple[Classifier, ...]:
    """How a CPE finds the band of an upstream packet: by head-end, transport and port of each service.

    IGMP is in the class of the IPTV channels.
    """
    band = {c.name: k for k, c in enumerate(class_order(network))}
    served = {s.name: s.service_class for s in network.services}
    joining = [band[served[channel.service]] for channel in network.iptv_channels if channel.service is not None]
    igmp = (Classifier(min(joining), igmp=True),) if joining else ()
    return igmp + tuple(
        Classifier(band[s.service_class], destination=addresses[s.head_end], transport=s.transport,
                   destination_ports=s.ports)
        for s in sorted(network.services, key=lambda s: (s.ports is None, s.name))
    )


def mark_classifiers(network: Network) -> tuple[Classifier, ...]:
    """How a radio hop finds the band of a packet: by the DSCP that was written where it entered the network."""
    several = coloured(network)
    return tuple(Classifier(k, dscp=dscp) for k, c in enumerate(class_order(network))
                 for dscp in (colours(c.dscp) if c.name in several else (c.dscp,)))


def _band(service_class: ServiceClass, discipline: Discipline, rate: Rate, layer: LinkLayer, *, shared: bool) -> Band:
    full = layer.max_frame_cost
    limit = service_class.buffer or Size(max(rate * service_class.queue // (8 * NS_PER_S), LEAST_PACKETS * full))
    if discipline is Discipline.FIFO:
        return Band(service_class.name, Size(0), limit)
    target = Time(max(CODEL_TARGET, 3 * full * 8 * NS_PER_S // (2 * rate)))
    interval = Time(max(CODEL_INTERVAL, 10 * target))
    share = service_class.share if shared else Share.FLOW
    return Band(
        service_class=service_class.name, quantum=Size(0), limit=limit, discipline=discipline, target=target,
        interval=interval, share=share)
