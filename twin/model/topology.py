"""Where things stand and what joins them: sites, switches, DSLAMs, relays, head-ends, spans and rings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Length, Rate, Ratio, Time
from twin.model.radio_cells import Air
from twin.model.yaml_keys import Dscp, Name, basis, written


class Medium(StrEnum):
    """What a span is made of."""

    FIBRE = "fibre"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class Site:
    """A place: a commune, a point of presence, a street cabinet."""

    name: Name
    title: str = written("Name for display.", default="", example="Pont-de-Larn")
    latitude: float | None = written("Degrees north (WGS 84).", default=None, least=-90, most=90, example="43.60527")
    longitude: float | None = written("Degrees east (WGS 84).", default=None, least=-180, most=180, example="2.24088")
    households: int = written("Households at this site.", default=0, least=0, example="17808")
    businesses: int = written("Businesses at this site.", default=0, least=0, example="2698")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Uplink:
    """The span that connects a DSLAM, relay or head-end to the network."""

    to: Name = written("The node at the other end.", refers=("switches", "dslams", "relays"))
    capacity: Rate | None = written("Capacity of the span in each direction; of a radio hop, in both together. "
                                    "Omitted if the hop is in a radio cell.", default=None, least=8000,
                                    example="100 Mbit/s")
    medium: Medium = written("What the span is made of.", default=Medium.FIBRE)
    length: Length = written("Length of the span.", default=Length(0), most=500_000, example="7.62 km")
    delay: Time = written("Fixed delay of the equipment, in addition to propagation.", default=Time(0), example="1 ms")
    loss: Ratio = written("Random loss of the medium.", default=Ratio(0), most=999_999, example="0.1 %")
    air: Air | None = written("The radio cell whose airtime a radio hop shares.", default=None)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Switch:
    """A metro switch: a node of the ring or of the core."""

    name: Name
    site: Name = written("Its site.", refers=("sites",))
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Dslam:
    """A DSLAM: subscriber lines on one side, an uplink on the other."""

    name: Name
    site: Name = written("Its site.", refers=("sites",))
    uplink: Uplink = written("The span to the network.")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Relay:
    """A WiFi relay: serves the subscribers of a village, fed by a radio hop."""

    name: Name
    site: Name = written("Its site.", refers=("sites",))
    uplink: Uplink = written("The radio hop that feeds it.")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Remark:
    """Another DSCP for a class where its packets leave for another domain."""

    service_class: Name = written("The service class.", refers=("classes",), key="class")
    dscp: Dscp = written("Its DSCP in the other domain.", least=0, most=63, example="AF41")


@dataclass(frozen=True, slots=True)
class HeadEnd:
    """A node at which services are located: softswitch, video head-end, Internet gateway, application servers."""

    name: Name
    site: Name = written("Its site.", refers=("sites",))
    uplink: Uplink = written("The span to the network.")
    title: str = written("Name for display.", default="")
    remarks: tuple[Remark, ...] = written("The DSCPs of another domain behind it, where they differ.", default=())
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Span:
    """A span between two nodes of the network: fibre, or a radio hop."""

    name: Name
    ends: tuple[Name, Name] = written("The two nodes.", refers=("switches", "dslams", "relays"))
    capacity: Rate | None = written("Capacity of the span in each direction; of a radio hop, in both together. "
                                    "Omitted if the hop is in a radio cell.", default=None, least=8000,
                                    example="100 Mbit/s")
    medium: Medium = written("What the span is made of.", default=Medium.FIBRE)
    length: Length = written("Length of the span.", default=Length(0), most=500_000, example="7.62 km")
    delay: Time = written("Fixed delay of the equipment, in addition to propagation.", default=Time(0), example="1 ms")
    loss: Ratio = written("Random loss of the medium.", default=Ratio(0), most=999_999, example="0.1 %")
    air: Air | None = written("The radio cell whose airtime a radio hop shares.", default=None)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Ring:
    """Spans that form a closed loop, which survives the cut of any one of them."""

    name: Name
    spans: tuple[Name, ...] = written("The spans, in order round the ring.", refers=("spans",))
    basis: str = basis()
