"""Packet scheduling before a span: schedulers, their bands, and the classifiers that choose a band."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Size, Time
from twin.model import Discipline, Scheduling, Share, Transport
from twin.plan.blueprint.layers import LinkLayer


@dataclass(frozen=True, slots=True)
class Classifier:
    """A match that assigns packets to a band where no switch has set their queue (at a CPE, on a radio hop).

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
    bands have rates, the weight by which they share spare capacity. limit: of the queue, bytes. target, interval: of
    fq_codel and cake, 0 for a fifo. share: fq_codel and cake are fair between flows or between subscribers. guarantee,
    ceiling: minimum and maximum rate, its parents' ceilings included (ceiling 0: the span's). link_share: share of what
    guarantees leave, 0: the guarantee. priority: in borrowing, 0 first. delay: bound for a burst of `burst` bytes, 0
    for none. parent: the number of its parent among those of the scheduler, None: the span itself.
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
    link_share: Rate = Rate(0)
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class ParentBand:
    """What several bands of htb or hfsc share; parents stand before their children. guarantee, ceiling, parent: as of
    a band."""

    name: str
    guarantee: Rate
    ceiling: Rate = Rate(0)
    parent: int | None = None


def full_packets(limit: Size, full: int) -> int:
    """How many packets of any size fq_codel or CAKE holds for a queue of `limit` bytes; full: cost of a full packet.

    Their limits are in packets and in memory, of which a small packet may take as much as a full one.
    """
    return max(2, -(-limit // full))


@dataclass(frozen=True, slots=True)
class SubscriberQueues:
    """How packets before a span are assigned to subscribers: by destination if that is a subscriber beyond the span,
    else by source.

    prefixes: of the subscribers beyond the span. excluded: addresses in them that are not a subscriber's. queues: how
    many; a subscriber has that of its address modulo their number.
    """

    prefixes: tuple[str, ...]
    excluded: tuple[str, ...]
    queues: int


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The scheduler before a span: a shaper at the span's rate over bands, strict ones first."""

    rate: Rate
    layer: LinkLayer
    bands: tuple[Band, ...]
    classifiers: tuple[Classifier, ...] = ()
    default: int = 0
    """The band of packets that match no classifier."""
    subscriber_queues: SubscriberQueues | None = None
    """For bands whose discipline is fair between subscribers."""
    kind: Scheduling = Scheduling.STRICT
    parents: tuple[ParentBand, ...] = ()
