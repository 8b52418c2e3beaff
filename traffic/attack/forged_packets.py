"""Flows of forged packets: the process that sends them, and the sockets on which they must not arrive."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import Timing
from traffic.packets import payloads
from traffic.packets.constant_rate import ConstantRateFlow
from traffic.packets.payloads import Content
from traffic.packets.udp_endpoints import Receiver, batch_receiver
from traffic.sample_files import LOST
from twin.core.errors import EmulationError
from twin.core.records import to_plain
from twin.model import AttackKind
from twin.model.traffic_profiles import ARP_FRAME, IP_UDP
from twin.plan.blueprint import Flow, ForgedPackets, Host, IptvChannelPlan

PAYLOAD_ATTACKS = frozenset({AttackKind.SIP, AttackKind.RTP})
"""Attacks by the payload: a flow with one of them has no stamps, and its arrivals are not counted."""


@dataclass(frozen=True, slots=True)
class ForgingJob:
    """The job of the forging process. gateway_mac: to which Ethernet address its IP packets go. callers: names of the
    flows that dial, in whose name SIP is forged."""

    flows: tuple[Flow, ...]
    hosts: tuple[Host, ...]
    channels: tuple[IptvChannelPlan, ...]
    gateway_mac: str
    callers: tuple[str, ...]
    seconds: float
    seed: int


class ForgingProcess:
    """The forging process; it is ready once this object is, and waits for the start of the measurement."""

    def __init__(self, flows: Sequence[Flow], hosts: Mapping[str, Host], channels: Iterable[IptvChannelPlan],
                 gateway_mac: str, callers: Sequence[str], timing: Timing) -> None:
        job = ForgingJob(
            flows=tuple(flows), hosts=tuple(hosts.values()), channels=tuple(channels), gateway_mac=gateway_mac,
            callers=tuple(callers), seconds=timing.seconds, seed=timing.seed)
        self._process = subprocess.Popen((sys.executable, "-m", "traffic.attack.scapy_process"), stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(to_plain(job)).encode() + b"\n")
        self._process.stdin.flush()
        if self._process.stdout.readline() != b"ready\n":
            self.close()
            raise EmulationError("the process that forges packets did not start; its reason stands above")

    def begin(self, origin: int) -> None:
        """Send it the start of the measurement, ns since 1970."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"%d\n" % origin)
        self._process.stdin.close()

    def sent(self) -> dict[str, int]:
        """Packets that it sent of each flow; raises EmulationError where it failed."""
        assert self._process.stdout is not None
        output = self._process.stdout.read()
        if self._process.wait():
            raise EmulationError("the process that forges packets failed; its reason stands above")
        return {name: int(count) for name, count in json.loads(output).items()}

    def close(self) -> None:
        """End the process, if it has not ended."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def open_forged_packets(flow: Flow, forged: ForgedPackets, counters: FlowCounters, context: FlowContext
                        ) -> ConstantRateFlow:
    """Open the sockets on which forged packets would arrive; the forging process sends them."""
    return ConstantRateFlow(flow, forged, counters, context.timing, _receivers(flow, forged, context), None)


def _receivers(flow: Flow, forged: ForgedPackets, context: FlowContext) -> list[Receiver]:
    if PAYLOAD_ATTACKS & set(forged.attacks):
        return []
    sock = context.sockets.udp((flow.sink, flow.sink_port), None)
    stamp = payloads.shape(Content.STAMP, forged.packet).stamp
    return [Receiver(sock, batch_receiver(stamp), forged.packet - IP_UDP),
            Receiver(context.sockets.arp_receiver(flow.sink), batch_receiver(payloads.ARP_STAMP), ARP_FRAME)]


def count_by_attack(active: ConstantRateFlow, forged: ForgedPackets, sent: int) -> None:
    """Count what was sent and what arrived of each attack."""
    active.counters.sent = sent
    attacks = forged.rotation
    for number, trick in enumerate(attacks):
        arrived = sum(at != LOST for at in active.arrivals.between(0, sent)[number::len(attacks)])
        sent_before, arrived_before = active.counters.by_attack.get(trick.value, (0, 0))
        sent_now = len(range(number, sent, len(attacks)))
        active.counters.by_attack[trick.value] = (sent_before + sent_now, arrived_before + arrived)
