"""What decides the order of packets before a span: schedulers, their bands, and what leads packets to them."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Size, Time
from twin.model import Discipline, Scheduling, Share, Transport
from twin.plan.blueprint.layers import LinkLayer


@dataclass(frozen=True, slots=True)
class Classifier:
    """A match that leads a packet to a band where no switch has chosen its queue (at a CPE, on a radio hop).

    Fields that are None match anything; ports are first and last.
    """

    band: int
    source: str | None = None
    destination: str | None = None
    transport: Transport = Transport.ANY
    source_ports: tuple[int, int] | None = None
    destination_ports: tuple[int, int] | None = None
    dscp: int | None = None
    igmp: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """One queue of a scheduler; band k is reached by OpenFlow's `set_queue:k`.

    service_class: its name, "" for the one queue of the baseline. quantum: bytes a round, 0 for a strict band; where
    bands have rates, their parts of what is spare. limit: bytes that may wait. target, interval: of fq_codel and cake,
    0 for a fifo. share: between whom these two share. guarantee, ceiling: what it can count on and what it never
    exceeds (ceiling 0: nothing but the span); priority: whose turn it is to borrow. delay: within which a burst of
    `burst` bytes has left, 0 for none.
    """

    service_class: str
    quantum: Size
    limit: Size
    discipline: Discipline = Discipline.FIFO
    target: Time = Time(0)
    interval: Time = Time(0)
    share: Share = Share.FLOW
    guarantee: Rate = Rate(0)
    ceiling: Rate = Rate(0)
    priority: int = 0
    delay: Time = Time(0)
    burst: Size = Size(0)


def full_packets(limit: Size, full: int) -> int:
    """How many packets of any size fq_codel or CAKE holds for a queue of `limit` bytes; full: cost of a full packet.

    They have no limit in bytes of packets, only in memory, of which a smaller packet may take as much as a full one.
    """
    return max(2, -(-limit // full))


@dataclass(frozen=True, slots=True)
class SubscriberQueues:
    """How subscribers are told apart before a span: a packet belongs to whom it is for, where that is a subscriber
    beyond the span, else to its sender.

    homes: prefixes beyond the span. away: addresses in them that are no subscriber's. queues: one for each address,
    a power of two.
    """

    prefixes: tuple[str, ...]
    excluded: tuple[str, ...]
    queues: int


@dataclass(frozen=True, slots=True)
class Scheduler:
    """What decides the order of packets before a span: a shaper at the span's rate over bands, strict ones first."""

    rate: Rate
    layer: LinkLayer
    bands: tuple[Band, ...]
    classifiers: tuple[Classifier, ...] = ()
    default: int = 0
    """The band of packets that nothing leads elsewhere."""
    subscriber_queues: SubscriberQueues | None = None
    """For the bands that share between subscribers, where there are any."""
    kind: Scheduling = Scheduling.STRICT
