"""The terminal table: what it says first, what it never leaves out, and how wide it may be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.sample import AIR, sample_run, small_run, verdict
from twin.judge.verdict import CellLoad, Certificate, Outcome
from twin.model import Metric
from twin.report.language import wording
from twin.report.terminal import verdict_table

ESCAPE = re.compile("\x1b\\[\\d+m")


def test_fidelity_comes_first() -> None:
    """The first line says whether the emulation can be trusted at all."""
    run = sample_run()
    doubted = replace(run, qos=replace(run.qos, certificate=Certificate(False, "wall", (), 0, 3, ("3 strays",))))
    assert verdict_table.render(run).startswith("fidelity passed:")
    assert verdict_table.render(doubted).startswith("fidelity FAILED:")
    assert "failed its fidelity checks" in verdict_table.render(doubted)


@pytest.mark.parametrize("every", [False, True])
def test_fits_a_hundred_columns(every: bool) -> None:
    """No line is longer than 100 characters, whatever the names."""
    long = verdict(workload="w" * 40, flow="f" * 90, source="s" * 60, sink="t" * 60, reason="word " * 60)
    for run in (sample_run(), small_run(long, replace(long, verdict=Outcome.MISSED))):
        assert max(map(len, verdict_table.render(run, every=every, where="runs/x/report.html").splitlines())) <= 100


def test_colours_change_nothing_but_colours() -> None:
    """Without its escapes, the coloured table is the plain one; the plain one has no escape."""
    run = sample_run()
    assert ESCAPE.sub("", verdict_table.render(run, colours=True)) == verdict_table.render(run)
    assert "\x1b" not in verdict_table.render(run)
    assert "\x1b" in verdict_table.render(run, colours=True)


def test_worst_row_first() -> None:
    """Within a service the missed rows come before the inconclusive ones, and these before the met."""
    met = verdict()
    missed = verdict(flow="b", metric=Metric.LOSS, unit="ppm", target=1000.0, value=5000.0, verdict=Outcome.MISSED)
    unsure = verdict(flow="c", metric=Metric.JITTER, verdict=Outcome.INCONCLUSIVE, reason="too few")
    lines = verdict_table.render(small_run(met, unsure, missed)).splitlines()
    signs = [line[0] for line in lines if line[:2] in ("✓ ", "✗ ", "? ")]
    assert signs == ["✗", "?", "✓"]


def test_of_flows_that_are_as_good_the_one_that_qos_saved_is_shown() -> None:
    """Two calls lose nothing; without QoS one of them would have lost half its packets."""
    calm, saved = (verdict(flow=flow, metric=Metric.LOSS, unit="ppm", target=1000.0, value=0.0, baseline=baseline)
                   for flow, baseline in (("a", 0.0), ("b", 500_000.0)))
    (row,) = (line for line in verdict_table.render(small_run(calm, saved)).splitlines() if line.startswith("✓ "))
    assert "50 %" in row


def test_every_verdict_is_listed_on_demand() -> None:
    """With `every`, each verdict has its line; without, met rows show no detail."""
    run = sample_run()
    listed = [line for line in verdict_table.render(run, every=True).splitlines() if re.match(r"    [✓✗?] ", line)]
    assert len(listed) == len(run.verdicts)
    assert "    ✓" not in verdict_table.render(run)


def test_says_where_a_target_proves_nothing() -> None:
    """A target that the baseline meets too is marked; one that it misses is not."""
    idle, telling = verdict(proves_qos=False), verdict(proves_qos=True)
    assert "no evidence for QoS" in verdict_table.render(small_run(idle))
    assert "no evidence for QoS" not in verdict_table.render(small_run(telling))
    missed = replace(idle, verdict=Outcome.MISSED)
    assert "no evidence for QoS" not in verdict_table.render(small_run(missed))


def test_no_verdict_is_said() -> None:
    """A run without verdicts does not look like a success."""
    assert "Nothing was judged" in verdict_table.render(small_run())


def test_line_reads_like_a_sentence() -> None:
    """One verdict on one line: service, ends, metric, value, target, outcome, samples and baseline."""
    assert wording.line(verdict(predicted=None)) == (
        "telephony  softswitch -> mazamet-2048-1  mean one-way delay 31.2 ms <= 100 ms  met  "
        "(3000 samples; 412 ms without QoS)")


def test_a_value_beside_its_target_never_looks_equal_to_it() -> None:
    """100.004 ms against 100 ms is missed, so it is not written as 100 ms."""
    assert wording.show_beside(100.004, "ms", 100.0) == "100.004 ms"
    assert wording.show_beside(100.0, "ms", 100.0) == "100 ms"
    assert wording.show_beside(31.2, "ms", 100.0) == "31.2 ms"


@given(st.text(max_size=300), st.integers(min_value=1, max_value=60))
def test_folding_keeps_all_words(words: str, width: int) -> None:
    """Folded lines are short enough and hold every character that is not a blank."""
    lines = verdict_table.fold(words, width)
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_the_air_has_a_line_about_the_busiest_cell() -> None:
    """With what all cells gave up; nothing in a network without cells."""
    def table_with(*air: CellLoad) -> str:
        run = sample_run()
        return " ".join(verdict_table.render(replace(run, qos=replace(run.qos, air=air))).split())

    line = "hill, busy 43.2% of the time (41.0% to 47.5% predicted), 5 000 frames, 3.00% collided, 168 retransmitted"
    assert f"airtime {line}, 2 dropped" in table_with(AIR)
    assert f"airtime 2 cells, 4 dropped; the busiest is {line}" in table_with(replace(AIR, cell="vale", busy=0.2), AIR)
    assert "airtime" not in table_with()
