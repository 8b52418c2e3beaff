"""Small blueprints for tests: switches joined by spans of given lengths, hosts hanging on them."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address
from itertools import pairwise

from tests.plan.flows import flow
from twin.core.units import Length, Rate, Size, Time
from twin.model import Codec, Direction, Policy, Protection
from twin.plan.blueprint import (
    Blueprint,
    End,
    Flow,
    Host,
    LinkDirection,
    LinkLayer,
    Port,
    RtpCall,
    SpanPlan,
    Speech,
    Switch,
)

Edge = tuple[int, int, int]
"""Two switches by number, and the length of the span between them."""

CARRIER = LinkDirection(Rate(100_000_000), LinkLayer(), Time(0))


def switch_name(number: int) -> str:
    """The name of a switch."""
    return f"s{number:04d}"


def span_name(number: int) -> str:
    """The name of the span made of edge `number`."""
    return f"span-{number}"


def blueprint_of(count: int, edges: Sequence[Edge], hosts: Sequence[int] = (), lines: int = 0) -> Blueprint:
    """`count` switches joined by `edges`; a head-end at each switch named in `hosts`, then `lines` lines round them.

    A flow leads from each host to the next.
    """
    ports: list[list[Port]] = [[] for _ in range(count)]
    spans = []
    for number, (a, b, length) in enumerate(edges):
        name = span_name(number)
        for node, peer in ((a, b), (b, a)):
            ports[node].append(Port(len(ports[node]) + 1, f"p{number}-{node}", name, switch_name(peer), True))
        spans.append(_span(name, switch_name(a), switch_name(b), length))
    made = []
    for number in range(len(hosts) + lines):
        at = hosts[number % len(hosts)]
        name = f"host-{number}"
        port = len(ports[at]) + 1
        ports[at].append(Port(port, f"h{number}", f"line-{number}", name, False))
        spans.append(_span(f"line-{number}", name, switch_name(at), 100))
        mac = f"02:00:00:00:{number // 256:02x}:{number % 256:02x}"
        made.append(Host(name, name, _address(at, port), mac=mac, switch=switch_name(at), port=port,
                         span=f"line-{number}", line_group=None if number < len(hosts) else "homes"))
    switches = tuple(
        Switch(switch_name(n), f"br{n}", n + 1, "switch", "site", (f"{_address(n, 0)}/20",),
               ports=tuple(ports[n]), rules=(), meters=())
        for n in range(count)
    )
    flows = tuple(_flow(a, b) for a, b in pairwise(made))
    return Blueprint("test", Policy.QOS, "02:ff:00:00:00:01", switches=switches, hosts=tuple(made), spans=tuple(spans),
                     flows=flows, faults=(), protection=Protection(), classes=("best",))


def _address(switch: int, port: int) -> str:
    return str(IPv4Address("10.0.0.0") + 4096 * switch + port)


def _span(name: str, a: str, b: str, length: int) -> SpanPlan:
    return SpanPlan(name, "fibre", Length(length), a=End(a, "a", "ma", None), b=End(b, "b", "mb", None),
                    forward=CARRIER, reverse=CARRIER)


def _flow(source: Host, sink: Host) -> Flow:
    call = RtpCall(Size(200), Time(20_000_000), speech=Speech(Codec.G711))
    return flow(f"{source.name}-{sink.name}", call, line=source.name, direction=Direction.UP, source=source.name,
                sink=sink.name)
