"""What each activity sends: packet sizes, intervals and times of departure; pure, and knows no flow of a plan."""

from __future__ import annotations

from random import Random
from typing import Protocol

from twin.model.codec import Codec
from twin.model.service import Activity
from twin.units import NS_PER_S, Rate, Size, Time

IP_UDP = 28
"""Bytes of the IPv4 and UDP headers."""
RTP = 12
"""Bytes of the RTP header without contributing sources (RFC 3550, 5.1)."""
DNS_QUESTION, DNS_ANSWER = Size(35), Size(51)
"""Bytes of a question for an address and of its answer, without UDP's header, as `traffic.names` writes them."""
PAGE_REQUEST, MAIL_REQUEST, MAIL_RECEIPT = Size(300), Size(100), Size(60)
"""Bytes that ask for a page, that ask for a mail, and that say that one was accepted."""
SIP_PACKET = Size(600)
"""IP bytes of an INVITE and of its answers, which are filled up to it so that their serialization can be computed."""
TS_PACKET, TS_PACKETS = 188, 7
"""Bytes of an MPEG transport stream packet, and how many a datagram carries (RFC 2250; ISO/IEC 13818-1)."""
TS_PAYLOAD = TS_PACKET * TS_PACKETS
CONSTANT_RATE = frozenset({Activity.CALL, Activity.STREAM, Activity.FLOOD, Activity.FORGED})
"""Activities that send packets at fixed intervals, whatever the network does."""
SPEECH = frozenset({Activity.CALL, Activity.DIAL})
"""Activities in which people talk."""


class Paced(Protocol):
    """Anything that sends at fixed intervals: a flow of a constant-rate activity. Times in ns."""

    @property
    def interval(self) -> Time:
        """Between two packets."""
        ...

    @property
    def start(self) -> Time:
        """Of the first packet, after the start of the measurement."""
        ...


def packet_size(activity: Activity, codec: Codec | None, packet: Size) -> Size:
    """IP packet size in bytes; `packet` is the size written for floods and forgeries, 0 comes back for TCP."""
    if activity in SPEECH:
        return Size(IP_UDP + RTP + (codec or Codec.G711).payload)
    if activity is Activity.STREAM:
        return Size(IP_UDP + RTP + TS_PAYLOAD)
    return packet if activity in CONSTANT_RATE else Size(0)


def interval(activity: Activity, codec: Codec | None, rate: Rate | None, packet: Size) -> Time:
    """ns between packets, rounded to one; 0 for TCP. A call sends a packet of its codec at a time.

    `rate` counts the transport stream itself for a stream, IP packets for floods and forgeries.
    Raises ValueError where an activity that needs a rate has none.
    """
    if activity in SPEECH:
        return (codec or Codec.G711).interval
    if activity not in CONSTANT_RATE:
        return Time(0)
    if activity is Activity.CALL:
        return (codec or Codec.G711).interval
    if not rate:
        raise ValueError(f"a {activity.value} needs a rate")
    size = TS_PAYLOAD if activity is Activity.STREAM else packet
    return Time(max(1, (size * 8 * NS_PER_S + rate // 2) // rate))


def packet_times(flow: Paced, seconds: float, origin: int = 0) -> range:
    """Departures in ns, where the measurement begins at `origin`; all before its end."""
    begin, end = flow.start, round(seconds * NS_PER_S)
    return range(origin + begin, origin + max(begin, end), flow.interval)


def random_times(flow: Paced, seconds: float, random: Random, origin: int = 0) -> tuple[int, ...]:
    """Departures of a Poisson process with the flow's rate on average; no two in one ns."""
    at, end, found = float(flow.start), round(seconds * NS_PER_S), []
    while (at := at + max(1.0, random.expovariate(1.0) * flow.interval)) < end:
        found.append(origin + int(at))
    return tuple(found)
