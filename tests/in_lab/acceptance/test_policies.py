"""Policies compared on one load: the promise that one policy keeps and another breaks, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from twin.jobs.compare_policies import compare_policies
from twin.jobs.verify import RunOptions
from twin.judge.verdict import Outcome
from twin.model.yaml import load
from twin.report.policy_comparison import PolicyComparison

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
NAMES = ("none", "hfsc", "strict")


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> tuple[PolicyComparison, Path]:
    """A call and a download on a 512 kbit/s line, under three policies; and the folder."""
    network, out = load(MINIMAL), tmp_path_factory.mktemp("policies")
    return compare_policies(network, out, NAMES, RunOptions(seconds=30)), out


def test_without_qos_the_call_is_ruined_and_with_it_it_is_not(comparison: tuple[PolicyComparison, Path]) -> None:
    """The baseline comes last: calls wait for the whole queue there, and for one packet elsewhere."""
    compared, _ = comparison
    assert compared.results[-1].policy == "none"
    assert {result.policy for result in compared.results if not result.counts.missed} == {"strict", "hfsc"}
    (delay,) = (line for line in compared.lines if line.metric.value == "mean-delay")
    outcomes = {result.policy: cell.counts.outcome for result, cell in zip(compared.results, delay.cells, strict=True)}
    assert outcomes == {"strict": Outcome.MET, "hfsc": Outcome.MET, "none": Outcome.MISSED}


def test_one_report_shows_all_and_each_has_its_own(comparison: tuple[PolicyComparison, Path]) -> None:
    """In the folder: the comparison in three forms, and a whole run for each policy."""
    compared, out = comparison
    assert all((out / f"policies.{kind}").stat().st_size for kind in ("html", "txt"))
    stored = json.loads((out / "policies.json").read_text())
    assert [row["policy"] for row in stored["policies"]] == [result.policy for result in compared.results]
    assert all((out / name / "report.html").exists() for name in NAMES)
