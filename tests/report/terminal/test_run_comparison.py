"""Two runs side by side: what broke, what mended, what only one of them judged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.report.sample import small_run, verdict
from twin.api import compare_runs as compare
from twin.judge.verdict import Outcome, Verdict
from twin.report.terminal.run_comparison import Change, as_json, text

MET, MISSED, UNSURE = Outcome.MET, Outcome.MISSED, Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("before", "after", "change"), [
    (verdict(), verdict(), Change.SAME),
    (verdict(value=30.0), verdict(value=30.2), Change.SAME),
    (verdict(value=30.0), verdict(value=40.0), Change.WORSE),
    (verdict(value=40.0), verdict(value=30.0), Change.BETTER),
    (verdict(lower=False, value=30.0), verdict(lower=False, value=40.0), Change.BETTER),
    (verdict(), verdict(verdict=MISSED, value=120.0), Change.BROKEN),
    (verdict(), verdict(verdict=UNSURE), Change.BROKEN),
    (verdict(verdict=UNSURE), verdict(), Change.FIXED),
    (verdict(verdict=MISSED), verdict(verdict=UNSURE), Change.FIXED),
    (verdict(value=0.0, unit="ppm"), verdict(value=3.0, unit="ppm"), Change.WORSE),
    (verdict(value=None, verdict=UNSURE), verdict(value=None, verdict=UNSURE), Change.SAME),
])
def test_what_became_of_a_target(before: Verdict, after: Verdict, change: Change) -> None:
    """Verdicts decide before values; values within 1 % are the same; more goodput is better, more delay worse."""
    assert [pair.change for pair in compare(small_run(before), small_run(after)).pairs] == [change]


def test_targets_of_one_run_only() -> None:
    """A target that is judged no longer is told, and counts as worse."""
    comparison = compare(small_run(verdict(), verdict(flow="old")), small_run(verdict(), verdict(flow="new")))
    assert [pair.known.flow for pair in comparison.of(Change.GONE)] == ["old"]
    assert [pair.known.flow for pair in comparison.of(Change.NEW)] == ["new"]
    assert comparison.worse


@pytest.mark.parametrize("change", Change)
def test_a_comparison_is_a_gate_on_any_change(change: Change) -> None:
    """It fails on those that are asked for, and on no others; without any, it never does."""
    before = small_run(verdict(flow="a"), verdict(flow="b", value=30.0), verdict(flow="c"),
                       verdict(flow="d", value=40.0), verdict(flow="e", verdict=MISSED), verdict(flow="f"))
    after = small_run(verdict(flow="a", verdict=MISSED), verdict(flow="b", value=40.0), verdict(flow="n"),
                      verdict(flow="d", value=30.0), verdict(flow="e"), verdict(flow="f"))
    comparison = compare(before, after)
    assert {pair.change for pair in comparison.pairs} == {*Change}
    without = replace(comparison, pairs=tuple(pair for pair in comparison.pairs if pair.change is not change))
    assert (comparison.exit_code([change]), without.exit_code([change]), comparison.exit_code([])) == (1, 0, 0)


def test_what_broke_stands_first_and_lines_fit() -> None:
    """The text begins with the worst change and keeps within 100 columns."""
    long = "f" * 90
    before = small_run(verdict(flow="a"), verdict(flow=long))
    after = small_run(verdict(flow="a", value=20.0), verdict(flow=long, verdict=MISSED, value=1234567.0))
    shown = text(compare(before, after), every=True)
    assert shown.index("broken: 1 target") < shown.index("better: 1 target")
    assert max(map(len, shown.splitlines())) <= 100


def test_equal_digests_are_said() -> None:
    """Runs with the same samples are called so, and what differs in their making is listed."""
    run = small_run(verdict())
    other = replace(run, context=replace(run.context, seed=8, digest="f" * 64))
    assert "samples  identical" in text(compare(run, run))
    assert "7 → 8" in text(compare(run, other))
    assert not compare(run, other).same_digest


def test_json_holds_both_sides() -> None:
    """The JSON form counts changes and holds both verdicts of each target."""
    plain = json.loads(as_json(compare(small_run(verdict(value=40.0)), small_run(verdict(value=30.0)))))
    assert plain["counts"]["better"] == 1
    assert plain["targets"][0]["before"]["value"] == 40.0
    assert plain["targets"][0]["after"]["value"] == 30.0
    assert plain["worse"] is False
