"""IPTV channels of one rate keep their phases for a whole run, as flows of one interval do."""

from __future__ import annotations

from tests.in_lab.places import ROOT
from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict

FILE = ROOT / "tests" / "in_lab" / "acceptance" / "igmp.yaml"
PACKET = (1356 + 38) * 8 / 10e6 * 1e9
"""ns of a channel's packet on 10 Mbit/s."""


def test_two_channels_of_one_rate_meet_always_or_never() -> None:
    """On their common uplink a packet waits for none of the other channel, or, while that is watched, for each."""
    blueprint = plan(load(FILE))
    predictions = predict(blueprint, flow_paths(blueprint))
    for flow in ("neighbour-1.viewer", "surfer-1.zapper"):
        mean = predictions[flow][Metric.MEAN_DELAY]
        assert mean.low is not None and mean.value is not None and mean.tolerance is not None
        assert mean.value * (1 - mean.tolerance) < mean.low
        assert mean.value * (1 + mean.tolerance) > mean.low + 0.99 * PACKET
