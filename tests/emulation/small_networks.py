"""Small blueprints written by hand: a ring of three switches with a line each, of several kinds."""

from __future__ import annotations

from dataclasses import replace

from twin.core.units import Length, Rate, Ratio, Size, Time
from twin.model import Discipline, Impairments, Policy, Protection
from twin.plan.blueprint import (
    Band,
    Blueprint,
    Classifier,
    End,
    Host,
    LinkDirection,
    LinkLayer,
    Port,
    Scheduler,
    SharedMedium,
    SpanPlan,
    Switch,
)

WIRE = LinkLayer(overhead=24, min_size=84)
CELLS = LinkLayer(overhead=-4, atm=True)
FRAME = LinkLayer()
MBIT = 10**6
BANDS = (
    Band("voice", Size(0), Size(20_000)),
    Band("video", Size(4 * 1538), Size(60_000)),
    Band("data", Size(1538), Size(60_000), Discipline.FQ_CODEL, Time(5_000_000), Time(100_000_000)),
)
UPWARD = (
    Classifier(0, destination="10.0.0.3", destination_ports=(16384, 32767)),
    Classifier(1, destination="10.0.0.3/32", destination_ports=(5004, 5004)),
)
MARKS = (Classifier(0, dscp=46), Classifier(1, dscp=34), Classifier(2, dscp=0))


def scheduler(rate: int, layer: LinkLayer, classifiers: tuple[Classifier, ...] = (), bands: tuple[Band, ...] = BANDS
              ) -> Scheduler:
    """Three classes before a span."""
    return Scheduler(Rate(rate), layer, bands, classifiers, len(bands) - 1)


def span(name: str, ends: tuple[tuple[str, str], tuple[str, str]], rate: int, layer: LinkLayer, delay: int,
         up: tuple[Classifier, ...] | None = None, loss: int = 0, bands: tuple[Band, ...] = BANDS) -> SpanPlan:
    """A span of the same rate both ways; `up` gives the second end a scheduler with classifiers."""
    carrier = LinkDirection(Rate(rate), layer, Time(delay), Impairments(loss=Ratio(loss)))
    (a, device_a), (b, device_b) = ends
    host = device_b == "eth0"
    after = scheduler(rate, layer, up or (), bands) if up is not None or not host else None
    return SpanPlan(name, "fibre", Length(1000), a=End(a, device_a, f"{name}x", scheduler(rate, layer, (), bands)),
                    b=End(b, device_b, f"{name}y", after), forward=carrier, reverse=carrier)


def radio(name: str, ends: tuple[tuple[str, str], tuple[str, str]], rate: int, delay: int) -> SpanPlan:
    """A half-duplex hop."""
    carrier = LinkDirection(Rate(rate), FRAME, Time(delay))
    (a, device_a), (b, device_b) = ends
    return SpanPlan(name, "radio", Length(1000), a=End(a, device_a, f"{name}x", None),
                    b=End(b, device_b, f"{name}y", None), forward=carrier, reverse=carrier,
                    shared=SharedMedium(f"{name}s", f"{name}t", scheduler(rate, FRAME, MARKS)))


def ring(bands: tuple[Band, ...] = BANDS) -> Blueprint:
    """Three switches in a ring, one span of it a radio hop, and a line of another kind on each."""
    spans = (
        span("l1", (("s1", "l1a"), ("h1", "eth0")), 512_000, CELLS, 8_000_000, UPWARD, bands=bands),
        span("l2", (("s2", "l2a"), ("h2", "eth0")), 2 * MBIT, FRAME, 0, UPWARD, loss=10_000, bands=bands),
        span("l3", (("s3", "l3a"), ("h3", "eth0")), 100 * MBIT, WIRE, 4_900, None, bands=bands),
        span("r1", (("s1", "r1a"), ("s2", "r1b")), 100 * MBIT, WIRE, 37_338, bands=bands),
        span("r2", (("s2", "r2a"), ("s3", "r2b")), 100 * MBIT, WIRE, 50_000, bands=bands),
        radio("w3", (("s1", "w3a"), ("s3", "w3b")), 11 * MBIT, 10_000),
    )
    hosts = tuple(Host(f"h{k}", f"h-{k}", f"10.0.0.{k}", mac=f"02:00:0a:00:00:0{k}", switch=f"s{k}", port=1,
                       span=f"l{k}", line_group="lines" if k < 3 else None) for k in (1, 2, 3))
    ends = [(end, link) for link in spans for end in (link.a, link.b)]
    switches = []
    for k in (1, 2, 3):
        mine = sorted((e.device, s.name, next(o.node for o in (s.a, s.b) if o is not e))
                      for e, s in ends if e.node == f"s{k}")
        ports = tuple(Port(n + 1, device, name, peer, name[0] != "l") for n, (device, name, peer) in enumerate(mine))
        switches.append(Switch(f"s{k}", f"b{k}", 0xA0 + k, "switch", f"site{k}", (f"10.0.{k}.0/24",), ports=ports,
                               rules=(), meters=()))
    return Blueprint("small", Policy.QOS, "02:00:00:00:00:01", switches=tuple(switches), hosts=hosts, spans=spans,
                     flows=(), faults=(), protection=Protection(), classes=tuple(band.service_class for band in bands))


def hop() -> Blueprint:
    """Two switches joined by a half-duplex hop of 11 Mbit/s, a host on a fast line at each."""
    spans = (
        span("l1", (("s1", "l1a"), ("h1", "eth0")), 1000 * MBIT, WIRE, 0),
        span("l3", (("s3", "l3a"), ("h3", "eth0")), 1000 * MBIT, WIRE, 0),
        radio("w3", (("s1", "w3a"), ("s3", "w3b")), 11 * MBIT, 10_000),
    )
    switches = tuple(
        Switch(f"s{k}", f"b{k}", 0xA0 + k, "switch", f"site{k}", (f"10.0.{k}.0/24",),
               ports=(Port(1, f"l{k}a", f"l{k}", f"h{k}", False), Port(2, device, "w3", peer, True)), rules=(),
               meters=())
        for k, device, peer in ((1, "w3a", "s3"), (3, "w3b", "s1")))
    hosts = tuple(host for host in ring().hosts if host.name != "h2")
    return replace(ring(), switches=switches, hosts=hosts, spans=spans)
