"""Targets against policies: the best policy first, every target under every policy, in text, JSON and HTML."""

from __future__ import annotations

from dataclasses import replace

from tests.report.sample import small_run, verdict
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict
from twin.model import Metric, Name, Policy
from twin.report import policy_comparison
from twin.report.page import html
from twin.report.policy_comparison import PolicyComparison


def run(policy: Policy, *verdicts: Verdict) -> Run:
    """A run under a policy."""
    whole = small_run(*verdicts)
    return replace(whole, blueprint=replace(whole.blueprint, policy=policy))


LATE = {"value": 412.0, "verdict": Outcome.MISSED}
PAGE = {"workload": "portal", "service": "portal", "metric": Metric.PAGE_TIME, "target": 2000.0, "value": 300.0}


def comparison() -> PolicyComparison:
    """One policy that spoils both calls, one that spoils one, one that keeps all."""
    return policy_comparison.compare([
        run(Policy.NONE, verdict(**LATE), verdict(flow="b", **LATE), verdict(**PAGE)),
        run(replace(Policy.QOS, name=Name("drr")), verdict(), verdict(flow="b", **LATE), verdict(**PAGE)),
        run(Policy.QOS, verdict(), verdict(flow="b", value=40.0), verdict(**PAGE)),
    ])


def test_the_policy_that_misses_fewest_targets_comes_first() -> None:
    """Then the one that breaks fewer; the headline names those that keep everything."""
    assert [result.policy for result in comparison().results] == ["strict", "drr", "none"]
    assert policy_comparison.headline(comparison()) == "All 3 targets are met under strict."


def test_a_line_shows_the_worst_flow_of_a_target_under_each_policy() -> None:
    """Two calls of one target are one line; another workload is another."""
    calls, pages = comparison().lines
    assert [cell.worst.value if cell.worst else None for cell in calls.cells] == [40.0, 412.0, 412.0]
    assert [str(cell.counts) for cell in calls.cells] == ["2 met, 0 missed", "1 met, 1 missed", "0 met, 2 missed"]
    assert {cell.counts.outcome for cell in pages.cells} == {Outcome.MET}


def test_a_target_that_a_policy_never_judged_is_empty() -> None:
    """It is neither met nor missed there."""
    half = policy_comparison.compare([run(Policy.QOS, verdict(), verdict(**PAGE)), run(Policy.NONE, verdict())])
    assert policy_comparison.cell_text(half.lines[1].cells[1]) == "–"


def test_what_is_inconclusive_is_not_missed() -> None:
    """The headline says so, and what would help."""
    doubtful = verdict(flow="b", verdict=Outcome.INCONCLUSIVE)
    assert policy_comparison.headline(policy_comparison.compare([run(Policy.QOS, verdict(), doubtful)])) == (
        "No target is missed under strict, but 1 of 2 are inconclusive: run for longer.")
    only = [run(Policy.NONE, verdict(), verdict(flow="b", **LATE))]
    assert policy_comparison.headline(policy_comparison.compare(only)) == (
        "No policy meets all targets; none misses fewest: 1 of 2.")


def test_the_table_has_a_column_for_each_policy() -> None:
    """In text and in JSON alike."""
    text, plain = policy_comparison.text(comparison()), policy_comparison.plain(comparison())
    assert "call mean delay" in text
    assert "40 ms ✓" in text
    assert "412 ms ✗" in text
    assert [row["policy"] for row in plain["policies"]] == ["strict", "drr", "none"]
    assert plain["targets"][0]["under"]["none"] == {
        "worst": 412.0, "unit": "ms", "predicted": 30.9, "flow": "b", "verdict": "missed", "met": 0, "missed": 2,
        "inconclusive": 0}


def test_the_page_links_the_report_of_each_policy() -> None:
    """And colours each cell by what follows from it."""
    page = html.render_policies(comparison())
    assert all(f'href="{name}/report.html"' in page for name in ("strict", "drr", "none"))
    assert '<td class="missed"' in page
    assert "one queue for all" not in page or "none" in page
