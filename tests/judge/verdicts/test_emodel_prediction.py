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


def delays(low: float, high: float | None, variation: float | None, loss: float | None = 0.0
           ) -> dict[Metric, Prediction]:
    """Delays in ms and loss in ppm as theory may tell them."""
    return {Metric.MEAN_DELAY: Prediction(None, low * MS, None if high is None else high * MS),
            Metric.DELAY_VARIATION: Prediction(None, 0.0, None if variation is None else variation * MS),
            Metric.LOSS: Prediction(loss),
            Metric.DISCARD: Prediction(0.0 if variation is not None and variation <= 40 else None)}


def test_a_call_of_which_every_packet_is_played(case: Case) -> None:
    """G.711, 20 ms of packet, 40 ms of playout, 10 ms of way: 70 ms mouth to ear, R 93.206, MOS 4.409 (G.107)."""
    rated = ratings(case.flow(CALL), delays(10, 36, 26))
    assert rated[Metric.MOUTH_TO_EAR].low == 70 * MS and rated[Metric.MOUTH_TO_EAR].high == 96 * MS
    assert rated[Metric.R_FACTOR].value == pytest.approx(93.206208, abs=1e-6)
    assert rated[Metric.MOS].value == pytest.approx(4.409406, abs=1e-6)


def test_a_long_way_costs_some(case: Case) -> None:
    """Between 150 and 200 ms from mouth to ear R is between 93.04 and 90.16; the tolerance covers both."""
    rated = ratings(case.flow(CALL), delays(90, 140, 30))[Metric.R_FACTOR]
    assert rated.low == pytest.approx(90.161793, abs=1e-6) and rated.high == pytest.approx(93.042677, abs=1e-6)
    assert rated.value is not None and rated.tolerance is not None
    assert rated.value * (1 + rated.tolerance) > 93.04 and rated.value * (1 - rated.tolerance) < 90.17


@pytest.mark.parametrize("unsure", [delays(10, 80, 70), delays(10, None, None), delays(10, 36, 26, None)])
def test_only_the_best_is_known(case: Case, unsure: dict[Metric, Prediction]) -> None:
    """Where packets may be lost, or come too late to be played, R is at most that of the least delay."""
    rated = ratings(case.flow(CALL), unsure)[Metric.R_FACTOR]
    assert (rated.value, rated.low) == (None, None)
    assert rated.high == pytest.approx(93.206208, abs=1e-6)


def test_losses_that_are_known_cost_some(case: Case) -> None:
    """1 % of G.711 without concealment: Ie,eff = 95 / (1 + 4.3) beside what the delay costs."""
    rated = ratings(case.flow(CALL), delays(10, 36, 26, 10_000.0))[Metric.R_FACTOR]
    assert rated.value is None and rated.high == pytest.approx(93.206208, abs=1e-6)
    assert rated.low == pytest.approx(93.206208 - 95 * 1.001 / (1.001 + 4.3), abs=0.02)


def test_chance_decides_how_many_packets_of_a_run_are_lost(case: Case) -> None:
    """Of 1,000 packets at 0.1 % four were lost: R was 85.1. One in 52 runs loses as many, one in 10,000 seven."""
    few = delays(10, 36, 26) | {Metric.LOSS: Prediction(1_000.0, high=7_000.0, tolerance=2.0)}
    rated = ratings(case.flow(CALL), few)[Metric.R_FACTOR]
    assert rated.low is not None and 78 < rated.low < 85.1


def test_nothing_is_said_of_others(case: Case) -> None:
    """Downloads are not heard; an adaptive buffer does as the delays do, and that is said."""
    assert ratings(case.flow("homes-1.download"), delays(10, 36, 26)) == {}
    adaptive = ratings(speaking(case.flow(CALL), adaptive=True), delays(10, 36, 26))
    values = {(prediction.value, prediction.low, prediction.high) for prediction in adaptive.values()}
    assert values == {(None, None, None)}
    assert all(prediction.by.startswith("no closed form") for prediction in adaptive.values())
