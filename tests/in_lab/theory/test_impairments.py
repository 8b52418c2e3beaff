"""What impairments do to packets in virtual time, held against what they shall do: distribution, parts, bursts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from math import sqrt
from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.support import lab
from traffic.sample_files import LOST
from twin.core.units import PPM
from twin.jobs.experiment.on_host import Side
from twin.model import Impairments, Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict

FILE = Path(__file__).parents[1] / "networks" / "impaired.yaml"
SECONDS, PACKETS = 25, 2500
SURE = 1.95
"""Kolmogorov's quantile: a sample of n differs from its distribution by SURE / sqrt(n) one time in a thousand."""
SPREADS = 3.5
"""Standard deviations by which a count may differ from its mean."""


@dataclass(frozen=True)
class Impaired:
    """The network, and two runs of it with one seed."""

    blueprint: Blueprint
    side: Side
    again: Side

    def on(self, line: str) -> Impairments:
        """What a line does to packets."""
        return next(span for span in self.blueprint.spans if span.name == f"{line}-1").forward.impairments

    def received(self, line: str) -> tuple[int, ...]:
        """When the packets of the line's flood arrived."""
        return lab.packets(self.side, f"{line}-1.flood").received


@pytest.fixture(scope="module")
def impaired() -> Impaired:
    """Both at the same time."""
    blueprint = plan(load(FILE))
    return Impaired(blueprint, *lab.side_by_side([blueprint, blueprint], SECONDS))


def test_one_seed_gives_one_digest(impaired: Impaired) -> None:
    """Delays, losses, copies and what overtakes are drawn from the run's seed."""
    assert impaired.side.digest == impaired.again.digest


@pytest.mark.parametrize("line", ["uniform", "normal", "pareto", "paretonormal"])
def test_delays_have_their_distribution(impaired: Impaired, line: str) -> None:
    """Of packets that never wait for one another (Kolmogorov and Smirnov)."""
    delays, given = sorted(lab.packets(impaired.side, f"{line}-1.flood").delays), impaired.on(line)
    least = predict(impaired.blueprint, flow_paths(impaired.blueprint))[f"{line}-1.flood"][Metric.MEAN_DELAY].low
    assert least is not None
    steps = [(k / PACKETS, delay - least + given.least_delay) for k, delay in enumerate(delays)]
    apart = max(abs(share - _share(given, delay)) for share, delay in steps)
    assert len(delays) == PACKETS and apart < SURE / sqrt(PACKETS)


def _share(given: Impairments, delay: float) -> float:
    """The part of all packets that is delayed no longer, by bisection of the quantiles."""
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if given.delay_quantile(middle) <= delay else (low, middle)
    return low


def test_jitter_keeps_the_order(impaired: Impaired) -> None:
    """Where it is wider than the interval too: a packet that comes early waits for the one before, within the range."""
    arrivals, given = impaired.received("dense"), impaired.on("dense")
    assert list(arrivals) == sorted(arrivals)
    mean = fmean(lab.packets(impaired.side, "dense-1.flood").delays)
    assert given.mean_delay * 1.05 < mean < given.delay_quantile(1.0)


def test_a_part_of_the_packets_overtakes(impaired: Impaired) -> None:
    """Those that skip the delay: they arrive before the one sent ahead of them, which does not (RFC 4737)."""
    part = impaired.on("overtaking").reorder / PPM
    delays = lab.packets(impaired.side, "overtaking-1.flood").delays
    early = [delay < impaired.on("overtaking").delay / 2 for delay in delays]
    spread = SPREADS * sqrt(PACKETS * part)
    assert sum(early) == pytest.approx(PACKETS * part, abs=spread)
    late_before = sum(later and not first for first, later in pairwise(early))
    assert impaired.side.tallies["overtaking-1.flood"]["reordered"] == late_before > 0


def test_a_part_of_the_packets_arrives_twice(impaired: Impaired) -> None:
    """None of them is counted as received twice, and none is lost."""
    counted, part = impaired.side.tallies["copying-1.flood"], impaired.on("copying").duplicate / PPM
    assert counted["duplicates"] == pytest.approx(PACKETS * part, abs=SPREADS * sqrt(PACKETS * part))
    assert counted["received"] == counted["sent"] == PACKETS
    assert all(impaired.side.tallies[f"{line}-1.flood"]["duplicates"] == 0 for line in ("uniform", "overtaking"))


def test_bursts_are_as_long_and_as_many_as_the_model_says(impaired: Impaired) -> None:
    """Gilbert's model: a burst lasts 1 / r packets on average, with a geometric length, and p / (p + r) are lost."""
    bursts = impaired.on("bursts").loss_bursts
    assert bursts is not None
    end = bursts.end / PPM
    lost = [at == LOST for at in impaired.received("bursts")]
    runs = [len([*run]) for gone, run in groupby(lost) if gone]
    assert fmean(runs) == pytest.approx(1 / end, abs=SPREADS * sqrt(1 - end) / end / sqrt(len(runs)))
    episodes = PACKETS * bursts.bad * end
    assert len(runs) == pytest.approx(episodes, abs=SPREADS * sqrt(episodes))


def test_random_loss_adds_to_bursts(impaired: Impaired) -> None:
    """Elliott's model: half is lost in the bad state, and 2 % in both. The lengths of bursts count in the spread."""
    given = impaired.on("mixed")
    lost = sum(at == LOST for at in impaired.received("mixed"))
    expected = PACKETS * given.loss_probability
    assert lost == pytest.approx(expected, abs=SPREADS * sqrt(expected * 5))
    assert impaired.on("bursts").loss_probability == pytest.approx(1 / 26)


def test_what_arrives_is_what_theory_allows(impaired: Impaired) -> None:
    """Means and largest delays lie within the bounds; nothing was lost outside the model."""
    predicted = predict(impaired.blueprint, flow_paths(impaired.blueprint))
    for flow in (flow.name for flow in impaired.blueprint.flows if flow.workload == "flood"):
        delays, allowed = lab.packets(impaired.side, flow).delays, predicted[flow][Metric.MAX_DELAY]
        assert allowed.low is not None and allowed.high is not None
        assert allowed.low * 0.99 <= min(delays) and max(delays) <= allowed.high * 1.01
        mean = predicted[flow][Metric.MEAN_DELAY]
        if mean.value is not None and mean.tolerance is not None:
            assert fmean(delays) == pytest.approx(mean.value, rel=mean.tolerance)
    assert impaired.side.closing.strays == {}
