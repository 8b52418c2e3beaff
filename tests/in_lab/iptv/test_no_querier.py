"""A network in which nobody queries: who goes on watching loses the channel, who changes channels does not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.judge.flow_figures import figures
from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict

TEXT = (NETWORKS / "channels.yaml").read_text(encoding="utf-8")
SECONDS, LASTING, SECOND_REPORT = 25, 7, 10
"""Of the run; of a membership with these intervals; within which the report of a join is repeated (RFC 2236, 8.10)."""
VIEWERS = ("far-1.viewer", "far-2.viewer")


def channels(querier: str) -> Blueprint:
    """Two who watch one channel, one who changes every four seconds."""
    timers = "query-interval: 3 s, query-response: 1 s, fast-leave: true"
    return plan(read(f"{TEXT}multicast: {{querier: {querier}, {timers}}}\n", "channels.yaml"))


@dataclass(frozen=True)
class Watched:
    """A network, and what was measured in it."""

    blueprint: Blueprint
    side: Side

    def last(self, name: str) -> float:
        """When the last packet came to a viewer, s."""
        viewed = self.side.samples[name]
        assert isinstance(viewed, Viewed)
        return max(at for at in viewed.received if at != LOST) / NS_PER_S

    def loss(self, name: str) -> float:
        """What a viewer lost, ppm."""
        flow = next(flow for flow in self.blueprint.flows if flow.name == name)
        return figures(flow, self.side.samples[name], SECONDS).values[Metric.LOSS]

    def prediction(self, name: str) -> Prediction:
        """What theory says of it."""
        return predict(self.blueprint, flow_paths(self.blueprint), RunPlan(lab.SEED, SECONDS))[name][Metric.LOSS]


@pytest.fixture(scope="module")
def watched() -> dict[str, Watched]:
    """With a querier and without, at the same time."""
    both = {querier: channels(querier) for querier in ("network", "none")}
    sides = lab.side_by_side([*both.values()], SECONDS)
    return {querier: Watched(*pair) for querier, pair in zip(both, zip(both.values(), sides, strict=True), strict=True)}


@pytest.mark.parametrize("name", VIEWERS)
def test_who_goes_on_watching_loses_the_channel(watched: dict[str, Watched], name: str) -> None:
    """A membership interval after the last of its two reports (RFC 4541, 2.1.1; RFC 2236, 8.4); theory encloses what is
    lost."""
    assert LASTING <= watched["none"].last(name) <= LASTING + SECOND_REPORT + 0.2
    predicted = watched["none"].prediction(name)
    assert predicted.low is not None and predicted.high is not None and "no querier" in predicted.by
    assert 0 < predicted.low <= watched["none"].loss(name) <= predicted.high < 1_000_000


@pytest.mark.parametrize("name", VIEWERS)
def test_who_is_asked_keeps_it(watched: dict[str, Watched], name: str) -> None:
    """The same network with a querier."""
    assert watched["network"].last(name) > SECONDS - 0.1 and watched["network"].loss(name) == 0
    assert watched["network"].prediction(name).value == 0


def test_who_changes_channels_reports_anew(watched: dict[str, Watched]) -> None:
    """Every four seconds, sooner than its memberships expire."""
    assert watched["none"].last("narrow-1.zapper") > SECONDS - 0.1
    assert watched["none"].loss("narrow-1.zapper") == watched["network"].loss("narrow-1.zapper") == 0
