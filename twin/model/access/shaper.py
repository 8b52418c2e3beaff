"""A subscriber's own shaper: in the CPE, before the modem of the line, as a router does that has another's modem."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Size
from twin.model.yaml_field_metadata import basis, yaml_key


@dataclass(frozen=True, slots=True)
class Shaper:
    """What the CPE believes of the line. Where a packet takes more of the line than it counts, the queue of the modem
    fills, which knows no classes."""

    rate: Rate = yaml_key("Rate at which the CPE sends to the modem.", least=8000, example="400 kbit/s")
    modem_queue: int = yaml_key("Packets that the modem holds in its one FIFO, those in transmission included.",
                                least=2, most=10_000, example="64")
    overhead: Size = yaml_key("Bytes that the CPE counts in addition to an IP packet; 14 are the Ethernet header "
                              "alone.", default=Size(14), most=100, example="10 bytes")
    atm: bool = yaml_key("Whether it counts ATM cells; `linklayer atm` of tc-stab(8).", default=False)
    basis: str = basis()
