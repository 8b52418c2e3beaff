"""The screen of `twin watch`."""

from __future__ import annotations

from pathlib import Path

import pytest

from traffic.live.window import FlowWindow, Window
from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Ratio, Time
from twin.judge.live.sliding_window import SlidingWindow
from twin.judge.live.view import Reading, View, view
from twin.model import FaultKind, Impairments, Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import FaultPlan
from twin.plan.queue_and_airtime_counters import QueueCounters
from twin.report.terminal.live_view import render

NETWORK = load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")
BLUEPRINT = plan(NETWORK)
ORIGIN = 1_000 * NS_PER_S
CUT = FaultPlan(Time(0), FaultKind.CUT, "north-east")


def seen(*, lost: int = 0, lateness: int = 1000, faults: tuple[FaultPlan, ...] = ()) -> View:
    """Ten seconds of a call whose packets take 30 ms; of the first 5 x `lost`, every fifth does not arrive."""
    sent = tuple(range(0, 10 * NS_PER_S, 20 * NS_PER_MS))
    gone = range(0, 5 * lost, 5)
    received = tuple(LOST if number in gone else at + 30 * NS_PER_MS for number, at in enumerate(sent))
    sliding = SlidingWindow(10)
    sliding.add(Window(1, ORIGIN + 10 * NS_PER_S, lateness,
                       {"homes-1.call.up": FlowWindow(ORIGIN, Packets(sent, received, 200))}))
    before = Reading(ORIGIN, (QueueCounters("homes-1", True, 0, 0, 0, 0), QueueCounters("homes-1", True, 1, 0, 0, 0)))
    now = Reading(ORIGIN + NS_PER_S, (QueueCounters("homes-1", True, 0, size=12_500, packets=50, drops=0, backlog=0),
                                      QueueCounters("homes-1", True, 1, size=12_500, packets=9, drops=3, backlog=500)))
    return view(NETWORK, BLUEPRINT, sliding, (before, now), faults=faults)


def test_it_shows_fidelity_spans_and_targets_of_what_runs() -> None:
    """100 of 512 kbit/s in each class, three packets dropped; a mean delay that is met, a tail that is unknown."""
    loss = FaultPlan(Time(0), FaultKind.DEGRADE, "homes-1", impairments=Impairments(loss=Ratio(10_000)))
    screen = render(NETWORK, seen(faults=(loss, CUT)))
    assert "1 flow in the last 10 s; cut: north-east; degraded: homes-1 losing 1 %" in screen
    assert "trusted: no timer was late by more than 1 µs; stolen time is not counted on this machine" in screen
    (span,) = [line for line in screen.splitlines() if "homes-1 to" in line]
    assert " 39% ########............ 3 dropped, voice 100 kbit/s, data 100 kbit/s" in span
    (delay,) = [line for line in screen.splitlines() if "mean delay" in line]
    assert "30 ms ≤ 100 ms" in delay and delay.endswith("✓ 1 met")
    assert "download" not in screen


def test_a_target_that_is_missed_is_shown_as_missed() -> None:
    """A fifth of all packets lost: within seconds that is beyond doubt."""
    screen = render(NETWORK, seen(lost=100), colours=True)
    (loss,) = [line for line in screen.splitlines() if " loss " in line]
    assert "20 % ≤ 0.1 %" in loss and "\x1b[31m✗ 1 missed\x1b[0m" in loss


@pytest.mark.parametrize("lateness", [21 * NS_PER_MS, NS_PER_S])
def test_nothing_is_judged_where_the_clock_cannot_be_trusted(lateness: int) -> None:
    """A timer of the generators was late by more than a scheduling round: everything is unknown, and why is said."""
    untrusted = seen(lost=100, lateness=lateness)
    assert {verdict.verdict.value for verdict in untrusted.verdicts} == {"inconclusive"}
    assert "NOT TRUSTED, nothing is judged: a timer was late by" in render(NETWORK, untrusted)


def test_an_empty_twin_has_an_empty_screen() -> None:
    """Before the first window: no flow, no span, no target."""
    still = Reading(ORIGIN, ())
    screen = render(NETWORK, view(NETWORK, BLUEPRINT, SlidingWindow(10), (still, still)))
    assert "0 flows" in screen and "none that is measured" in screen


def test_limits_are_computed_of_what_is_judged() -> None:
    """Figures are those of all metrics; limits cost most of the time, and only a verdict shows them."""
    (call,) = seen(lost=100).flows
    judged = {verdict.metric for verdict in seen(lost=100).verdicts}
    assert {Metric.JITTER, Metric.MEAN_DELAY} <= call.values.keys()
    assert call.intervals.keys() == judged and Metric.JITTER not in judged
