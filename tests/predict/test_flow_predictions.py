"""Predictions of whole flows, by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from twin.core.units import Rate, Time
from twin.model import FaultKind, Metric, Policy
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict, predict_hop_delays
from twin.predict.theory.queueing import serialization

Make = Callable[..., Blueprint]
MS = 1e6
CALL = "homes-1.call.down"
TOPOLOGIES = Path(__file__).parents[2] / "topologies"


def of(blueprint: Blueprint, flow: str) -> dict[Metric, Prediction]:
    """The predictions of one flow."""
    return predict(blueprint, flow_paths(blueprint))[flow]


def test_least_delay_is_exact(line: Make) -> None:
    """Alone, a packet takes 238 bytes on two fibre spans, 265 in cells on the line, 10 km of fibre and the modems."""
    least = 2 * serialization(238, 100e6) + serialization(265, 2.048e6) + 10 * 4_900 + 5 * MS
    predicted = of(line("call"), CALL)
    assert predicted[Metric.MEAN_DELAY].low == pytest.approx(least)
    assert predicted[Metric.MAX_DELAY].low == pytest.approx(least)
    assert predicted[Metric.MEAN_DELAY].value == pytest.approx(least, rel=1e-3)


def test_voice_on_a_full_line(line: Make) -> None:
    """Beside a download voice waits for half a packet on average and for one at most: L / 2C and L / C."""
    blueprint = line("call", "download", down="512 kbit/s")
    delay = predict_hop_delays(blueprint, flow_paths(blueprint))[CALL][-1]
    assert delay.fixed == 5 * MS
    assert delay.serialization == serialization(265, 512e3)
    assert delay.wait.light == delay.wait.heavy == pytest.approx(13.25 * MS)
    assert delay.wait.bound == pytest.approx(26.5 * MS, rel=5e-3)
    predicted = of(blueprint, CALL)
    arp = 84 * 8e9 / 100e6  # where the head-end sends to nobody else
    assert predicted[Metric.MAX_DELAY].high == pytest.approx((predicted[Metric.MEAN_DELAY].high or 0.0) + arp)
    assert predicted[Metric.DELAY_VARIATION] == predicted[Metric.JITTER]
    spread = predicted[Metric.DELAY_VARIATION].high
    assert spread is not None and 26.5 * MS < spread < 26.8 * MS
    assert predicted[Metric.LOSS].value == 0


def test_goodput_beside_a_call(line: Make) -> None:
    """TCP gets what the call leaves, 1448 of every 1696 bytes of cells; alone it would get 1748.5 kbit/s."""
    predicted = of(line("call", "download"), "homes-1.download")[Metric.GOODPUT]
    assert predicted.value == pytest.approx((2_048_000 - 106_000) * 1448 / 1696)
    assert predicted.high == pytest.approx(1_748_528, rel=1e-6)
    assert predicted.low is None


def test_acknowledgements_on_a_narrow_way_back(line: Make) -> None:
    """128 kbit/s up have 22 left beside a call: between an acknowledgement a segment, and what the call leaves down.

    So the call down may have the line to itself, or meet it full.
    """
    blueprint = line("call", "download", up="128 kbit/s")
    predicted = of(blueprint, "homes-1.download")[Metric.GOODPUT]
    assert predicted.value is None and predicted.tolerance is not None
    assert predicted.low is not None and 0.85 < predicted.low / (22_000 / (106 * 8) * 1448 * 8) < 1
    assert predicted.high == pytest.approx(1.01 * (2_048_000 - 106_000) * 1448 / 1696)
    delay = predict_hop_delays(blueprint, flow_paths(blueprint))[CALL][-1]
    assert delay.wait.light == 0 and delay.wait.heavy == pytest.approx(3.3125 * MS)


def test_acknowledgements_with_room_for_each_segment(line: Make) -> None:
    """512 kbit/s up carry one for each of 143 segments a second: nothing is held back."""
    assert of(line("call", "download", up="512 kbit/s"), "homes-1.download")[Metric.GOODPUT].value is not None


@pytest.mark.parametrize(("runs", "more"), [
    (("download", "surf"), {}),
    (("download",), {"loss": "0.1 %"}),
    (("download", "pair"), {"discipline": "fifo"}),
    (("download", "upload"), {"down": "8 Mbit/s", "up": "64 kbit/s"}),
], ids=["pages come and go", "lossy medium", "rivals in a fifo", "acknowledgements starve"])
def test_no_goodput_where_none_is_honest(line: Make, runs: tuple[str, ...], more: dict[str, str]) -> None:
    """Where TCP's share depends on more than shares, there is no value."""
    assert of(line(*runs, **more), "homes-1.download")[Metric.GOODPUT].value is None


def test_page_takes_its_serialization(line: Make) -> None:
    """A page of 60 kB takes its payload at the line's goodput and two round trips of 5 ms and 10 km of fibre at the
    least; alone on its way it takes that, and a little more for small packets and other spans."""
    predicted = of(line("surf", "download"), "homes-1.surf")[Metric.PAGE_TIME]
    assert (predicted.value, predicted.high) == (None, None)
    least = 60_000 * 8 / 1_748_528 * 1e9 + 4 * (5_000_000 + 49_000)
    assert predicted.low == pytest.approx(least, rel=1e-6)
    alone = of(line("surf"), "homes-1.surf")[Metric.PAGE_TIME]
    assert alone.value is not None and least < alone.value < least * 1.05


def test_medium_loss(line: Make) -> None:
    """The loss of the line is the loss of the call, where no queue overflows."""
    assert of(line("call", "download", loss="1 %"), CALL)[Metric.LOSS].value == pytest.approx(10_000)


def test_loss_of_what_does_not_fit(line: Make) -> None:
    """A flood of 452 kbit/s of cells on a line of 256 kbit/s loses the difference; fq_codel's room bounds the rest.

    100 ms are less than four full packets, which fq_codel then has room for; one is in service.
    """
    blueprint = line("flood", down="256 kbit/s")
    predicted = of(blueprint, "homes-1.flood")
    assert predicted[Metric.LOSS].value == pytest.approx((1 - 256e3 / (400e3 * 1696 / 1500)) * 1e6, rel=1e-5)
    held = predict_hop_delays(blueprint, flow_paths(blueprint))["homes-1.flood"][-1].wait.bound
    assert held == pytest.approx(serialization(4 * 1696, 256e3)) and predicted[Metric.MEAN_DELAY].value is None


def test_baseline_has_no_mean(line: Make) -> None:
    """Without QoS a download fills the one queue: no mean is honest, and no loss; the queue's length bounds delay."""
    blueprint = line("call", "download", down="512 kbit/s", policy=Policy.NONE)
    predicted = of(blueprint, CALL)
    assert predicted[Metric.MEAN_DELAY].value is None
    assert predicted[Metric.LOSS].value is None
    high = predicted[Metric.MEAN_DELAY].high
    assert high is not None and high > 300 * MS


def test_television_on_a_full_line(line: Make) -> None:
    """A channel that shares by weight has a bound by round robin; its mean is not known beside a download."""
    predicted = of(line("channel", "download"), "homes-1.channel")
    assert predicted[Metric.MEAN_DELAY].value is None
    own, data, packet = 3 * 1696, 1696, 29 * 53
    on_the_line = serialization(data * (1 + packet / own) + 1696, 2.048e6)
    bound = predicted[Metric.DELAY_VARIATION].high
    assert bound is not None and on_the_line < bound < 1.2 * on_the_line


def test_faults_leave_what_holds_without_them(line: Make) -> None:
    """Where a span is cut during the run, what theory says of it whole is shown, and compared with nothing."""
    whole = line("call", "download")
    cut = replace(whole, faults=(FaultPlan(Time(1), FaultKind.CUT, "dslam-uplink"),))
    for flow in (CALL, "homes-1.download"):
        for metric, prediction in of(whole, flow).items():
            shown = of(cut, flow)[metric]
            assert (shown.value, shown.low, shown.high) == (prediction.value, prediction.low, prediction.high)
            assert shown.tolerance is None and "no span is cut" in shown.by


def test_every_value_names_its_form_and_tolerance(line: Make) -> None:
    """Nothing is predicted without the formula that it comes from and how near measurement must come."""
    blueprint = line("call", "channel", "download", "surf", "flood", lines=2)
    for predictions in predict(blueprint, flow_paths(blueprint)).values():
        assert all(p.by and p.tolerance is not None for p in predictions.values()
                   if (p.value, p.low, p.high) != (None,) * 3)


def test_a_mean_states_what_is_not_known_about_it(line: Make) -> None:
    """The tolerance of a mean covers both extremes of pages, and no mean is given that is mostly uncertain."""
    blueprint = line("call", "surf", down="512 kbit/s")
    mean = of(blueprint, CALL)[Metric.MEAN_DELAY]
    wait = [delay.wait for delay in predict_hop_delays(blueprint, flow_paths(blueprint))[CALL]]
    light, heavy = (sum(getattr(w, end) for w in wait) for end in ("light", "heavy"))
    least = mean.low or 0.0
    if mean.value is None:
        assert heavy - light > 0.5 * (least + (light + heavy) / 2)
    else:
        assert mean.tolerance is not None
        assert mean.value * (1 - mean.tolerance) < least + light
        assert mean.value * (1 + mean.tolerance) > least + heavy


def test_no_way_no_prediction(line: Make) -> None:
    """A flow that has no path is not predicted."""
    blueprint = line("call", "download")
    assert predict(blueprint, {})[CALL] == {}
    assert predict_hop_delays(blueprint, {})[CALL] == ()


def test_more_calls_wait_longer(line: Make) -> None:
    """Each call that joins adds its packet to the bound of all."""
    bounds = [of(line("call", lines=n), CALL)[Metric.MAX_DELAY].high or 0.0 for n in (1, 2, 10, 50)]
    assert bounds == sorted(bounds)
    assert bounds[3] - bounds[2] > 40 * serialization(238, 100e6)


def test_one_medium_spaces_its_packets(line: Make) -> None:
    """Fifty calls wait for each other before the first span, and not again before a second one as fast."""
    blueprint = line("call", lines=50)
    first, second = predict_hop_delays(blueprint, flow_paths(blueprint))[CALL][:2]
    assert first.wait.bound == pytest.approx(49 * serialization(238, 100e6))
    assert second.wait.bound == 0


def test_bursts_grow_on_their_way(line: Make) -> None:
    """What waited before a faster span comes in a denser burst to the next, by the rate times that wait, though no
    faster than the first one lets it."""
    blueprint = line("call", lines=50)
    fast = tuple(replace(span, **{side: replace(getattr(span, side), rate=Rate(10**9))
                                  for side in ("forward", "reverse")})
                 if span.name == "gate-uplink" else span for span in blueprint.spans)
    first, second = predict_hop_delays(replace(blueprint, spans=fast), flow_paths(blueprint))[CALL][:2]
    quick, packet, each = serialization(238, 1e9), serialization(238, 100e6), 50 / 1e9
    late = 49 * quick
    assert first.wait.bound == pytest.approx(late)
    burst = 50 * (1 + each * late)
    turn = (burst - 1) / (1 / quick - 50 * each)
    assert second.wait.bound == pytest.approx((burst + 50 * each * turn) * packet - turn - packet)
    assert 44 * packet < (second.wait.bound or 0) < 45 * packet


def test_a_full_queue_bounds_what_it_does_not_lose(line: Make) -> None:
    """Where a strict call alone exceeds the line, its queue is full: no packet waits longer, and loss is not shown."""
    blueprint = line("call")
    spans = tuple(
        replace(s, a=replace(s.a, scheduler=s.a.scheduler and replace(s.a.scheduler, rate=Rate(100_000))))
        for s in blueprint.spans
    )
    narrow = replace(blueprint, spans=spans)
    delay = predict_hop_delays(narrow, flow_paths(narrow))[CALL][-1]
    held = next(s for s in spans if s.name == delay.hop.span).a.scheduler
    assert held is not None and not delay.wait.lossless
    assert delay.wait.bound == pytest.approx(serialization(held.bands[0].limit, 100_000))
    assert of(narrow, CALL)[Metric.LOSS].value != 0


def test_the_air_takes_no_bound_from_those_who_never_cross_it() -> None:
    """In Castres-Mazamet calls of villages share the ring with all others: theirs wait for the air for up to half a
    second, those of towns for little, since no more than a station's queue comes off the air at once, and no faster
    than frame by frame."""
    blueprint = plan(load(TOPOLOGIES / "castres-mazamet.yaml"))
    delays = predict_hop_delays(blueprint, flow_paths(blueprint))
    village, town = (delays[f"{line}.call-g729.up"] for line in ("le-rialet-home-1", "mazamet-home-1"))
    shared = {delay.hop: delay.wait.bound for delay in village}
    assert max(bound or inf for bound in shared.values()) > 300 * MS
    assert all(delay.wait.bound is not None and delay.wait.lossless for delay in town)
    common = [delay for delay in town if delay.hop in shared]
    assert common and all((delay.wait.bound or inf) < 30 * MS for delay in common)


def test_what_comes_and_goes_leaves_no_sure_share() -> None:
    """Beside a channel that stays, a download gets what is left; beside one that is changed, that at the least."""
    blueprint = plan(load(TOPOLOGIES / "castres-mazamet.yaml"))
    predicted = predict(blueprint, flow_paths(blueprint))
    stays, changes = (predicted[f"{line}-tv-1.download"][Metric.GOODPUT] for line in ("aussillon", "mazamet"))
    assert stays.value == pytest.approx(216.6e3, rel=1e-3)
    assert changes.value is None
    assert changes.low == pytest.approx(0.99 * 216.6e3, rel=1e-3)


def test_a_queue_of_given_bytes_bounds_the_wait(line: Make) -> None:
    """Of a flood that is too much, no packet waits longer than 20 kB take at the line's rate, and one of others."""
    blueprint = line("flood", down="256 kbit/s", discipline="fifo, buffer: 20 kB")
    wait = predict_hop_delays(blueprint, flow_paths(blueprint))["homes-1.flood"][-1].wait
    assert wait.bound == pytest.approx(serialization(20_000, 256e3)) and not wait.lossless


def test_the_most_that_media_lose_is_beyond_their_tolerance(line: Make) -> None:
    """Two deviations are for a measurement with an interval of its own; a rating has none."""
    blueprint = line("call", loss="0.1 %")
    loss = predict(blueprint, flow_paths(blueprint), RunPlan(1, 20))[CALL][Metric.LOSS]
    assert loss.value is not None and loss.value * (1 + (loss.tolerance or 0.0)) < 4_000 < (loss.high or 0.0) < 10_000
