"""A network of sixteen sites for the report's tests: a ring, DSLAMs, relays, head-ends, four services, all in code."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple, TypeVar

from twin.core.units import Length, Rate, Ratio, Time
from twin.model import (
    Call,
    Codec,
    Download,
    Dscp,
    Dslam,
    HeadEnd,
    LineGroup,
    Medium,
    Metric,
    Name,
    Network,
    Pages,
    Profile,
    Relay,
    Ring,
    Service,
    ServiceClass,
    Site,
    Span,
    Stream,
    Switch,
    Target,
    Technology,
    Transport,
    Uplink,
    Workload,
)

T = TypeVar("T")
MS = 1_000_000
MBIT = 1_000_000


class Commune(NamedTuple):
    """A commune: title, position, households, and the town that its relay hangs on ("" for a town itself)."""

    name: str
    title: str
    latitude: float | None
    longitude: float | None
    households: int
    parent: str
    basis: str = "quoted"


COMMUNES = (
    Commune("castres", "Castres", 43.60527, 2.24088, 17808, ""),
    Commune("mazamet", "Mazamet", 43.49275, 2.37360, 4222, ""),
    Commune("labruguiere", "Labruguière", 43.53862, 2.26270, 2739, ""),
    Commune("aussillon", "Aussillon", 43.49897, 2.36313, 2343, ""),
    Commune("pont-de-larn", "Pont-de-Larn", 43.50447, 2.40582, 1195, "mazamet"),
    Commune("aiguefonde", "Aiguefonde", 43.49419, 2.31651, 1046, "aussillon"),
    Commune("payrin-augmontel", "Payrin-Augmontel", 43.54450, 2.35406, 915, "aussillon"),
    Commune("lagarrigue", "Lagarrigue", 43.57697, 2.27576, 745, "castres"),
    Commune("saint-amans-soult", "Saint-Amans-Soult", 43.47750, 2.48712, 636, "pont-de-larn"),
    Commune("valdurenque", "Valdurenque", 43.56874, 2.30829, 370, "labruguiere"),
    Commune("noailhac", "Noailhac", 43.57438, 2.35113, 348, "valdurenque"),
    Commune("naves", "Navès", 43.56560, 2.22326, 288, "labruguiere"),
    Commune("boissezon", "Boissezon", 43.58, 2.39, 163, "noailhac", basis="assumed position"),
    Commune("caucalieres", "Caucalières", 43.53, 2.31, 120, "labruguiere", basis="assumed position"),
    Commune("le-vintrou", "Le Vintrou", None, None, 38, "mazamet", basis="position unknown"),
    Commune("le-rialet", "Le Rialet", None, None, 26, "mazamet", basis="position unknown"),
)
TOWNS = tuple(commune for commune in COMMUNES if not commune.parent)
VILLAGES = tuple(commune for commune in COMMUNES if commune.parent)


def network() -> Network:
    """The whole network; `twin.plan.plan` accepts it."""
    return Network(
        twin=1,
        name=Name("castres-like"),
        about="A metro fibre ring of four towns, with radio relays to twelve villages, at the busy hour.",
        sites=_sorted(Site(Name(c.name), c.title, c.latitude, c.longitude, c.households, basis=c.basis)
                      for c in COMMUNES),
        switches=_sorted(Switch(Name(f"pop-{c.name}"), Name(c.name)) for c in TOWNS),
        dslams=_sorted(
            Dslam(Name(f"dslam-{c.name}"), Name(c.name), _uplink(f"pop-{c.name}", 100, 100)) for c in TOWNS
        ),
        relays=_sorted(
            Relay(Name(f"relay-{c.name}"), Name(c.name), _uplink(_feeder(c.parent), 11, 4500, Medium.RADIO))
            for c in VILLAGES
        ),
        spans=_ring_spans(),
        rings=(Ring(Name("loop"), tuple(span.name for span in _ring_order())),),
        head_ends=_head_ends(),
        classes=_classes(),
        services=_services(),
        profiles=_profiles(),
        lines=_lines(),
        workloads=_workloads(),
        targets=_targets(),
    )


def _sorted(entries: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(entries, key=attrgetter("name")))


def _feeder(parent: str) -> str:
    return f"pop-{parent}" if parent in {town.name for town in TOWNS} else f"relay-{parent}"


def _uplink(to: str, mbit: int, metres: int, medium: Medium = Medium.FIBRE) -> Uplink:
    return Uplink(Name(to), Rate(mbit * MBIT), medium, Length(metres), Time(MS // 10), basis="assumed")


def _ring_order() -> tuple[Span, ...]:
    order = (("castres", "labruguiere", 7620), ("labruguiere", "aussillon", 9220), ("aussillon", "mazamet", 1090),
             ("mazamet", "castres", 16460))
    return tuple(
        Span(Name(f"ring-{a}-{b}"), (Name(f"pop-{a}"), Name(f"pop-{b}")), Rate(100 * MBIT), length=Length(metres),
             basis="length assumed: as the crow flies")
        for a, b, metres in order
    )


def _ring_spans() -> tuple[Span, ...]:
    return tuple(sorted(_ring_order(), key=lambda span: span.name))


def _head_ends() -> tuple[HeadEnd, ...]:
    titles = {"softswitch": "Softswitch", "video-head-end": "Video head-end", "internet-gateway": "Internet gateway",
              "services": "Digital services"}
    return _sorted(HeadEnd(Name(name), Name("castres"), _uplink("pop-castres", 100, 50), title)
                   for name, title in titles.items())


def _classes() -> tuple[ServiceClass, ...]:
    return (
        ServiceClass(Name("business"), Dscp(18), weight=3, queue=Time(200 * MS)),
        ServiceClass(Name("internet"), Dscp(0), weight=2, queue=Time(400 * MS)),
        ServiceClass(Name("video"), Dscp(24), weight=5, queue=Time(150 * MS)),
        ServiceClass(Name("voice"), Dscp(46), strict=True, police=Rate(120_000), queue=Time(60 * MS)),
    )


def _services() -> tuple[Service, ...]:
    udp, tcp = Transport.UDP, Transport.TCP
    return (
        Service(Name("digital"), Name("business"), Name("services"), tcp, (80, 90), "Digital services"),
        Service(Name("internet"), Name("internet"), Name("internet-gateway"), Transport.ANY, None, "Internet"),
        Service(Name("telephony"), Name("voice"), Name("softswitch"), udp, (16384, 32767), "Telephony"),
        Service(Name("television"), Name("video"), Name("video-head-end"), udp, (40000, 49999), "Television"),
    )


def _profiles() -> tuple[Profile, ...]:
    return (
        Profile(Name("dsl-2048"), Rate(2_048_000), Rate(256_000), Technology.DSL, delay=Time(8 * MS),
                length=Length(1500), basis="assumed"),
        Profile(Name("dsl-512"), Rate(512_000), Rate(128_000), Technology.DSL, delay=Time(8 * MS), length=Length(3200)),
        Profile(Name("wifi-1024"), Rate(1_024_000), Rate(256_000), Technology.WIFI, delay=Time(2 * MS)),
    )


def _lines() -> tuple[LineGroup, ...]:
    groups = []
    for c in TOWNS:
        runs = ("call", "channel", "page", "download")
        groups.append(LineGroup(Name(f"{c.name}-2048"), Name(f"dslam-{c.name}"), Name("dsl-2048"), c.households // 3, 2,
                                tuple(map(Name, runs))))
        groups.append(LineGroup(Name(f"{c.name}-512"), Name(f"dslam-{c.name}"), Name("dsl-512"), c.households // 2, 1,
                                (Name("download"), Name("low-rate-call"))))
    for c in VILLAGES:
        groups.append(LineGroup(Name(f"{c.name}-wifi"), Name(f"relay-{c.name}"), Name("wifi-1024"), c.households // 2,
                                1, tuple(map(Name, ("call", "page", "download"))), basis="assumed"))
    return _sorted(groups)


def _workloads() -> tuple[Workload, ...]:
    return (
        Workload(Name("call"), Name("telephony"), Call()),
        Workload(Name("channel"), Name("television"), Stream(rate=Rate(1_000_000))),
        Workload(Name("download"), Name("internet"), Download()),
        Workload(Name("low-rate-call"), Name("telephony"), Call(codec=Codec.G729)),
        Workload(Name("page"), Name("digital"), Pages()),
    )


def _targets() -> tuple[Target, ...]:
    return (
        Target(Name("call"), bounds={Metric.MEAN_DELAY: Time(100 * MS), Metric.DELAY_VARIATION: Time(50 * MS),
                                     Metric.LOSS: Ratio(1000), Metric.R_FACTOR: 80.0}),
        Target(Name("low-rate-call"), bounds={Metric.MEAN_DELAY: Time(100 * MS),
                                              Metric.DELAY_VARIATION: Time(50 * MS), Metric.MOS: 3.6}),
        Target(Name("channel"), bounds={Metric.MAX_DELAY: Time(200 * MS), Metric.DELAY_VARIATION: Time(50 * MS),
                                        Metric.LOSS: Ratio(10)}),
        Target(Name("page"), bounds={Metric.PAGE_TIME: Time(4000 * MS)}),
        Target(Name("download"), bounds={Metric.GOODPUT: Rate(300_000)}),
    )
