"""DSL over copper pairs: encapsulation, conductors, impulse noise, and the keys that belong to it alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Size, Time
from twin.model.access.technology import Access
from twin.model.yaml_field_metadata import basis, yaml_key

DSL = Access(ends=("dslams",), medium="copper",
             profile_keys=("encapsulation", "interleaving", "conductor", "noise"), line_keys=("conductor",))


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

    @property
    def mtu(self) -> Size:
        """Bytes of the largest IP packet: PPPoE takes 8 of Ethernet's 1500 (RFC 2516)."""
        return Size(1492 if self in (Encapsulation.PPPOE_VC, Encapsulation.PPPOE_LLC) else 1500)


class Conductor(StrEnum):
    """The diameter of a copper line's conductors."""

    MM_04 = "0.4 mm"
    MM_05 = "0.5 mm"


@dataclass(frozen=True, slots=True)
class Noise:
    """Impulse noise on a DSL line: rate and length of its bursts."""

    bursts: float = yaml_key("Mean number of bursts a minute, in each direction.", least=0, most=6000, example="60")
    length: Time = yaml_key("Mean length of a burst.", least=1000, most=1_000_000_000, example="500 us")
    basis: str = basis()
