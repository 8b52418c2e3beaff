"""Three-colour markers as RFC 2697 and RFC 2698 tell them, in exact fractions; what the emulation is held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

NS_PER_S = 10**9


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet: when it comes (ns), its IP bytes, and the colour that it bears."""

    at: int
    size: int
    colour: str = "G"


@dataclass(slots=True)
class Bucket:
    """Tokens (bytes): so many come a second, up to the burst."""

    rate: int
    burst: int
    tokens: Fraction = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = Fraction(self.burst)

    def fill(self, passed: int) -> Fraction:
        """Let time pass (ns); returns the tokens that it cannot hold."""
        self.tokens += Fraction(self.rate * passed, NS_PER_S)
        over = max(Fraction(0), self.tokens - self.burst)
        self.tokens -= over
        return over


Marker = Callable[[int, Arrival], str]
"""From the time that has passed since the packet before (ns), and a packet, to its colour; remembers its buckets."""


def single_rate(committed_bucket: tuple[int, int], excess_burst: int) -> Marker:
    """RFC 2697, section 3: what the committed bucket (rate, burst) cannot hold goes to the excess bucket."""
    committed, excess = Bucket(*committed_bucket), Bucket(0, excess_burst)

    def mark(passed: int, packet: Arrival) -> str:
        excess.tokens = min(Fraction(excess_burst), excess.tokens + committed.fill(passed))
        for bucket, colour, allowed in ((committed, "G", "G"), (excess, "Y", "GY")):
            if packet.colour in allowed and bucket.tokens >= packet.size:
                bucket.tokens -= packet.size
                return colour
        return "R"

    return mark


def two_rates(committed_bucket: tuple[int, int], peak_bucket: tuple[int, int]) -> Marker:
    """RFC 2698, section 3: beyond the peak rate red, beyond the committed rate yellow; buckets are (rate, burst)."""
    committed, peak = Bucket(*committed_bucket), Bucket(*peak_bucket)

    def mark(passed: int, packet: Arrival) -> str:
        committed.fill(passed)
        peak.fill(passed)
        if packet.colour == "R" or peak.tokens < packet.size:
            return "R"
        peak.tokens -= packet.size
        if packet.colour == "Y" or committed.tokens < packet.size:
            return "Y"
        committed.tokens -= packet.size
        return "G"

    return mark


def colours(packets: Sequence[Arrival], marker: Marker) -> str:
    """The colours of packets in order of arrival."""
    before = packets[0].at if packets else 0
    marked = []
    for packet in packets:
        marked.append(marker(packet.at - before, packet))
        before = packet.at
    return "".join(marked)
