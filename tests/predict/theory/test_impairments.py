"""What theory says where spans have jitter, reorder, duplicate or lose in bursts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from twin.core.units import NS_PER_MS, PPM, Ratio, Time
from twin.model import Impairments, LossBursts, Metric
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

Make = Callable[..., Blueprint]
JITTER = Impairments(delay=Time(10 * NS_PER_MS), jitter=Time(4 * NS_PER_MS))
UPLINK = "dslam-uplink"


def predicted(blueprint: Blueprint, name: str | None = None, impairments: Impairments | None = None
              ) -> Mapping[str, Mapping[Metric, Prediction]]:
    """The predictions where a span has impairments."""
    spans = tuple(replace(span, **{way: replace(getattr(span, way), impairments=impairments)
                                   for way in ("forward", "reverse")})
                  if impairments is not None and span.name == name else span for span in blueprint.spans)
    changed = replace(blueprint, spans=spans)
    return predict(changed, flow_paths(changed))


@pytest.mark.parametrize("name", ["homes-1", UPLINK])
def test_jitter_moves_delays_by_no_more_than_its_range(line: Make, name: str) -> None:
    """Of a call alone: the least by its least, the mean by its mean, the longest by its range too."""
    blueprint = line("call")
    plain, late = (predicted(blueprint, name, given)["homes-1.call.down"] for given in (None, JITTER))
    least, most = JITTER.least_delay, JITTER.delay_quantile(1.0)
    for metric in (Metric.MEAN_DELAY, Metric.MAX_DELAY):
        before, after = plain[metric], late[metric]
        assert None not in (before.low, after.low, before.high, after.high)
        assert after.low == pytest.approx((before.low or 0.0) + least)
        assert after.high == pytest.approx((before.high or 0.0) + most, rel=1e-6 if name == "homes-1" else 0.2)
    mean = late[Metric.MEAN_DELAY]
    expected = (plain[Metric.MEAN_DELAY].value or 0.0) + JITTER.delay
    assert mean.value == pytest.approx(expected, rel=1e-6 if name == "homes-1" else mean.tolerance)
    bound = late[Metric.DELAY_VARIATION].high
    assert bound is not None and bound >= most - least


def test_a_fixed_delay_is_exact(line: Make) -> None:
    """Everything comes later by it, and as surely as before."""
    blueprint, late = line("call", "surf"), Impairments(delay=Time(7 * NS_PER_MS))
    plain, moved = predicted(blueprint), predicted(blueprint, "homes-1", late)
    before, after = (predictions["homes-1.call.down"][Metric.MEAN_DELAY] for predictions in (plain, moved))
    assert after.low == pytest.approx((before.low or 0.0) + late.delay) and after.by == before.by


def test_tcp_is_sure_of_nothing_where_chance_disturbs_it(line: Make) -> None:
    """Only the most is told: what looks like a loss to it is none; either way of its path counts."""
    for given in (JITTER, replace(JITTER, jitter=Time(0), reorder=Ratio(1_000)), Impairments(duplicate=Ratio(1_000))):
        goodput = predicted(line("download"), UPLINK, given)["homes-1.download"][Metric.GOODPUT]
        assert (goodput.value, goodput.low) == (None, None) and goodput.high is not None
    assert predicted(line("download"))["homes-1.download"][Metric.GOODPUT].value is not None


def test_copies_are_no_loss_and_load_what_comes_behind(line: Make) -> None:
    """A call's copies on a line behind: its delay variation is bounded by twice its packets, its loss stays none."""
    blueprint, twice = line("call"), Impairments(duplicate=Ratio(100_000))
    plain, copied = predicted(blueprint), predicted(blueprint, UPLINK, twice)
    assert copied["homes-1.call.down"][Metric.LOSS].value == 0
    before, after = (predictions["homes-1.call.down"][Metric.DELAY_VARIATION].high for predictions in (plain, copied))
    assert before is not None and after is not None and after > before


def test_copies_beyond_the_capacity_have_no_closed_form(line: Make) -> None:
    """A flood that fills the line to four fifths may fill it with its copies."""
    flood = predicted(line("flood", down="600 kbit/s"), UPLINK, Impairments(duplicate=Ratio(500_000)))["homes-1.flood"]
    assert flood[Metric.LOSS].value is None and "twice" in flood[Metric.LOSS].by


def test_bursts_lose_what_the_model_says(line: Make) -> None:
    """Beside random loss; the fewer bursts a run has, the less it shows."""
    bursts = Impairments(loss=Ratio(20_000), loss_bursts=LossBursts(Ratio(10_000), Ratio(190_000), Ratio(500_000)))
    loss = predicted(line("call"), "homes-1", bursts)["homes-1.call.down"][Metric.LOSS]
    assert loss.value == pytest.approx((1 - 0.975 * 0.98) * PPM) and (loss.tolerance or 0.0) > 0.1
