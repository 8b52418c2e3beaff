"""Verdicts: what is met, missed or open, in which units, beside which baseline and prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.judge.case import Case
from traffic.sample_files import Bytes, Packets, Transactions
from twin.core.units import Rate, Ratio, Time
from twin.judge.verdict import Basis, Certificate, FlowFigures, Outcome, Verdict
from twin.judge.verdicts.judge import flow_targets, judge
from twin.model import Metric, Name, Target
from twin.predict import Prediction

MS = 1_000_000
CALL = "homes-1.call.down"
Make = Callable[..., Packets]
PROMISE = Target(Name("call"), bounds={Metric.MEAN_DELAY: Time(100 * MS), Metric.DELAY_VARIATION: Time(50 * MS),
                                       Metric.LOSS: Ratio(1_000), Metric.R_FACTOR: 80.0})
TRUSTED = Certificate(True, "virtual", (), 0, 0)


def verdicts(case: Case, target: Target, figures: FlowFigures, baseline: list[FlowFigures] | None = None,
             predictions: Mapping[str, Mapping[Metric, Prediction]] | None = None,
             certificate: Certificate = TRUSTED) -> dict[Metric, Verdict]:
    """The verdicts of one flow by metric."""
    judged = judge(case.promising(target), case.blueprint, [figures], baseline, predictions or {}, certificate)
    return {v.metric: v for v in judged if v.flow == figures.flow}


def test_a_clear_call(case: Case, call: Make) -> None:
    """A minute of a clear call meets every target of voice, with confidence, in units for people."""
    judged = verdicts(case, PROMISE, case.measured(CALL, call(12.5)))
    assert {v.verdict for v in judged.values()} == {Outcome.MET}
    assert all(v.confidence is not None and v.confidence >= 0.95 for v in judged.values())
    mean = judged[Metric.MEAN_DELAY]
    assert (mean.target, mean.value, mean.unit, mean.samples, mean.lower) == (100, 12.5, "ms", 3_000, True)
    assert (mean.service, mean.workload, mean.source, mean.sink) == ("telephony", "call", "gate", "homes-1")
    assert (mean.baseline, mean.predicted, mean.proves_qos, mean.reason) == (None, None, None, "")
    loss, r = judged[Metric.LOSS], judged[Metric.R_FACTOR]
    assert (loss.target, loss.value, loss.unit) == (1_000, 0, "ppm")
    assert (r.unit, r.lower) == ("", False)


def test_a_short_call_proves_no_loss_target(case: Case, call: Make) -> None:
    """Ten seconds without loss leave 0.1 % open, and the reason says how long it takes."""
    judged = verdicts(case, PROMISE, case.measured(CALL, call(12.5, count=500)))
    loss = judged[Metric.LOSS]
    assert loss.verdict is Outcome.INCONCLUSIVE
    assert loss.reason == "500 packets are worth 500 independent ones, 2996 needed; run for about 360 s"
    assert judged[Metric.DELAY_VARIATION].verdict is Outcome.INCONCLUSIVE
    assert judged[Metric.MEAN_DELAY].verdict is Outcome.MET
    assert judged[Metric.R_FACTOR].verdict is Outcome.MET


def test_a_bad_call(case: Case, call: Make) -> None:
    """Losses and late packets break every target that they touch."""
    bad = call(120, dict.fromkeys(range(0, 3_000, 20)) | dict.fromkeys(range(5, 3_000, 60), 250.0))
    judged = verdicts(case, PROMISE, case.measured(CALL, bad))
    assert {v.verdict for v in judged.values()} == {Outcome.MISSED}
    assert all(v.confidence is not None and v.confidence <= 0.05 for v in judged.values())


def test_a_loss_too_few(case: Case, call: Make) -> None:
    """Four losses of 3 000 are more than 0.1 % and yet not enough to say so."""
    judged = verdicts(case, PROMISE, case.measured(CALL, call(10, dict.fromkeys((5, 905, 1_805, 2_705)))))
    loss = judged[Metric.LOSS]
    assert loss.value is not None and loss.value > loss.target
    assert loss.verdict is Outcome.INCONCLUSIVE
    assert loss.reason.startswith("3000 packets are worth ")


def test_a_dead_call(case: Case, call: Make) -> None:
    """A call of which nothing arrives has missed its delay and its loss, and says why."""
    judged = verdicts(case, PROMISE, case.measured(CALL, call(10, dict.fromkeys(range(3_000)))))
    assert {v.verdict for v in judged.values()} == {Outcome.MISSED}
    assert judged[Metric.MEAN_DELAY].reason == "none of 3000 packets arrived"
    assert judged[Metric.MEAN_DELAY].value is None


def test_nothing_to_judge(case: Case) -> None:
    """A flow that sent nothing, one that was not measured and a metric that it lacks are open, each with its reason."""
    silent = case.measured(CALL, Packets((), (), 200))
    assert verdicts(case, PROMISE, silent)[Metric.LOSS].reason == "nothing was sent"
    trusted = Certificate(True, "virtual", (), 0, 0)
    missing = judge(case.promising(PROMISE), case.blueprint, [], None, {}, trusted)
    assert {(v.verdict, v.reason) for v in missing} == {(Outcome.INCONCLUSIVE, "the flow was not measured")}
    tcp = case.measured("homes-1.download", Bytes((0, 50_000 * MS), (0, 10**7)))
    odd = verdicts(case, Target(Name("download"), bounds={Metric.LOSS: Ratio(1)}), tcp)[Metric.LOSS]
    assert (odd.verdict, odd.reason) == (Outcome.INCONCLUSIVE, "a flow of this kind has no loss")


def test_loss_of_nothing_cannot_be_shown(case: Case, call: Make) -> None:
    """A target of no loss at all cannot be met by any run, only missed."""
    promise = Target(Name("call"), bounds={Metric.LOSS: Ratio(0)})
    clear = verdicts(case, promise, case.measured(CALL, call(10)))[Metric.LOSS]
    assert (clear.verdict, clear.reason[:20]) == (Outcome.INCONCLUSIVE, "no run can show that")
    lossy = verdicts(case, promise, case.measured(CALL, call(10, {9: None})))[Metric.LOSS]
    assert lossy.verdict is Outcome.MISSED


def test_goodput_and_pages(case: Case) -> None:
    """Goodput is a lower bound in kbit/s; a page time needs 59 pages before it can be met."""
    at = tuple(range(0, 60_001 * MS, 100 * MS))
    steady = case.measured("homes-1.download", Bytes(at, tuple(21_856 * k for k in range(len(at)))))
    target = Target(Name("download"), bounds={Metric.GOODPUT: Rate(1_600_000)})
    measured = verdicts(case, target, steady)[Metric.GOODPUT]
    assert (measured.verdict, measured.unit, measured.target, measured.samples) == (Outcome.MET, "kbit/s", 1_600, 290)
    assert measured.value == pytest.approx(1_748.48)
    slow = verdicts(case, Target(Name("download"), bounds={Metric.GOODPUT: Rate(1_800_000)}), steady)[Metric.GOODPUT]
    assert (slow.verdict, slow.confidence) == (Outcome.MISSED, 0)

    def pages(count: int) -> FlowFigures:
        starts = tuple(1_000 * MS * k for k in range(count))
        measured: FlowFigures = case.measured("homes-1.surf", Transactions(starts, tuple(s + 900 * MS for s in starts),
                                                                           (60_000,) * count))
        return measured

    promise = Target(Name("surf"), bounds={Metric.PAGE_TIME: Time(4_000 * MS)})
    assert verdicts(case, promise, pages(59))[Metric.PAGE_TIME].verdict is Outcome.MET
    few = verdicts(case, promise, pages(24))[Metric.PAGE_TIME]
    assert few.verdict is Outcome.INCONCLUSIVE
    assert few.reason == ("24 pages are worth 24 independent ones, 59 needed; run for about 148 s")


def test_baseline_that_fails_proves_qos(case: Case, call: Make) -> None:
    """A met target proves QoS where the same load without it misses; where both meet it, nothing is proved."""
    good, poor = case.measured(CALL, call(10)), case.measured(CALL, call(400))
    judged = verdicts(case, PROMISE, good, baseline=[poor])
    assert judged[Metric.MEAN_DELAY].baseline == 400
    assert judged[Metric.MEAN_DELAY].proves_qos is True
    assert judged[Metric.LOSS].proves_qos is False
    assert verdicts(case, PROMISE, poor, baseline=[poor])[Metric.MEAN_DELAY].proves_qos is None
    assert verdicts(case, PROMISE, poor, baseline=[good])[Metric.MEAN_DELAY].proves_qos is False


def test_prediction_beside(case: Case, call: Make) -> None:
    """The prediction stands beside the value, and a value that theory forbids is remarked upon."""
    expected = {CALL: {Metric.MEAN_DELAY: Prediction(12.5e6, 9e6, 36e6, 0.02, "Cobham"), Metric.LOSS: Prediction(None)}}
    judged = verdicts(case, PROMISE, case.measured(CALL, call(12.5)), predictions=expected)
    assert (judged[Metric.MEAN_DELAY].predicted, judged[Metric.MEAN_DELAY].reason) == (12.5, "")
    assert judged[Metric.LOSS].predicted is None
    late = verdicts(case, PROMISE, case.measured(CALL, call(40)), predictions=expected)[Metric.MEAN_DELAY]
    assert late.reason == "above the predicted maximum, 36 ms"
    early = verdicts(case, PROMISE, case.measured(CALL, call(8)), predictions=expected)[Metric.MEAN_DELAY]
    assert early.reason == "below the predicted minimum, 9 ms"
    apart = verdicts(case, PROMISE, case.measured(CALL, call(13)), predictions=expected)[Metric.MEAN_DELAY]
    assert (apart.agrees, apart.tolerance, apart.predicted_high) == (False, 0.02, 36)
    assert apart.reason == "+4 % off the prediction (Cobham), 12.5 ms ± 2 %"


@pytest.mark.parametrize(("predicted", "late", "outcome", "basis"), [
    (Prediction(None, 9e6, 36e6, 0.001, "network calculus"), 20.0, Outcome.MET, Basis.THEORY),
    (Prediction(None, 9e6, 60e6, 0.001, "network calculus"), 20.0, Outcome.INCONCLUSIVE, Basis.MEASUREMENT),
    (Prediction(None, 9e6, 36e6, 0.001, "network calculus"), 40.0, Outcome.INCONCLUSIVE, Basis.MEASUREMENT),
    (Prediction(None, 9e6, 36e6, None, "a cut"), 20.0, Outcome.INCONCLUSIVE, Basis.MEASUREMENT),
    (Prediction(None, 9e6, 36e6, 0.001, "packet by packet"), 20.0, Outcome.INCONCLUSIVE, Basis.MEASUREMENT),
    (Prediction(None, 60e6, None, 0.001, "network calculus"), 70.0, Outcome.MISSED, Basis.THEORY),
])
def test_theory_decides_what_a_run_leaves_open(case: Case, call: Make, predicted: Prediction, late: float,
                                               outcome: Outcome, basis: Basis) -> None:
    """One of 500 packets is late. A bound within the target decides, one beyond it does not, nor one that the
    measurement contradicts, nor one of a network with cut spans, or of this seed; a least one beyond it breaks it."""
    few = case.measured(CALL, call(10, {240: 10 + late}, count=500))
    judged = verdicts(case, PROMISE, few, predictions={CALL: {Metric.DELAY_VARIATION: predicted}})
    verdict = judged[Metric.DELAY_VARIATION]
    assert verdicts(case, PROMISE, few)[Metric.DELAY_VARIATION].verdict is Outcome.INCONCLUSIVE
    assert (verdict.verdict, verdict.basis) == (outcome, basis)
    assert verdict.reason.startswith("by theory (network calculus); measured alone: ") is (basis is Basis.THEORY)


def test_doubtful_emulation_concludes_nothing(case: Case, call: Make) -> None:
    """Under an invalid certificate every verdict is open with its reason; the values stay visible."""
    doubtful = Certificate(False, "wall", (), 9 * MS, 0, ("a timer was late",))
    judged = verdicts(case, PROMISE, case.measured(CALL, call(400)), certificate=doubtful)
    assert {v.verdict for v in judged.values()} == {Outcome.INCONCLUSIVE}
    assert {v.reason for v in judged.values()} == {"the emulation failed its fidelity checks; see its certificate"}
    assert judged[Metric.MEAN_DELAY].value == 400
    assert {v.confidence for v in judged.values()} == {None}


def test_one_verdict_for_each_promise(case: Case) -> None:
    """A target holds for every flow of its workload, or only for those of the line groups that it names."""
    everywhere = list(flow_targets(case.promising(PROMISE), case.blueprint))
    assert len(everywhere) == 4 * 4
    some = Target(Name("call"), lines=(Name("shops"),),
                  bounds={Metric.MOS: 4.0, Metric.JITTER: Time(1), Metric.MAX_DELAY: Time(1)})
    targets = list(flow_targets(case.promising(some), case.blueprint))
    assert {flow.line_group for flow, _, _ in targets} == {"shops"}
    assert [metric for _, metric, _ in targets][:3] == [Metric.MAX_DELAY, Metric.JITTER, Metric.MOS]
