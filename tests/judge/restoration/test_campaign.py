"""Conclusions of a campaign: times by lost packets, worst first, and what no longer holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from traffic.sample_files import LOST, Packets, Viewed
from twin.core.units import NS_PER_MS, Size, Time
from twin.judge.restoration.campaign import conclude, expected, losses, probe_seen
from twin.judge.restoration.failure_results import INTACT, Campaign, Observed, ProbeSeen, Reversion
from twin.judge.verdict import Outcome, Verdict
from twin.model import Healing, Metric, Network, Protection
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import RestorationProbe
from twin.plan.failures.failure_scenarios import DoubleFailure, Failure, double_failures

MS = Time(NS_PER_MS)
SPAN, OTHER = Failure("north-east", False, True), Failure("east-west", False, True)
LEAF = Failure("internet-uplink", False, False)


@pytest.fixture(scope="module")
def network() -> Network:
    """The smallest network."""
    return load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")


def seen(cut: Failure | DoubleFailure | None, *gaps: int, back: bool = True, lost: int = 0, value: float = 0.0,
         doubts: tuple[str, ...] = (), delivered: dict[str, bool] | None = None) -> Observed:
    """What a lab saw: a probe of class voice a gap, and packets that a call lost."""
    probes = tuple(ProbeSeen(f"p{n}", "voice", "cut", sent=100, lost=gap, gap=gap, recovered=back, duplicated=0,
                             reordered=0) for n, gap in enumerate(gaps))
    verdict = Verdict("telephony", "call", "homes-1.call.up", source="homes-1", sink="softswitch",
                      metric=Metric.MEAN_DELAY, lower=True, target=100.0, value=value, unit="ms", samples=10,
                      confidence=None, verdict=Outcome.INCONCLUSIVE)
    return Observed("k", cut.key if cut else INTACT, "d", doubts, None, probes=probes,
                    losses={"homes-1.call.up": lost}, verdicts=(verdict,), delivered=delivered or {})


def concluded(network: Network, *observed: Observed) -> Campaign:
    """The campaign of these."""
    blueprint = plan(network)
    return conclude(network, blueprint, 10.0, 1, [seen(None), *observed], double_failures(blueprint, nodes=False))


def test_a_probe_tells_its_longest_gap() -> None:
    """And whether anything came after it."""
    blueprint = plan(load(Path(__file__).parents[3] / "topologies" / "minimal.yaml"))
    probe = RestorationProbe(Size(64), Time(1_000_000), phase="cut")
    flow = replace(blueprint.flows[0], name="p.cut", traffic=probe)
    tally = {"duplicates": 1, "reordered": 2}
    packets = Packets(tuple(range(8)), (1, LOST, 3, LOST, LOST, LOST, 7, 8), 64)
    observed = probe_seen(flow, probe, packets, tally)
    assert observed.stretch == "cut"
    assert (observed.sent, observed.lost, observed.gap) == (8, 4, 3)
    assert (observed.recovered, observed.duplicated, observed.reordered) == (True, 1, 2)
    assert not probe_seen(flow, probe, Packets((0, 1), (1, LOST), 64), tally).recovered


def test_losses_are_those_beyond_a_quiet_stretch() -> None:
    """A call that always loses one packet in ten loses nothing by the cut."""
    blueprint = plan(load(Path(__file__).parents[3] / "topologies" / "minimal.yaml"))
    flow = next(flow for flow in blueprint.flows if flow.name.endswith("call.up"))
    sent = tuple(range(40))
    steady = Packets(sent, tuple(LOST if s % 10 == 0 else s for s in sent), 200)
    hit = Packets(sent, tuple(LOST if s % 10 == 0 or 25 <= s < 28 else s for s in sent), 200)
    assert losses([flow], {flow.name: steady}, 20, 40, 0) == {}
    assert losses([flow], {flow.name: hit}, 20, 40, 0) == {flow.name: 3}


def test_a_channel_change_beside_a_cut_is_no_loss() -> None:
    """What was sent before a channel's first packet came is missed by nobody; what is missing in its midst is lost."""
    blueprint = plan(load(Path(__file__).parents[3] / "topologies" / "minimal.yaml"))
    flow = next(flow for flow in blueprint.flows if flow.name.endswith("call.up"))
    sent = tuple(range(40))
    joined = tuple(0 if at < 22 else 22 for at in sent)
    changing = tuple(LOST if 22 <= at < 25 else at for at in sent)
    assert losses([flow], {flow.name: Viewed(joined, sent, changing, (0,) * 40, 1316)}, 20, 40, 0) == {}
    cut = tuple(LOST if 22 <= at < 25 or 30 <= at < 32 else at for at in sent)
    assert losses([flow], {flow.name: Viewed(joined, sent, cut, (0,) * 40, 1316)}, 20, 40, 0) == {flow.name: 2}


def test_the_worst_comes_first_and_what_never_healed_before_it(network: Network) -> None:
    """Of the probes of a class the slowest tells; whom a cut takes services from comes before a time."""
    failures = concluded(network, seen(OTHER, 15, 16), seen(LEAF), seen(SPAN, 15, back=False)).failures
    assert [failure.cut for failure in failures] == [SPAN, LEAF, OTHER]
    assert [(failure.restored, failure.restoration_time) for failure in failures] == [
        (False, 0), (True, None), (True, 16 * MS)]


@pytest.mark.parametrize(("observed", "code"), [
    ((seen(SPAN, 15),), 0), ((seen(SPAN, 51),), 1), ((seen(SPAN, 15, back=False),), 1), ((seen(LEAF),), 0),
    ((seen(SPAN, 15, doubts=("a timer was late",)),), 5)])
def test_the_exit_code_tells_whether_the_goal_was_met(network: Network, observed: tuple[Observed, ...], code: int
                                                      ) -> None:
    """Where there is another way; a run that cannot be trusted concludes nothing."""
    assert concluded(network, *observed).exit_code == code


def test_a_promise_that_the_cut_breaks_is_named_once_for_all_flows(network: Network) -> None:
    """With the worst value beside the intact one; who is cut off is not counted among them."""
    (failure,) = concluded(network, seen(SPAN, 15, value=120.0, lost=2)).failures
    (broken,) = failure.violated
    assert (broken.workload, broken.metric, broken.flows, broken.worst, broken.intact) == (
        "call", Metric.MEAN_DELAY, 1, 120.0, 0.0)
    assert failure.lost == 2
    dead = Failure("east", True, True)
    (cut_off,) = concluded(network, seen(dead, value=120.0, lost=2)).failures
    assert cut_off.isolation.lines and not cut_off.violated and cut_off.lost == 0


@pytest.mark.parametrize(("healing", "time"), [
    (Healing.FAST_FAILOVER, 15 * MS), (Healing.CONTROLLER, 42 * MS), (Healing.NONE, None)])
def test_what_is_expected_is_the_sum_of_the_stated_figures(healing: Healing, time: int | None) -> None:
    """Detection, and the switch's time or the controller's and its rounds'."""
    stated = Protection(healing, Time(10 * MS), Time(5 * MS), Time(20 * MS), Time(4 * MS))
    assert expected(stated, 3) == time


def test_the_return_is_told_with_what_was_sent_and_what_may_be_overtaken(network: Network) -> None:
    """Of all probes that ran then; about the cut apart from that."""
    observed = seen(SPAN, 15)
    back = ProbeSeen("q", "voice", "return", sent=330, lost=1, gap=1, recovered=True, duplicated=2, reordered=3,
                     max_reordered=4, max_delay=700_000)
    at_cut = replace(observed.probes[0], duplicated=5, reordered=6)
    (failure,) = concluded(network, replace(observed, probes=(at_cut, back, back))).failures
    assert failure.reversion == Reversion(660, 2, 4, 6, 8, 700_000)
    (voice,) = (each for each in failure.classes if each.service_class == "voice")
    assert (voice.duplicated, voice.reordered) == (5, 6)
