"""The topology: sites, switches, DSLAMs, relays, head-ends, spans and rings; and the addresses of its hosts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Length, Rate, Time
from twin.model.topology.impairments import Impairments
from twin.model.topology.radio_cells import Air
from twin.model.yaml_field_metadata import Dscp, IpAddress, IpPrefix, Name, basis, yaml_key

LONGEST_SPAN = 40_000_000
"""The circumference of the Earth, m: no cable between two of its places need be longer."""


class Medium(StrEnum):
    """What a span is made of."""

    FIBRE = "fibre"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class Site:
    """A place: a commune, a point of presence, a street cabinet."""

    name: Name
    title: str = yaml_key("Name for display.", default="", example="Pont-de-Larn")
    latitude: float | None = yaml_key("Degrees north (WGS 84).", default=None, least=-90, most=90, example="43.60527")
    longitude: float | None = yaml_key("Degrees east (WGS 84).", default=None, least=-180, most=180, example="2.24088")
    households: int = yaml_key("Households at this site.", default=0, least=0, example="17808")
    businesses: int = yaml_key("Businesses at this site.", default=0, least=0, example="2698")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Uplink:
    """The span that connects a DSLAM, relay or head-end to the network."""

    to: Name = yaml_key("The node at the other end.", refers=("switches", "dslams", "relays"))
    capacity: Rate | None = yaml_key("Capacity of the span in each direction; of a radio hop, in both together. "
                                     "Omitted if the hop is in a radio cell.", default=None, least=8000,
                                     example="100 Mbit/s")
    medium: Medium = yaml_key("What the span is made of.", default=Medium.FIBRE)
    length: Length = yaml_key("Length of the span.", default=Length(0), most=LONGEST_SPAN, example="7.62 km")
    delay: Time = yaml_key("Fixed delay of the equipment, in addition to propagation.", default=Time(0), example="1 ms")
    impairments: Impairments | None = yaml_key("What it does to packets beside carrying them.", default=None,
                                               formerly="loss", example="{loss: 0.1 %, delay: 10 ms, jitter: 2 ms}")
    air: Air | None = yaml_key("The radio cell whose airtime a radio hop shares.", default=None)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Switch:
    """A metro switch: a node of the ring or of the core."""

    name: Name
    site: Name = yaml_key("Its site.", refers=("sites",))
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Dslam:
    """A DSLAM: subscriber lines on one side, an uplink on the other."""

    name: Name
    site: Name = yaml_key("Its site.", refers=("sites",))
    uplink: Uplink = yaml_key("The span to the network.")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Relay:
    """A WiFi relay: serves the subscribers of a village, fed by a radio hop."""

    name: Name
    site: Name = yaml_key("Its site.", refers=("sites",))
    uplink: Uplink = yaml_key("The radio hop that feeds it.")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Remark:
    """Another DSCP for a class where its packets leave for another domain."""

    service_class: Name = yaml_key("The service class.", refers=("classes",), key="class")
    dscp: Dscp = yaml_key("Its DSCP in the other domain.", least=0, most=63, example="AF41")


@dataclass(frozen=True, slots=True)
class HeadEnd:
    """A node at which services are located: softswitch, video head-end, Internet gateway, application servers."""

    name: Name
    site: Name = yaml_key("Its site.", refers=("sites",))
    uplink: Uplink = yaml_key("The span to the network.")
    title: str = yaml_key("Name for display.", default="")
    remarks: tuple[Remark, ...] = yaml_key("The DSCPs of another domain behind it, where they differ.", default=())
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Span:
    """A span between two nodes of the network: fibre, or a radio hop."""

    name: Name
    ends: tuple[Name, Name] = yaml_key("The two nodes.", refers=("switches", "dslams", "relays"))
    capacity: Rate | None = yaml_key("Capacity of the span in each direction; of a radio hop, in both together. "
                                     "Omitted if the hop is in a radio cell.", default=None, least=8000,
                                     example="100 Mbit/s")
    medium: Medium = yaml_key("What the span is made of.", default=Medium.FIBRE)
    length: Length = yaml_key("Length of the span.", default=Length(0), most=LONGEST_SPAN, example="7.62 km")
    delay: Time = yaml_key("Fixed delay of the equipment, in addition to propagation.", default=Time(0), example="1 ms")
    impairments: Impairments | None = yaml_key("What it does to packets beside carrying them.", default=None,
                                               formerly="loss", example="{loss: 0.1 %, delay: 10 ms, jitter: 2 ms}")
    air: Air | None = yaml_key("The radio cell whose airtime a radio hop shares.", default=None)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Ring:
    """Spans that form a closed loop, which survives the cut of any one of them."""

    name: Name
    spans: tuple[Name, ...] = yaml_key("The spans, in order round the ring.", refers=("spans",))
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class AddressAssignment:
    """One line of the addressing plan: from which prefix hosts get addresses, or the fixed address of one of them."""

    prefix: IpPrefix | None = yaml_key("The prefix; of the hosts that no other prefix is for where neither site, class "
                                       "nor head-end is named.", default=None, example="10.64.0.0/16")
    site: Name | None = yaml_key("The site whose head-ends, and lines that end there, have addresses of the prefix.",
                                 default=None, refers=("sites",))
    service_class: Name | None = yaml_key("The service class whose services' head-ends have addresses of the prefix.",
                                          default=None, refers=("classes",), key="class")
    head_end: Name | None = yaml_key("The head-end that has an address of the prefix.", default=None,
                                     refers=("head-ends",))
    address: IpAddress | None = yaml_key("The fixed address of a node.", default=None, example="10.64.0.10")
    node: Name | None = yaml_key("The node of that address: a head-end, or an emulated line by its group's name and "
                                 "its number.", default=None, example="homes-1")

    @property
    def holders(self) -> tuple[tuple[str, Name], ...]:
        """What the prefix is for: pairs of key and name; one, or none where it is for all others."""
        written = (("site", self.site), ("class", self.service_class), ("head-end", self.head_end))
        return tuple((key, name) for key, name in written if name is not None)
