"""Rules of the gate: what they mean, what breaks them, and what is noise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin.core.errors import UsageError
from twin.judge.regression_gate import Decision, Ruling, decide, rule_of
from twin.judge.run_summary import Figure, RunSummary

P99 = Figure(service_class="voice", service="telephony", workload="call", flow="homes-1.call.down", name="p99",
             value=20.0, low=19.5, high=20.5, unit="ms", lower=True)
GOODPUT = Figure(service_class="data", service="web", workload="download", flow="homes-1.download", name="goodput",
                 value=400.0, low=390.0, high=410.0, unit="kbit/s", lower=False)
EXACT = replace(P99, name="r-factor", value=90.0, low=None, high=None, unit="", lower=False, exact=True)


def run(*figures: Figure) -> RunSummary:
    """A run with these figures."""
    return RunSummary("n", "", "virtual", seed=1, seconds=10.0, digest="", versions={}, verdicts=(), figures=figures)


def ruling(rule: str, before: Figure, after: Figure | None) -> Ruling:
    """What a rule says of one figure."""
    (decision,) = decide([rule_of(rule)], run(before), run(*([after] if after else [])))
    return decision.ruling


@pytest.mark.parametrize(("rule", "value", "wide", "then"), [
    ("voice.p99:+10%", 21.9, 0.1, Ruling.KEPT), ("voice.p99:+10%", 22.1, 0.1, Ruling.BROKEN),
    ("voice.p99:+10%", 22.1, 2.0, Ruling.NOISE), ("voice.p99:+10%", 10.0, 0.1, Ruling.KEPT),
    ("telephony.p99:+1ms", 21.1, 0.1, Ruling.BROKEN), ("call.p99:+1 ms", 20.9, 0.1, Ruling.KEPT),
    ("homes-1.call.down.p99:+500µs", 20.6, 0.05, Ruling.BROKEN), ("call.p99:-10%", 17.0, 0.1, Ruling.BROKEN),
])
def test_a_rule_says_how_much_worse(rule: str, value: float, wide: float, then: Ruling) -> None:
    """Of a class, service, workload or flow; in per cent or a unit; broken only where the intervals lie apart."""
    assert ruling(rule, P99, replace(P99, value=value, low=value - wide, high=value + wide)) is then


def test_of_goodput_less_is_worse() -> None:
    """A drop of a tenth breaks a rule of 5 %; with wide intervals it may be noise."""
    narrow, wide = replace(GOODPUT, value=360.0, low=355.0, high=365.0), replace(GOODPUT, value=360.0, high=395.0)
    assert (ruling("download.goodput:-5%", GOODPUT, narrow), ruling("download.goodput:-5%", GOODPUT, wide)) == (
        Ruling.BROKEN, Ruling.NOISE)


def test_what_has_no_interval_is_noise_but_for_what_is_exact() -> None:
    """Too few samples show nothing; an R factor is judged as it is."""
    assert ruling("voice.p99:+10%", replace(P99, high=None), replace(P99, value=40.0)) is Ruling.NOISE
    assert ruling("voice.r-factor:-5%", EXACT, replace(EXACT, value=80.0)) is Ruling.BROKEN


def test_a_figure_that_is_gone_breaks_the_rule() -> None:
    """A regression cannot hide by not being measured."""
    decisions = decide([rule_of("voice.p99:+10%")], run(P99), run())
    assert [type(decision) for decision in decisions] == [Decision] and decisions[0].breaks


@pytest.mark.parametrize(("rule", "message"), [
    ("voice.p99", "neither a change of a target nor a rule"), ("voice.p99:10%", "neither"), ("", "neither"),
    ("voice.p98:+10%", 'did you mean "p99"?'), ("voise.p99:+10%", 'did you mean "voice"?'),
    ("voice.p99:+10kbit/s", "is in kbit/s, p99 is in ms"),
])
def test_what_is_no_rule_is_refused(rule: str, message: str) -> None:
    """With the nearest name, or how a rule is written."""
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        decide([rule_of(rule)], run(P99), run(P99))
