"""Requests and answers of a packet each: no queue holds them up for longer than its bound, if none can be lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

Make = Callable[..., Blueprint]
SERVICES = Path(__file__).parents[3] / "benchmarks" / "networks" / "services.yaml"
LOOKUP = {"  surf: {service: web, activity: pages}": "  surf: {service: web, activity: lookups}"}


def predictions(blueprint: Blueprint, flow: str) -> Mapping[Metric, Prediction]:
    """The predictions of a flow."""
    return predict(blueprint, flow_paths(blueprint))[flow]


@pytest.mark.parametrize(("flow", "metric", "measured"), [
    ("player-1.play", Metric.ROUND_TRIP, 22.0788e6), ("typist-1.type", Metric.ROUND_TRIP, 21.1075e6),
    ("reader-1.look-up", Metric.LOOKUP_TIME, 21.2801e6)])
def test_an_exchange_has_a_longest_time(flow: str, metric: Metric, measured: float) -> None:
    """What was measured lies between both bounds, which are some packets apart."""
    expected = predictions(plan(load(SERVICES)), flow)[metric]
    assert expected.low is not None and expected.high is not None
    assert expected.low <= measured <= expected.high < 1.3 * expected.low


def test_it_grows_with_what_else_is_sent(line: Make) -> None:
    """Calls go before look-ups: each may hold up a question and an answer."""
    alone, beside = (predictions(line(*runs, changes=LOOKUP, discipline="fifo"), "homes-1.surf") for runs in
                     (("surf",), ("surf", "call")))
    first, second = (of[Metric.LOOKUP_TIME].high for of in (alone, beside))
    assert first is not None and second is not None and second > first + 1e6
    assert alone[Metric.LOSS].value == 0


@pytest.mark.parametrize(("loss", "runs"), [("1 %", ("surf",)), ("0 %", ("surf", "download"))])
def test_what_may_be_lost_has_none(line: Make, loss: str, runs: tuple[str, ...]) -> None:
    """Lossy media, or a full queue: the answer to a question that is asked again comes seconds later."""
    expected = predictions(line(*runs, changes=LOOKUP, loss=loss), "homes-1.surf")
    assert expected[Metric.LOOKUP_TIME].high is None and "asked again" in expected[Metric.LOOKUP_TIME].by
    assert expected[Metric.LOSS].value is None


def test_a_film_begins_as_soon_as_its_share_allows() -> None:
    """That a run may end amid a window that waits for a lost packet is of no matter to its beginning."""
    blueprint = plan(load(SERVICES.parents[2] / "topologies" / "video.yaml"))
    assert predictions(blueprint, "west-film-1.film")[Metric.START_UP].value is not None
