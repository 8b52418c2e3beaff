"""What a rate carries once headers and cells are paid: goodput of TCP, wire rates, calls."""

from __future__ import annotations

from twin.core.units import NS_PER_S, Rate
from twin.model import Codec
from twin.plan.blueprint import LinkLayer
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD

IP_PACKET = 1500
PLAIN_PAYLOAD = 1460
"""TCP payload of a full packet: 20 bytes of IPv4 and 20 of TCP (RFC 879)."""
TCP_PAYLOAD = IP_PACKET - TCP_OVERHEAD
"""What is left for payload in a packet of 1500 bytes; a smaller MTU leaves less."""
ACK_PACKET = 52
"""IP bytes of an acknowledgement with time stamps; one for every second full packet (RFC 5681)."""
SEGMENTS_PER_ACK = 2
SACK_OPTIONS = 0, 12, 20, 28
"""Bytes by which an acknowledgement is longer after a loss: of one to three blocks beside time stamps, with padding; no
more fit into the 40 bytes of TCP options (RFC 2018)."""
UDP_OVERHEAD = 28
"""Bytes of IPv4 and UDP in a packet."""

RTP_OVERHEAD = 40
"""Bytes of IPv4, UDP and RTP in a packet."""


def wire_rate(ip_size: int, interval: int, layer: LinkLayer) -> float:
    """What packets of `ip_size` bytes every `interval` ns take of a rate that holds at `layer`, bit/s."""
    return layer.cost(ip_size + HEADER) * 8 * NS_PER_S / interval


def tcp_goodput(rate: float, layer: LinkLayer, payload: int = TCP_PAYLOAD, packet: int = IP_PACKET) -> float:
    """Goodput of TCP that has `rate` bit/s at `layer` to itself."""
    return rate * payload / layer.cost(packet + HEADER)


def calls_on(rate: Rate, layer: LinkLayer, codec: Codec) -> int:
    """How many calls fit one direction of a span."""
    return int(rate // wire_rate(codec.payload + RTP_OVERHEAD, codec.interval, layer))
