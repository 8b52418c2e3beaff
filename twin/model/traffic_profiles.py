"""Packet sizes, intervals and departure times of each kind of traffic; pure, independent of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from random import Random

from twin.core.units import NS_PER_S, Rate, Size, Time
from twin.model.workload.codec import Codec

IP_UDP = 28
"""Bytes of the IPv4 and UDP headers."""
RTP = 12
"""Bytes of the RTP header without contributing sources (RFC 3550, 5.1)."""
DNS_QUESTION, DNS_ANSWER = Size(35), Size(51)
"""Bytes of a DNS question for an address and of its answer, without UDP's header (traffic.web.dns_messages)."""
PAGE_REQUEST, MAIL_REQUEST, MAIL_RECEIPT = Size(300), Size(100), Size(60)
"""Bytes that ask for a page, that ask for a mail, and that say that one was accepted."""
SIP_PACKET = Size(600)
"""IP bytes of an INVITE and of its answers, which are filled up to it so that their serialization can be computed."""
ARP_FRAME = Size(60)
"""Bytes of a forged ARP frame, and of one with IGMP, with the Ethernet header: the least size without FCS."""
TS_PACKET, TS_PACKETS = 188, 7
"""Bytes of an MPEG transport stream packet, and how many a datagram carries (RFC 2250; ISO/IEC 13818-1)."""
TS_PAYLOAD = TS_PACKET * TS_PACKETS
STREAM_PACKET = Size(IP_UDP + RTP + TS_PAYLOAD)
"""IP bytes of a packet of a transport stream."""


def speech_packet(codec: Codec, packetization: Time | None = None) -> Size:
    """IP bytes of a packet of so many ns of speech, by default the codec's usual packet."""
    return Size(IP_UDP + RTP + codec.payload_in(packetization or codec.interval))


def interval(rate: Rate, size: int) -> Time:
    """ns from one to the next of what is sent at a rate, `size` bytes at a time; rounded to one."""
    return Time(max(1, (size * 8 * NS_PER_S + rate // 2) // rate))


def packet_times(interval: Time, start: int, seconds: float, origin: int = 0) -> range:
    """Departures in ns, one each `interval` from `start` on, where the measurement begins at `origin`; all before its
    end."""
    end = round(seconds * NS_PER_S)
    return range(origin + start, origin + max(start, end), interval)


def poisson_process(interval: Time, start: int, random: Random, origin: int = 0) -> Iterator[int]:
    """Departures of a Poisson process without end, `interval` ns apart on average; no two in one ns."""
    at = float(start)
    while True:
        at += max(1.0, random.expovariate(1.0) * interval)
        yield origin + int(at)


def random_times(interval: Time, start: int, seconds: float, random: Random, origin: int = 0) -> tuple[int, ...]:
    """The departures of a Poisson process before the end of the measurement."""
    end = origin + round(seconds * NS_PER_S)
    return tuple(takewhile(lambda at: at < end, poisson_process(interval, start, random, origin)))
