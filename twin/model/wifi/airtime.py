"""Airtime of a frame; a value only."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Time

MAC = 22
"""Bytes of an 802.11 data frame beside the Ethernet frame without FCS: 24 of header, 8 of LLC and SNAP and 4 of FCS,
less the 14 of the Ethernet header."""
HALF_BITS = 16
"""Half bits in a byte: 5.5 Mbit/s is 11 half bits in a microsecond."""


@dataclass(frozen=True, slots=True)
class Airtime:
    """The time on the air of frames sent at one rate (IEEE 802.11, TXTIME), exact to the ns.

    overhead: bytes beside the frame that is asked for. before, after: ns beside the symbols: protection, preamble and
    header before, signal extension after. symbol: ns, in which `half_bits` half bits pass; extra: half bits beside
    those of the bytes.
    """

    overhead: int
    before: Time
    symbol: Time
    half_bits: int
    extra: int = 0
    after: Time = Time(0)

    def of(self, frame: int) -> Time:
        """ns on the air of a frame of `frame` bytes (an Ethernet frame without FCS, where the overhead is `MAC`)."""
        symbols = -(-(HALF_BITS * (frame + self.overhead) + self.extra) // self.half_bits)
        return Time(self.before + symbols * self.symbol + self.after)
