"""Service classes, and the services that are carried in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Rate, Size, Time
from twin.model.yaml_field_metadata import Dscp, Name, basis, yaml_key


class Discipline(StrEnum):
    """What keeps the packets of one service class in a queue."""

    FIFO = "fifo"
    FQ_CODEL = "fq-codel"
    CAKE = "cake"


class Share(StrEnum):
    """Whether a fair queue is fair between flows or between subscribers."""

    FLOW = "flow"
    """Every connection alike: whoever opens more of them gets more."""
    SUBSCRIBER = "subscriber"
    """Every subscriber alike, however many connections each has."""


class Transport(StrEnum):
    """The transport protocol by which a service is recognised."""

    UDP = "udp"
    TCP = "tcp"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """How the network treats a kind of traffic on every span."""

    name: Name
    dscp: Dscp = yaml_key("The DSCP, by name (EF, AF21, CS3, DF...) or number.", least=0, most=63, example="EF")
    strict: bool = yaml_key("Served before all classes that are not strict.", default=False)
    weight: int = yaml_key("Weight of its share of the capacity that strict classes leave.",
                           default=1, least=1, most=100, example="4")
    guarantee: Rate | None = yaml_key("Capacity that every span between nodes must have for it.", default=None)
    police: Rate | None = yaml_key("Rate at which one line is policed in this class; the rest is dropped. Rate of "
                                   "Ethernet frames without FCS.", default=None, least=1000, example="120 kbit/s")
    queue: Time = yaml_key("Length of the queue, as time at the span's rate.", default=Time(100_000_000),
                           least=1_000_000, most=10_000_000_000, example="100 ms")
    buffer: Size | None = yaml_key("Length of the queue in bytes of the span's own layer, in place of `queue`.",
                                   default=None, least=64, most=100_000_000, example="20 kB")
    discipline: Discipline = yaml_key("Queue discipline.", default=Discipline.FIFO)
    share: Share = yaml_key("Between what fq-codel or cake shares fairly, on spans that several subscribers use.",
                            default=Share.FLOW)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Service:
    """A service that is sold: classified by head-end, transport and ports, and carried in a service class."""

    name: Name
    service_class: Name = yaml_key("The service class.", refers=("classes",), key="class")
    head_end: Name = yaml_key("The head-end at which it is located.", refers=("head-ends",))
    transport: Transport = yaml_key("The transport protocol at the head-end.", default=Transport.ANY)
    ports: tuple[int, int] | None = yaml_key("First and last port at the head-end.", default=None, least=1, most=65535,
                                             example="[16384, 32767]")
    title: str = yaml_key("Name for display.", default="")
    basis: str = basis()
