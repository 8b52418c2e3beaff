"""How a call will be heard, by theory: R and MOS from delays, loss and the playout buffer."""

from __future__ import annotations

import pytest

from tests.judge.case import Case
from tests.plan.flows import speaking
from twin.judge.verdicts.emodel_prediction import ratings
from twin.model import Metric
from twin.predict import Prediction

MS = 1e6
CALL = "homes-1.call.down"


def told(low: float, high: float | None, variation: float | None, loss: float | None = 0.0) -> dict[Metric, Prediction]:
    """Delays in ms and loss in ppm as theory may tell them."""
    return {Metric.MEAN_DELAY: Prediction(None, low * MS, None if high is None else high * MS),
            Metric.DELAY_VARIATION: Prediction(None, 0.0, None if variation is None else variation * MS),
            Metric.LOSS: Prediction(loss),
            Metric.DISCARD: Prediction(0.0 if variation is not None and variation <= 40 else None)}


def test_a_call_of_which_every_packet_is_played(case: Case) -> None:
    """G.711, 20 ms of packet, 40 ms of playout, 10 ms of way: 70 ms mouth to ear, R 93.206, MOS 4.409 (G.107)."""
    found = ratings(case.flow(CALL), told(10, 36, 26))
    assert found[Metric.MOUTH_TO_EAR].low == 70 * MS and found[Metric.MOUTH_TO_EAR].high == 96 * MS
    assert found[Metric.R_FACTOR].value == pytest.approx(93.206208, abs=1e-6)
    assert found[Metric.MOS].value == pytest.approx(4.409406, abs=1e-6)


def test_a_long_way_costs_some(case: Case) -> None:
    """Between 150 and 200 ms from mouth to ear R is between 93.04 and 90.16; the tolerance covers both."""
    found = ratings(case.flow(CALL), told(90, 140, 30))[Metric.R_FACTOR]
    assert found.low == pytest.approx(90.161793, abs=1e-6) and found.high == pytest.approx(93.042677, abs=1e-6)
    assert found.value is not None and found.tolerance is not None
    assert found.value * (1 + found.tolerance) > 93.04 and found.value * (1 - found.tolerance) < 90.17


@pytest.mark.parametrize("unsure", [told(10, 80, 70), told(10, None, None), told(10, 36, 26, None)])
def test_only_the_best_is_known(case: Case, unsure: dict[Metric, Prediction]) -> None:
    """Where packets may be lost, or come too late to be played, R is at most that of the least delay."""
    found = ratings(case.flow(CALL), unsure)[Metric.R_FACTOR]
    assert (found.value, found.low) == (None, None)
    assert found.high == pytest.approx(93.206208, abs=1e-6)


def test_losses_that_are_known_cost_some(case: Case) -> None:
    """1 % of G.711 without concealment: Ie,eff = 95 / (1 + 4.3) beside what the delay costs."""
    found = ratings(case.flow(CALL), told(10, 36, 26, 10_000.0))[Metric.R_FACTOR]
    assert found.value is None and found.high == pytest.approx(93.206208, abs=1e-6)
    assert found.low == pytest.approx(93.206208 - 95 * 1.001 / (1.001 + 4.3), abs=0.02)


def test_nothing_is_said_of_others(case: Case) -> None:
    """Downloads are not heard; an adaptive buffer does as the delays do, and that is said."""
    assert ratings(case.flow("homes-1.download"), told(10, 36, 26)) == {}
    adaptive = ratings(speaking(case.flow(CALL), adaptive=True), told(10, 36, 26))
    assert {(one.value, one.low, one.high) for one in adaptive.values()} == {(None, None, None)}
    assert all(one.by.startswith("no closed form") for one in adaptive.values())
