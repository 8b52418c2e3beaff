"""Requests for tc's flower filters: from address, transport, port and DSCP to a band."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

from twin.core.rtnetlink import OPTIONS, Request, attribute, nested, u8, u32
from twin.emulation.qdisc.tc_requests import BANDS, IP, filter_request
from twin.model import Transport
from twin.plan.blueprint import Classifier

CLASS_ID, ETHERNET_TYPE, PROTOCOL = 1, 8, 9
SOURCE, DESTINATION = (10, 11), (12, 13)
PORTS = {("tcp", "src"): (18, 35), ("tcp", "dst"): (19, 36), ("udp", "src"): (20, 37), ("udp", "dst"): (21, 38)}
RANGES = {"src": (87, 88), "dst": (89, 90)}
TOS = (73, 74)
IGMP = 2
NUMBERS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}


def classifiers(index: int, device: str, rules: tuple[Classifier, ...], bands: int = BANDS) -> Iterator[Request]:
    """A filter for each rule, first match wins; two where a port may be of either transport. bands: their handle."""
    preference = 0
    for rule in rules:
        for transport in _transports(rule):
            preference += 1
            keys, summary = _keys(rule, transport)
            options = nested(OPTIONS, u32(CLASS_ID, bands | rule.band + 1), keys)
            yield filter_request(index, bands, 1, (preference, IP), "flower", options,
                                 f"filter add dev {device} parent 1: protocol ip pref {preference} flower{summary} "
                                 f"classid 1:{rule.band + 1:x}")


def _transports(rule: Classifier) -> tuple[str | None, ...]:
    if rule.transport is not Transport.ANY:
        return (rule.transport.value,)
    return ("tcp", "udp") if rule.source_ports or rule.destination_ports else (None,)


def _keys(rule: Classifier, transport: str | None) -> tuple[bytes, str]:
    keys: list[tuple[bytes, str]] = [(attribute(ETHERNET_TYPE, struct.pack(">H", IP)), "")]
    if rule.igmp:
        keys.append((u8(PROTOCOL, IGMP), f" ip_proto {IGMP}"))
    if transport is not None:
        keys.append((u8(PROTOCOL, NUMBERS[transport]), f" ip_proto {transport}"))
        keys += [_ports(transport, way, ports) for way, ports in
                  (("src", rule.source_ports), ("dst", rule.destination_ports)) if ports is not None]
    keys += [_address(kinds, word, value) for kinds, word, value in
              ((SOURCE, "src_ip", rule.source), (DESTINATION, "dst_ip", rule.destination)) if value is not None]
    if rule.dscp is not None:
        keys.append((u8(TOS[0], rule.dscp << 2) + u8(TOS[1], 0xFC), f" ip_tos 0x{rule.dscp << 2:x}/0xfc"))
    return b"".join(part for part, _ in keys), "".join(summary for _, summary in keys)


def _address(kinds: tuple[int, int], word: str, value: str) -> tuple[bytes, str]:
    plain, _, length = value.partition("/")
    mask = (2**32 - 1) << (32 - int(length or 32)) & (2**32 - 1)
    network = int.from_bytes(socket.inet_aton(plain), "big") & mask
    body = attribute(kinds[0], struct.pack(">I", network)) + attribute(kinds[1], struct.pack(">I", mask))
    return body, f" {word} {value}"


def _ports(transport: str, way: str, ports: tuple[int, int]) -> tuple[bytes, str]:
    first, last = ports
    summary = f" {way}_port {first}" + (f"-{last}" if last != first else "")
    if first == last:
        key, mask = PORTS[transport, way]
        return attribute(key, struct.pack(">H", first)) + attribute(mask, b"\xff\xff"), summary
    least, most = RANGES[way]
    return attribute(least, struct.pack(">H", first)) + attribute(most, struct.pack(">H", last)), summary
