"""Digital services: fair shares between subscribers, against water filling done by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from benchmarks import lab
from benchmarks.oracle import Oracle
from traffic.records import Bytes, Packets, Samples
from twin.load import load
from twin.model import Network, Share
from twin.plan import plan
from twin.plan.media import ETHERNET_WIRE
from twin.predict.capacity import TCP_PAYLOAD, tcp_goodput
from twin.units import NS_PER_S, Rate
from twin.verify.metrics import goodput

SHARES_SECONDS, SETTLED = 14.0, 4 * NS_PER_S
"""How long the shares are measured, and from when on: slow start leaves holes that are filled late."""
UPLINK, SLOW = Rate(10_000_000), Rate(1_000_000)
HEAVY = 33
"""Connections of the heavy subscriber, its flood among them."""
COLLISIONS = 0.1
"""Of 36 flows in 256 queues some share one by chance: whoever is alone gets a little more."""


def oracles() -> Iterator[Oracle]:
    """Measured in virtual labs."""
    yield from shares()


def shares() -> Iterator[Oracle]:
    """Between subscribers 3 Mbit/s each, beside the one who cannot take more than 1; between flows, a starved one."""
    network = load(lab.HERE / "shares.yaml")
    fair, unfair = lab.side_by_side([plan(network), plan(shared(network, Share.FLOW))], SHARES_SECONDS)
    source = "max-min fairness, Bertsekas and Gallager 6.5.2"
    each = (UPLINK - SLOW) / 3
    for who in ("light-1", "light-2"):
        yield Oracle(f"{who} beside 33 flows, shares between subscribers", source, _goodput(each),
                     _measured(fair.samples, who), 0.01, "kbit/s")
    yield Oracle("the heavy subscriber's 33 flows together", source, _goodput(each),
                 _measured(fair.samples, "heavy-1"), 0.015, "kbit/s")
    yield Oracle("a line slower than a share", source, _goodput(SLOW), _measured(fair.samples, "slow-1"), 0.01,
                 "kbit/s")
    flow = UPLINK / (HEAVY + 3)
    yield Oracle("light-1 beside 33 flows, shares between flows", source, _goodput(flow),
                 _measured(unfair.samples, "light-1"), COLLISIONS, "kbit/s")
    yield Oracle("the heavy subscriber's, shares between flows", source, _goodput(HEAVY * flow),
                 _measured(unfair.samples, "heavy-1"), 0.02, "kbit/s")


def shared(network: Network, share: Share) -> Network:
    """The network with queues that share so."""
    return replace(network, classes=tuple(replace(one, share=share) for one in network.classes))


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
