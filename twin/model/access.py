"""How subscribers are connected: line profiles, and the groups of lines that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.model.fields import Name, basis, written
from twin.units import Length, Rate, Ratio, Time


class Technology(StrEnum):
    """How a line carries packets, and so at which layer its rate holds."""

    DSL = "dsl"
    """ATM cells: the rates are synchronisation rates at the ATM layer."""
    ETHERNET = "ethernet"
    """Fibre or copper Ethernet: the rates include preamble, gap and FCS."""
    WIFI = "wifi"
    """A subscriber of a relay: the rates are of the Ethernet frame, held by a shaper."""


class Encapsulation(StrEnum):
    """What stands between IP and the ATM cells; the number is bytes per packet with the AAL5 trailer (tc-stab(8))."""

    PPPOA_VC = "pppoa-vc"
    PPPOA_LLC = "pppoa-llc"
    PPPOE_VC = "pppoe-vc"
    PPPOE_LLC = "pppoe-llc"
    BRIDGED_VC = "bridged-vc"
    BRIDGED_LLC = "bridged-llc"
    IPOA_VC = "ipoa-vc"
    IPOA_LLC = "ipoa-llc"

    @property
    def overhead(self) -> int:
        """Bytes added to an IP packet before it is cut into cells."""
        return {"pppoa-vc": 10, "pppoa-llc": 14, "pppoe-vc": 32, "pppoe-llc": 40, "bridged-vc": 24,
                "bridged-llc": 32, "ipoa-vc": 8, "ipoa-llc": 16}[self.value]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a line is sold as: technology and rates."""

    name: Name
    down: Rate = written("Rate towards the subscriber.", least=8000, example="512 kbit/s")
    up: Rate = written("Rate from the subscriber.", least=8000, example="128 kbit/s")
    technology: Technology = written("How the line carries packets.", default=Technology.DSL)
    encapsulation: Encapsulation = written("Encapsulation on a DSL line.", default=Encapsulation.PPPOA_VC)
    delay: Time = written("One-way delay of interleaving and modems.", default=Time(0), example="8 ms")
    length: Length = written("Length of the line.", default=Length(0), most=20_000, example="2 km")
    loss: Ratio = written("Random loss of the line.", default=Ratio(0), most=999_999, example="0.01 %")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines of one profile at one node: how many exist, how many are emulated, and what their subscribers do."""

    name: Name
    at: Name = written("The DSLAM, relay or switch that the lines end on.", refers=("dslams", "relays", "switches"))
    profile: Name = written("The profile of the lines.", refers=("profiles",))
    subscribers: int = written("How many such lines exist.", default=1, least=1, most=10_000_000, example="1200")
    emulated: int = written("How many of them are emulated, packet by packet.", default=1, least=0, most=100_000,
                            example="2")
    runs: tuple[Name, ...] = written("The workloads of each emulated line in the busy hour.", default=(),
                                     refers=("workloads",), example="[call, download]")
    basis: str = basis()
