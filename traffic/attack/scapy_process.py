"""The process that sends forged packets, `python -m traffic.attack.scapy_process`; it alone imports scapy.

scapy builds one frame of each kind; the stamps are written into copies of it, and the copies leave like all other
traffic, each at its time (traffic.engine.packet_pacing), through a raw socket on the host's interface.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from random import Random
from socket import inet_aton
from typing import Any

from traffic.attack import igmp_messages, malformed_messages
from traffic.attack.forged_packets import PAYLOAD_ATTACKS, ForgingJob
from traffic.engine import syscalls
from traffic.engine.flow_lifecycle import Timing
from traffic.engine.sockets import INTERFACE, make_paced
from traffic.packets import payloads
from traffic.packets.batch_send import BatchSender, DepartureSchedule
from twin.core.records import from_plain
from twin.core.seeds import stream
from twin.core.units import NS_PER_S
from twin.model import AttackKind
from twin.model.traffic_profiles import ARP_FRAME, IP_UDP, packet_times
from twin.plan.blueprint import Flow, ForgedPackets, Host, IptvChannelPlan, carrying

EXPEDITED = 46
"""The DSCP of a forged packet unless the flow names one (RFC 3246)."""
SPOOFS = 16
"""Spoofed source addresses, used in rotation."""
HEAD = 14 + IP_UDP + payloads.STAMP.size
"""Bytes up to the end of the stamp, in a UDP packet as in a padded ARP frame."""
BROADCAST = "ff:ff:ff:ff:ff:ff"
EMPTY_GROUP = "239.255.255.1"
"""A group without a source."""
IGMP = 2
UNUSED_ADDRESS = "203.0.113.1"
"""An address that no host has (RFC 5737)."""


@dataclass(frozen=True, slots=True)
class FrameWriter:
    """Writes heads: copies of the first bytes of one frame of each kind, with the stamp at their end if `stamped`."""

    heads: tuple[tuple[bytes, ...], ...]
    stamped: bool

    def write(self, buffer: bytearray, at: int, sequence: int, departure: int) -> None:
        """Write the head of packet `sequence`, whose kind is its number modulo the kinds."""
        repetition, kind = divmod(sequence, len(self.heads))
        heads = self.heads[kind]
        buffer[at:at + HEAD] = heads[repetition % len(heads)]
        if self.stamped:
            payloads.STAMP.pack_into(buffer, at + HEAD - payloads.STAMP.size, sequence, departure)


class ForgedFlow:
    """A forged flow as it is sent."""

    def __init__(self, flow: Flow, forged: ForgedPackets, hosts: dict[str, Host], job: ForgingJob) -> None:
        """Make the frames and open the socket; nothing is sent before `begin`."""
        frames = _frames(flow, forged, hosts, job, stream(job.seed, f"forge/{flow.name}"))
        tails = tuple(of_kind[0][HEAD:] for of_kind in frames)
        self._flow, self._interval, self._seconds = flow, forged.interval, job.seconds
        self._writer = FrameWriter(tuple(tuple(frame[:HEAD] for frame in of_kind) for of_kind in frames),
                              not PAYLOAD_ATTACKS & set(forged.attacks))
        self._batch_sender = BatchSender(payloads.Shape(0, 0, HEAD, tails))
        self._sock = _raw_socket(hosts[flow.source])
        self.sent = 0

    def begin(self, origin: int) -> None:
        """Set the beginning of the measurement, ns since 1970."""
        self._schedule = DepartureSchedule(packet_times(self._interval, self._flow.start, self._seconds, origin))

    def hand_over(self, until: int, ahead: int) -> None:
        """Hand over what departs before `until`."""
        batch = self._schedule.take(until)
        if batch is not None:
            self._batch_sender.send(self._sock.fileno(), self._writer, batch, ahead)
            self.sent = batch.stop


def _raw_socket(host: Host) -> socket.socket:
    """A socket for whole frames on the host's interface, paced like all others, that receives nothing."""
    with syscalls.in_namespace(host.namespace):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.bind((INTERFACE, 0))
    make_paced(sock)
    return sock


def _frames(flow: Flow, forged: ForgedPackets, hosts: dict[str, Host], job: ForgingJob, random: Random
            ) -> tuple[tuple[bytes, ...], ...]:
    """The frames of each attack in the rotation; the bytes where the stamp goes are zero."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import ARP, Ether
    from scapy.utils import checksum

    attacker, sink = hosts[flow.source], hosts[flow.sink]
    others = sorted(host.address for host in hosts.values() if host.name not in (flow.source, flow.sink))
    spoofs = random.sample(others, min(SPOOFS, len(others))) or [UNUSED_ADDRESS]
    groups = [channel.group for channel in job.channels] or [EMPTY_GROUP]

    size = forged.packet - IP_UDP

    def packet(source: str, dscp: int, payload: bytes = bytes(size), port: int = flow.sink_port) -> bytes:
        return bytes(Ether(src=attacker.mac, dst=job.gateway_mac) / IP(src=source, dst=sink.address, tos=dscp << 2)
                     / UDP(sport=flow.source_port, dport=port, chksum=0) / payload)

    def arp(**fields: Any) -> bytes:
        return bytes(Ether(src=attacker.mac, dst=BROADCAST) / ARP(**fields)).ljust(ARP_FRAME, b"\0")

    def igmp(source: str, message: igmp_messages.IgmpMessage) -> bytes:
        body = struct.pack("!BBH4s", message.kind, 0, 0, inet_aton(message.group))
        summed = checksum(body) if message.checksum is None else message.checksum
        head = IP(src=source, dst=message.to, ttl=1, proto=IGMP, len=message.length or 20 + len(body))
        return bytes(Ether(src=attacker.mac, dst=group_mac(message.to)) / head / (body[:2] + summed.to_bytes(2, "big")
                                                                           + body[4:])).ljust(ARP_FRAME, b"\0")

    def pirate(channel: IptvChannelPlan) -> bytes:
        return bytes(Ether(src=attacker.mac, dst=group_mac(channel.group))
                     / IP(src=attacker.address, dst=channel.group, ttl=16)
                     / UDP(sport=channel.port, dport=channel.port, chksum=0) / bytes(forged.packet - IP_UDP))

    def frames(trick: AttackKind) -> tuple[bytes, ...]:
        match trick:
            case AttackKind.MARKED:
                return (packet(attacker.address, flow.dscp or EXPEDITED),)
            case AttackKind.SPOOFED:
                return tuple(packet(source, flow.dscp) for source in spoofs)
            case AttackKind.ARP_CLAIM:
                return (arp(op="is-at", hwsrc=attacker.mac, psrc=sink.address, hwdst=BROADCAST, pdst=sink.address),)
            case AttackKind.ARP_STORM:
                return (arp(op="who-has", hwsrc=attacker.mac, psrc="0.0.0.0", pdst=sink.address),)
            case AttackKind.IGMP_STORM:
                return tuple(igmp(attacker.address, message) for message in igmp_messages.storm(groups))
            case AttackKind.IGMP_MALFORMED:
                return tuple(igmp(attacker.address, message) for message in igmp_messages.malformed(groups[0]))
            case AttackKind.IGMP_SPOOFED:
                return tuple(igmp(source, igmp_messages.leave(group)) for source in spoofs for group in groups)
            case AttackKind.PIRATE:
                return tuple(pirate(channel) for channel in job.channels)
            case AttackKind.SIP:
                payloads = malformed_messages.sip_payloads(random, attacker.address, sink.address, job.callers, size)
                return tuple(packet(attacker.address, flow.dscp, payload) for payload in payloads)
            case AttackKind.RTP:
                payloads, port = malformed_messages.rtp_payloads(random, size), flow.sink_port
                return tuple(packet(attacker.address, flow.dscp, payload, port + number % forged.service_ports)
                             for number, payload in enumerate(payloads))

    if PAYLOAD_ATTACKS & set(forged.attacks):
        kinds = [frames(trick) for trick in forged.rotation]
        return tuple((of_kind[number % len(of_kind)],)
                     for number, of_kind in zip(range(malformed_messages.VARIANTS), cycle(kinds)))
    return tuple(frames(trick) or (packet(attacker.address, 0),) for trick in forged.rotation)


def group_mac(group: str) -> str:
    """The Ethernet address of a multicast group (RFC 1112, 6.4)."""
    _, second, third, fourth = inet_aton(group)
    return f"01:00:5e:{second & 127:02x}:{third:02x}:{fourth:02x}"


def forge(job: ForgingJob) -> dict[str, int]:
    """Send all forged flows, sleeping in between; packets sent of each flow."""
    hosts = {host.name: host for host in job.hosts}
    flows = {flow.name: ForgedFlow(flow, forged, hosts, job) for flow, forged in carrying(ForgedPackets, job.flows)}
    print("ready", flush=True)
    origin = int(sys.stdin.readline())
    for flow in flows.values():
        flow.begin(origin)
    for moment, until in Timing(job.seconds, job.seed, origin).rounds():
        time.sleep(max(0, moment - time.time_ns()) / NS_PER_S)
        ahead = syscalls.ahead_of_monotonic()
        for flow in flows.values():
            flow.hand_over(until, ahead)
    return {name: flow.sent for name, flow in flows.items()}


if __name__ == "__main__":
    print(json.dumps(forge(from_plain(ForgingJob, json.loads(sys.stdin.readline())))))
