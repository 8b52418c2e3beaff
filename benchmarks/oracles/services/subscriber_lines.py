"""Digital services on lines of their own against serialization and propagation; shares between subscribers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import fmean, median

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST, Bytes, Packets, Samples, Transactions
from twin.core.units import NS_PER_MS, NS_PER_S, Rate
from twin.judge.figures.packet_metrics import goodput
from twin.model import Discipline, Network, Share
from twin.model.traffic_profiles import DNS_ANSWER, DNS_QUESTION
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import PeerTransfer
from twin.plan.blueprint.layers import ETHERNET_WIRE, HEADER, TCP_OVERHEAD
from twin.predict.theory.goodput import TCP_PAYLOAD, UDP_OVERHEAD, tcp_goodput

SHARES_SECONDS, SETTLED = 14.0, 4 * NS_PER_S
"""How long the shares are measured, and from when on: slow start leaves holes that are filled late."""
UPLINK, SLOW = Rate(10_000_000), Rate(1_000_000)
HEAVY = 33
"""Connections of the heavy subscriber, its flood among them."""
FAVOUR = 0.08
"""CAKE's shares are not exact: whoever has many flows gets 4 to 6 % more than a share, with each of three seeds, also
in 40 s; fq-codel's are, to a percent."""
COLLISIONS = 0.25
"""Of 36 flows in 256 queues some share one by chance, and then get half of the others."""


def oracles() -> Iterator[Oracle]:
    """Measured in virtual labs."""
    yield from shares()
    yield from requests()


def shares() -> Iterator[Oracle]:
    """Between subscribers 3 Mbit/s each, beside the one who cannot take more than 1; between flows, a starved one."""
    network = load(lab.NETWORKS / "shares.yaml")
    cake = replace(network, classes=tuple(replace(service_class, discipline=Discipline.CAKE)
                                         for service_class in network.classes))
    fair, unfair, sweet = lab.side_by_side([plan(network), plan(shared(network, Share.FLOW)), plan(cake)],
                                           SHARES_SECONDS)
    source = "max-min fairness, Bertsekas and Gallager 6.5.2"
    each = (UPLINK - SLOW) / 3
    for who in ("light-1", "light-2"):
        yield Oracle(f"{who} beside 33 flows, shares between subscribers", source, _goodput(each),
                     _measured(fair.samples, who), 0.01, "kbit/s")
    yield Oracle("the heavy subscriber's 33 flows together", source, _goodput(each),
                 _measured(fair.samples, "heavy-1"), 0.015, "kbit/s")
    yield Oracle("a line slower than a share", source, _goodput(SLOW), _measured(fair.samples, "slow-1"), 0.01,
                 "kbit/s")
    for who in ("light-1", "heavy-1"):
        yield Oracle(f"{who}, shares between subscribers, by CAKE", source, _goodput(each),
                     _measured(sweet.samples, who), FAVOUR, "kbit/s")
    flow = UPLINK / (HEAVY + 3)
    yield Oracle("light-1 and light-2 beside 33 flows, shares between flows", source, _goodput(2 * flow),
                 sum(_measured(unfair.samples, who) for who in ("light-1", "light-2")), COLLISIONS, "kbit/s")
    yield Oracle("the heavy subscriber's, shares between flows", source, _goodput(HEAVY * flow),
                 _measured(unfair.samples, "heavy-1"), 0.02, "kbit/s")


def shared(network: Network, share: Share) -> Network:
    """The network with queues that share so."""
    return replace(network, classes=tuple(replace(service_class, share=share) for service_class in network.classes))


def _goodput(rate: float) -> float:
    return tcp_goodput(rate, ETHERNET_WIRE) / 1000


def _measured(samples: Mapping[str, Samples], subscriber: str) -> float:
    """What the flows of a subscriber bring through once slow start is over, as TCP payload of full packets, kbit/s."""
    mine = [flow for name, flow in samples.items() if name.startswith(f"{subscriber}.")]
    return sum(map(_brought, mine)) / 1000


def _brought(flow: Samples) -> float:
    """Payload of TCP in bit/s; of a flood, as if its packets were TCP's. Samples stand where bytes were taken up."""
    end = round(SHARES_SECONDS * NS_PER_S)
    if isinstance(flow, Packets):
        return sum(SETTLED <= at < end for at in flow.received) * TCP_PAYLOAD * 8 * NS_PER_S / (end - SETTLED)
    assert isinstance(flow, Bytes)
    inside = [at for at in flow.at if SETTLED <= at <= end]
    return goodput(flow, inside[0], inside[-1])


ASKED_SECONDS = 30.0
DOWN, UP, FAST = Rate(2_000_000), Rate(1_000_000), Rate(1_000_000_000)
DELAY = 10 * NS_PER_MS
LOSS, TIMEOUT, TRIES = 0.1, 500.0, 3
"""Of the line that loses: in each direction; ms before a name is asked for again, and how often at most."""


def requests() -> Iterator[Oracle]:
    """Median times on empty lines, and what loss does to look-ups: asked again after half a second, twice at most."""
    blueprint = lab.described("services")
    alone = lab.only(blueprint, [flow.workload for flow in blueprint.flows
                                 if not isinstance(flow.traffic, PeerTransfer)])
    samples = lab.run(alone, ASKED_SECONDS).side.samples
    source = "serialization on three spans each way and 20 ms"
    look_up = _trip(DNS_QUESTION + UDP_OVERHEAD, DNS_ANSWER + UDP_OVERHEAD)
    for flow, theory in (("reader-1.look-up", look_up), ("player-1.play", _trip(60 + UDP_OVERHEAD, 200 + UDP_OVERHEAD)),
                         ("typist-1.type", _trip(2 + TCP_OVERHEAD, 2 + TCP_OVERHEAD))):
        yield Oracle(f"{flow}, median", source, theory, median(_times(samples[flow])), 0.0005, "ms")
    for flow, rate in (("receiver-1.fetch", DOWN), ("sender-1.send", UP)):
        theory = 4 * DELAY / NS_PER_MS + 50_000 * 8 * 1000 / tcp_goodput(rate, ETHERNET_WIRE)
        yield Oracle(f"{flow}, 50 kB, median", "two round trips and the payload at goodput", theory,
                     median(_times(samples[flow])), 0.02, "ms")
    again = _times(samples["hurt-1.far-look-up"])
    fail = 1 - (1 - LOSS) ** 2
    answered = 1 - fail**TRIES
    theory = look_up + TIMEOUT * sum(k * (1 - fail) * fail**k for k in range(TRIES)) / answered
    yield Oracle("mean look-up with 10 % loss each way", "a geometric number of timeouts", theory,
                 fmean(again), 2 * TIMEOUT * (fail / len(again)) ** 0.5 / theory, "ms")


def _trip(request: int, response: int) -> float:
    """A packet up and one down, of so many IP bytes, over the line, the DSLAM's uplink and the servers', ms."""
    time = 4 * DELAY / 2
    for packet, line in ((request, UP), (response, DOWN)):
        bits = ETHERNET_WIRE.cost(packet + HEADER) * 8
        time += sum(bits * NS_PER_S / rate for rate in (line, FAST, FAST))
    return time / NS_PER_MS


def _times(samples: Samples) -> list[float]:
    assert isinstance(samples, Transactions)
    return [(ended - started) / NS_PER_MS for started, ended in zip(samples.started, samples.ended, strict=True)
            if ended != LOST]
