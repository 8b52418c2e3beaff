"""Cross-checks of a real run: they agree, and when one of them is wrong every verdict is inconclusive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.support import lab
from twin.jobs.experiment.on_host import Side
from twin.jobs.verify import RunOptions, conclude, context_of
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome
from twin.model import Network
from twin.model.yaml import read
from twin.plan import plan

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
OPTIONS = RunOptions(seconds=3.0)


@pytest.fixture(scope="module")
def network() -> Network:
    """The minimal network on faster lines, whose queues drop nothing early: every second instrument has its place."""
    text = MINIMAL.read_text().replace(", discipline: fq-codel", "")
    return read(text.replace("down: 512 kbit/s, up: 256 kbit/s", "down: 8 Mbit/s, up: 800 kbit/s"), "faster.yaml")


@pytest.fixture(scope="module")
def side(network: Network) -> Side:
    """One side of a short run."""
    return lab.run(plan(network), OPTIONS.seconds, OPTIONS.seed).side


def _concluded(network: Network, side: Side) -> Run:
    context = context_of(network, OPTIONS, [side], datetime(2003, 6, 1, tzinfo=UTC), 0.0)
    return conclude(network, [plan(network)], [side], OPTIONS, context)


def test_witnesses_agree(network: Network, side: Side) -> None:
    """Delays alone and beside load, both ways, goodput, and every packet of the calls; so verdicts are given."""
    run = _concluded(network, side)
    assert [cross_check.instrument for cross_check in run.qos.certificate.cross_checks] == [
        *["irtt"] * 4, "iperf3", "switch ports"]
    assert run.qos.certificate.valid
    assert {verdict.verdict for verdict in run.verdicts} >= {Outcome.MET}


def _early(side: Side) -> Side:
    """irtt says of every way down that it is 1 % shorter."""
    assert side.echoes is not None
    return replace(side, echoes=replace(side.echoes, back=tuple(d * 99 // 100 for d in side.echoes.back)))


def _blind(side: Side) -> Side:
    """irtt has not seen that packets wait beside load."""
    assert side.echoes is not None
    least = min(side.echoes.there)
    return replace(side, echoes=replace(side.echoes, there=(least,) * len(side.echoes.there)))


def _generous(side: Side) -> Side:
    """iperf3 has counted 4 % more."""
    assert side.downloads is not None and side.downloads.iperf3 is not None
    progress = side.downloads.iperf3
    more = replace(progress, total=tuple(total * 104 // 100 for total in progress.total))
    return replace(side, downloads=replace(side.downloads, iperf3=more))


def _miscounted(side: Side) -> Side:
    """The switch port before a line has let one packet more through."""
    more = tuple(replace(c, packets=c.packets + 1) if (c.span, c.forward, c.band) == ("homes-1", True, 0) else c
                 for c in side.closed)
    return replace(side, closed=more)


def _careless(side: Side) -> Side:
    """Our own receiver has missed one packet."""
    name = "homes-2.call.down"
    counters = {**side.tallies[name], "received": side.tallies[name]["received"] - 1}
    return replace(side, tallies={**side.tallies, name: counters})


@pytest.mark.parametrize("lie", [_early, _blind, _generous, _miscounted, _careless])
def test_one_witness_that_lies_leaves_nothing_concluded(
    network: Network, side: Side, lie: Callable[[Side], Side]
) -> None:
    """Whichever it is: the certificate is void, every verdict is inconclusive, and the exit code says so."""
    run = _concluded(network, lie(side))
    assert not run.qos.certificate.valid
    assert sum(not cross_check.holds for cross_check in run.qos.certificate.cross_checks) >= 1
    assert {verdict.verdict for verdict in run.verdicts} == {Outcome.INCONCLUSIVE}
    assert run.exit_code == 5
