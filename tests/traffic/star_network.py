"""Runs inside a lab: a head-end and four lines on a plain bridge, one run of the traffic agent, and its samples.

Each line carries 2 Mbit/s to its host after 10 ms and 1 Mbit/s from it; the head-end is 100 Mbit/s and 50 µs
away. Rates count 24 bytes a frame beside it. The hosts' own interfaces carry a shaper over strict and shared bands,
as a CPE does. Neighbours are fixed: nothing here stops forged ARP.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from traffic import agent
from twin.core.units import NS_PER_S, Rate, Size, Time
from twin.lab import GUEST_OUT
from twin.model import DEFAULT_ATTACKS, Codec, Direction
from twin.model.traffic_profiles import STREAM_PACKET, TS_PAYLOAD, interval, speech_packet
from twin.plan.blueprint import (
    BulkTransfer,
    DatagramRequests,
    DnsQueries,
    Flow,
    ForgedPackets,
    Host,
    MailTransactions,
    PacketStream,
    RtpCall,
    RtpStream,
    Speech,
    TerminalSession,
    Traffic,
    UdpFlood,
    WebPages,
)

SECONDS = 10
FORGED_FROM = 9
"""Second in which forging begins: forged ARP is broadcast, and every line carries it."""
SHAPER = """qdisc add dev eth0 root handle 9: htb default 1
class add dev eth0 parent 9: classid 9:1 htb rate {rate} burst 1 cburst 1 overhead 24 mpu 84 quantum 1514
qdisc add dev eth0 parent 9:1 handle 1: ets bands 3 strict 1 quanta 3000 1500
"""


def host(name: str, number: int) -> Host:
    """A host with the address 10.0.0.`number`."""
    return Host(name, name, f"10.0.0.{number}", mac=f"02:00:00:00:00:{number:02x}", switch="star", port=number,
                span=name, line_group=None)


HOSTS = (host("head", 1), host("one", 2), host("two", 3), host("three", 4), host("four", 5))
GONE = host("gone", 9)
"""A host that is not there."""


def tool(*words: str, lines: str = "") -> None:
    """Run a command that must succeed."""
    subprocess.run(words, input=lines, text=True, check=True)


def build() -> None:
    """The namespaces, the bridge and the lines."""
    tool("ip", "-batch", "-", lines="".join(
        ["netns add plant\n", *(f"netns add {host.name}\n" for host in HOSTS),
         *(f"link add name x{host.name} netns plant type veth peer name eth0 netns {host.name}\n" for host in HOSTS)]))
    tool("ip", "-n", "plant", "-batch", "-", lines="link add name middle type bridge\nlink set dev middle up\n"
         + "".join(f"link set dev x{host.name} master middle up\n" for host in HOSTS))
    for host in HOSTS:
        tool("ip", "-n", host.name, "-batch", "-", lines=f"link set dev lo up\naddr add {host.address}/24 dev eth0\n"
             f"link set dev eth0 address {host.mac} gso_max_segs 1 up\n"
             + "".join(f"neigh add {other.address} lladdr {other.mac} dev eth0\n" for other in HOSTS))
        tool("tc", "-n", host.name, "-batch", "-", lines=SHAPER.format(rate="100mbit" if host is HOSTS[0] else "1mbit"))
        rate, delay, room = ("100mbit", "50us", 2000) if host.name == "head" else ("2mbit", "10ms", 60)
        tool("tc", "-n", "plant", "qdisc", "add", "dev", f"x{host.name}", "root", "netem", "rate", rate, "24",
             "delay", delay, "limit", str(room))


def flow(name: str, line: str, port: int, traffic: Traffic, *, up: bool = False, start: int = 0) -> Flow:
    """A flow between a line and the head-end, whose port is `port`."""
    own = port + 1000 if isinstance(traffic, PacketStream | DatagramRequests) else 0
    source, sink = ((line, own), ("head", port)) if up else (("head", port), (line, own))
    return Flow(name=name, workload=name, service="", service_class="", line_group="", line=line,
                direction=Direction.UP if up else Direction.DOWN, source=source[0], sink=sink[0],
                source_port=source[1], sink_port=sink[1], dscp=0, traffic=traffic, start=Time(start))


def flows() -> Iterator[Flow]:
    """Line `three` carries what disturbs, the others what is to be exact."""
    call = RtpCall(speech_packet(Codec.G711), Codec.G711.interval, Speech(Codec.G711))
    half, quarter = Time(NS_PER_S // 2), Time(NS_PER_S // 4)
    yield flow("call.up", "one", 16384, call, up=True)
    yield flow("call.down", "one", 16384, call)
    yield flow("stream", "one", 5004, RtpStream(STREAM_PACKET, interval(Rate(1_000_000), TS_PAYLOAD)), start=5_000_000)
    yield flow("download", "two", 80, BulkTransfer())
    yield flow("upload", "three", 81, BulkTransfer(connections=2), up=True)
    yield flow("pages", "one", 82, WebPages(Size(300), Size(3000), half))
    yield flow("look-ups", "one", 53, DnsQueries(Size(35), Size(51), quarter, half, 3))
    yield flow("typing", "one", 23, TerminalSession(Size(2), Size(2), quarter))
    yield flow("sending", "two", 25, MailTransactions(Size(20_000), Size(60), Time(NS_PER_S)), up=True)
    yield flow("witness", "four", 5201, BulkTransfer(iperf3=True), start=NS_PER_S)
    yield flow("forged", "three", 7000, ForgedPackets(Size(200), interval(Rate(160_000), 200), DEFAULT_ATTACKS),
               up=True,
               start=FORGED_FROM * NS_PER_S)
    yield flow("unheard", "gone", 83, BulkTransfer())
    yield flow("nobody", "gone", 84, UdpFlood(Size(500), interval(Rate(100_000), 500)))


def main() -> int:
    """Build it and run the traffic as a job."""
    build()
    out = Path(GUEST_OUT)
    hosts = (*HOSTS, GONE)
    agent.run(tuple(flows()), hosts, None, SECONDS, int(sys.argv[1]), out / "samples", gateway_mac=HOSTS[0].mac)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
