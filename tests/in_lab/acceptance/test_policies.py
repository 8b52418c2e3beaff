"""Policies compared on one load: the promise that one policy keeps and another breaks, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from twin.jobs.compare_policies import compare_policies
from twin.jobs.verify import RunOptions
from twin.judge.verdict import Outcome
from twin.model.yaml import load
from twin.report.policy_comparison import Contest

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
NAMES = ("none", "hfsc", "strict")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contest, Path]:
    """A call and a download on a 512 kbit/s line, under three policies; and the folder."""
    network, out = load(MINIMAL), tmp_path_factory.mktemp("policies")
    return compare_policies(network, out, NAMES, RunOptions(seconds=10)), out


def test_without_qos_the_call_is_ruined_and_with_it_it_is_not(made: tuple[Contest, Path]) -> None:
    """The contrast comes last: calls wait for the whole queue there, and for one packet elsewhere."""
    contest, _ = made
    assert contest.rivals[-1].policy == "none"
    assert {rival.policy for rival in contest.rivals if not rival.counts.missed} == {"strict", "hfsc"}
    (delay,) = (line for line in contest.lines if line.metric.value == "mean-delay")
    outcomes = {rival.policy: cell.counts.outcome for rival, cell in zip(contest.rivals, delay.cells, strict=True)}
    assert outcomes == {"strict": Outcome.MET, "hfsc": Outcome.MET, "none": Outcome.MISSED}


def test_one_report_shows_all_and_each_has_its_own(made: tuple[Contest, Path]) -> None:
    """In the folder: the comparison in three forms, and a whole run for each policy."""
    contest, out = made
    assert all((out / f"policies.{kind}").stat().st_size for kind in ("html", "txt"))
    told = json.loads((out / "policies.json").read_text())
    assert [one["policy"] for one in told["policies"]] == [rival.policy for rival in contest.rivals]
    assert all((out / name / "report.html").exists() for name in NAMES)
