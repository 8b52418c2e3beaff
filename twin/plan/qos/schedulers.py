"""Service classes to schedulers: which queues stand before a span, how long they are, who is served first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from twin.core.units import NS_PER_S, PPM, Rate, Ratio, Size, Time
from twin.model import ClassPart, Discipline, Network, Policy, Scheduling, ServiceClass, Share
from twin.plan.blueprint import Band, Classifier, LinkLayer, Scheduler, SubscriberQueues
from twin.plan.qos.policies import parts, wishes
from twin.plan.qos.three_colour_markers import coloured, colours

LEAST_PACKETS = 4
"""A queue whose length is a time holds at least so many full packets, however slow the span."""
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
    layer: LinkLayer,
    classifiers: tuple[Classifier, ...] = (),
    sharing: SubscriberQueues | None = None,
) -> Scheduler:
    """What stands before a span of `rate`: the classes' bands, or one queue as long as all of them in the baseline.

    sharing: how subscribers are told apart where several use the span.
    """
    said = wishes(classes, policy)
    bands = tuple(_band(one, said[one.name].discipline or one.discipline, rate, layer, shared=sharing is not None)
                  for one in classes)
    match policy.scheduler:
        case Scheduling.NONE:
            whole = Band("", Size(0), Size(sum(band.limit for band in bands)))
            return Scheduler(rate, layer, (whole,), kind=Scheduling.NONE)
        case Scheduling.HTB | Scheduling.HFSC:
            own = parts(classes, said)
            bands = tuple(_rated(band, one, said[one.name], own, rate, layer.max_frame_cost)
                          for band, one in zip(bands, classes, strict=True))
        case Scheduling.STRICT | Scheduling.DRR:
            bands = tuple(replace(band, quantum=_quantum(one, said[one.name], policy.scheduler, layer.max_frame_cost))
                          for band, one in zip(bands, classes, strict=True))
        case _:
            assert_never(policy.scheduler)
    apart = sharing if any(band.share is Share.SUBSCRIBER for band in bands) else None
    return Scheduler(
        rate=rate, layer=layer, bands=bands, classifiers=classifiers, default=len(bands) - 1, subscriber_queues=apart,
        kind=policy.scheduler)


def _quantum(one: ServiceClass, said: ClassPart, kind: Scheduling, full: int) -> Size:
    """Bytes a round: by weight, a full packet at least; 0 where the class is strictly first."""
    first = one.strict and kind is Scheduling.STRICT
    return Size(0 if first else (said.weight or one.weight) * full)


def _rated(band: Band, one: ServiceClass, said: ClassPart, own: Mapping[str, Ratio], rate: Rate, full: int) -> Band:
    """A band with a rate of its own; what is spare goes round by the same parts, a full packet for the least."""
    part = own[one.name]
    return replace(
        band, quantum=Size(full * part // min(own.values())), guarantee=Rate(rate * part // PPM),
        ceiling=Rate(0 if said.ceiling == PPM else rate * said.ceiling // PPM),
        priority=int(not one.strict) if said.priority is None else said.priority,
        delay=said.delay or Time(0), burst=said.burst or Size(0),
    )


def within(buffer: Size, order: Scheduler) -> Scheduler:
    """The scheduler of a port that holds `buffer` bytes at its layer: bands share it as their own lengths stand."""
    whole, least = sum(band.limit for band in order.bands), LEAST_PACKETS * order.layer.max_frame_cost
    if len(order.bands) == 1:
        return replace(order, bands=(replace(order.bands[0], limit=buffer),))
    return replace(order, bands=tuple(replace(band, limit=Size(max(least, band.limit * buffer // whole)))
                                      for band in order.bands))


def service_classifiers(network: Network, addresses: Mapping[str, str]) -> tuple[Classifier, ...]:
    """How a CPE finds the band of a packet on its way up: by head-end, transport and port of each service.

    IGMP goes with the channels that it asks for.
    """
    band = {c.name: k for k, c in enumerate(class_order(network))}
    served = {s.name: s.service_class for s in network.services}
    joining = [band[served[channel.service]] for channel in network.iptv_channels if channel.service is not None]
    asked = (Classifier(min(joining), igmp=True),) if joining else ()
    return asked + tuple(
        Classifier(band[s.service_class], destination=addresses[s.head_end], transport=s.transport,
                   destination_ports=s.ports)
        for s in sorted(network.services, key=lambda s: (s.ports is None, s.name))
    )


def mark_classifiers(network: Network) -> tuple[Classifier, ...]:
    """How a radio hop finds the band of a packet: by the mark that the network's edge has written."""
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
