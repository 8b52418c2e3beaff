"""Voice codecs: packet size, interval, and robustness to loss (ITU-T G.113, G.114; RFC 3551)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from twin.core.units import Time


class _Facts(NamedTuple):
    """payload: bytes of speech in a packet. interval, lookahead: ns of speech in it, and beyond it that the coder
    needs. payload_type: of RTP. ie, bpl: equipment impairment and robustness against loss, for random loss."""

    payload: int
    interval: Time
    lookahead: Time
    payload_type: int
    ie: float
    bpl: float


class Codec(StrEnum):
    """A voice codec with its usual packets: 20 ms of speech in each, 30 ms with G.723.1."""

    G711 = "G.711"
    G729 = "G.729"
    G723_63 = "G.723.1"
    """At 6.3 kbit/s."""
    G723_53 = "G.723.1-5.3"
    """At 5.3 kbit/s; its robustness is not published, and that of 6.3 kbit/s is assumed."""

    @property
    def payload(self) -> int:
        """Bytes of speech in a usual packet."""
        return _FACTS[self].payload

    def payload_in(self, packetization: Time) -> int:
        """Bytes of speech in a packet of so many ns of it."""
        return self.payload * packetization // self.interval

    @property
    def packetizations(self) -> tuple[Time, ...]:
        """What packets may hold, ns: whole frames, of 30 ms with G.723.1, and of 10 ms as RFC 3551 counts the rest; and
        no fewer bytes than the stamp by which they are measured."""
        frame = 30 * _MS if self in (Codec.G723_63, Codec.G723_53) else 10 * _MS
        return tuple(Time(held) for held in (10 * _MS, 20 * _MS, 30 * _MS, 40 * _MS, 60 * _MS)
                     if held % frame == 0 and self.payload_in(Time(held)) >= LEAST_PAYLOAD)

    @property
    def interval(self) -> Time:
        """Time of speech in a usual packet, which has to be spoken before it can be sent, ns."""
        return _FACTS[self].interval

    @property
    def lookahead(self) -> Time:
        """Speech beyond the packet that the coder needs, ns (ITU-T G.114, table I.2)."""
        return _FACTS[self].lookahead

    @property
    def payload_type(self) -> int:
        """The RTP payload type (RFC 3551, table 4)."""
        return _FACTS[self].payload_type

    def impairment(self, concealment: bool = False) -> tuple[float, float]:
        """Equipment impairment Ie and robustness Bpl (ITU-T G.113); concealment: whether the receiver of G.711 hides
        losses (G.711 appendix I), as those of the others always do."""
        facts = _FACTS[self]
        return facts.ie, CONCEALED_BPL if concealment and self is Codec.G711 else facts.bpl


LEAST_PAYLOAD = 16
"""Bytes of speech in a packet, at least: what a packet's number and time of departure take."""
CONCEALED_BPL = 25.1
"""Bpl of G.711 with the concealment of its appendix I."""
_MS = 1_000_000
_FACTS = {
    Codec.G711: _Facts(160, Time(20 * _MS), Time(0), 0, 0.0, 4.3),
    Codec.G729: _Facts(20, Time(20 * _MS), Time(5 * _MS), 18, 11.0, 19.0),
    Codec.G723_63: _Facts(24, Time(30 * _MS), Time(7_500_000), 4, 15.0, 16.1),
    Codec.G723_53: _Facts(20, Time(30 * _MS), Time(7_500_000), 4, 19.0, 16.1),
}
