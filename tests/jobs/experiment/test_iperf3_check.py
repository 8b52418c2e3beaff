"""How long the two downloads last that are compared: no longer than their comparison needs."""

from __future__ import annotations

from pathlib import Path

from twin.core.units import NS_PER_S
from twin.jobs.experiment.instrument_plan import instrument_plan
from twin.jobs.experiment.iperf3_check import DownloadPlan
from twin.model.yaml import read
from twin.plan import plan

CHAIN = (Path(__file__).parents[3] / "benchmarks" / "networks" / "chain.yaml").read_text()
FAST = "100 Mbit/s"
RUN = 60.0


def downloads(rate: str = FAST, *, virtual: bool = True) -> DownloadPlan:
    """The downloads of a run over nine spans of this rate."""
    planned = instrument_plan(plan(read(CHAIN.replace(FAST, rate), "chain.yaml")), RUN, virtual=virtual)
    assert planned.downloads is not None, planned.unchecked
    return planned.downloads


def test_a_fast_line_needs_two_reports_of_iperf3() -> None:
    """Two of ten in a second are always within a quarter of a second, and 800 segments of 100 Mbit/s between them; on
    the wall clock reports may be late, and on a slow line there are fewer segments."""
    planned = downloads(), downloads(virtual=False), downloads("20 Mbit/s")
    assert [(each.end - each.begin) / NS_PER_S for each in planned] == [0.25, 0.45, 0.45]
