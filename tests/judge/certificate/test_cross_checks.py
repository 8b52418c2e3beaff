"""Two witnesses for a figure: what counts as agreement, and that a witness who lies makes the run worth nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import pytest

from tests.judge.case import Case
from traffic.sample_files import Bytes
from twin.core.units import Ratio, Size, Time
from twin.judge.certificate.certificate import certify
from twin.judge.certificate.cross_checks import (
    Arrived,
    Delays,
    deliveries,
    explained_goodput,
    goodputs,
    least_delay,
    mean_delay,
    steady_goodput,
)
from twin.judge.verdict import CrossCheck, Probe
from twin.model import DEFAULT_ATTACKS, Impairments
from twin.plan.blueprint import Blueprint, BulkTransfer, ForgedPackets, Traffic
from twin.plan.queue_and_airtime_counters import QueueCounters

MS, S = 1_000_000, 1_000_000_000
CALLS = ("homes-1.call.down", "shops-1.call.down")


def counts(blueprint: Blueprint, packets: int) -> list[QueueCounters]:
    """The first class's queue before each line has let through so many packets; the gate's, twice as many."""
    lines = [QueueCounters(line, True, 0, 0, packets, 0) for line in ("homes-1", "shops-1")]
    gate = next(host.span for host in blueprint.hosts if host.name == "gate")
    return [*lines, QueueCounters(gate, True, 0, 0, 2 * packets, 0)]


def arrived(received: int, *, duplicates: int = 0) -> dict[str, Arrived]:
    """Every call's receiver has counted so many packets."""
    return {f"{line}.call.{way}": Arrived(received, duplicates)
            for line in ("homes-1", "shops-1") for way in ("down", "up")}


@pytest.mark.parametrize(("theirs", "holds"), [(9.234, True), (9.24, True), (9.27, False), (9.1, False)])
def test_least_delays_agree_to_a_tenth_of_a_percent(theirs: float, holds: bool) -> None:
    """And a microsecond a span, beside it."""
    check = least_delay("delay", [round(9.234 * MS), 12 * MS], [round(theirs * MS), 40 * MS], 4)
    assert (check.ours, check.theirs, check.holds) == (9.234, theirs, holds)


def test_a_silent_witness_does_not_agree() -> None:
    """Neither ours nor the other may say nothing."""
    assert not least_delay("delay", [], [9 * MS], 4).holds
    assert not least_delay("delay", [9 * MS], [], 4).holds
    assert not goodputs("goodput", None, Bytes((0, S), (0, 9)), (0, S), 1500).holds


@pytest.mark.parametrize(("theirs", "holds"), [(2_000_000, True), (1_980_000, True), (1_960_000, False)])
def test_goodputs_agree_to_the_blocks_that_are_counted(theirs: int, holds: bool) -> None:
    """4 s of a line: one percent, and four packets, as both programs count two at a time at either end."""
    ours, other = (Bytes((0, 4 * S), (0, total // 8 * 4)) for total in (2_000_000, theirs))
    check = goodputs("goodput", ours, other, (0, 4 * S), 1500)
    assert check.tolerance == pytest.approx(0.016)
    assert (check.ours, check.holds) == (2_000, holds)


def test_goodput_is_taken_between_two_counts() -> None:
    """Not before the first, and none where there are not two."""
    progress = Bytes((S, 2 * S, 3 * S), (100_000, 350_000, 600_000))
    assert steady_goodput(progress, 0, 4 * S) == 2_000_000
    assert steady_goodput(progress, 2 * S, 3 * S) == 2_000_000
    assert steady_goodput(progress, 2 * S + 1, 4 * S) is None


@pytest.mark.parametrize(("bounds", "holds"), [((1_900_000, 2_100_000), True), ((2_100_000, 2_300_000), False)])
def test_a_goodput_is_held_against_what_theory_allows(bounds: tuple[float, float], holds: bool) -> None:
    """2 Mbit/s for 4 s, and a range that holds it or not."""
    progress = Bytes((0, 4 * S), (0, 1_000_000))
    assert explained_goodput("goodput", progress, (0, 4 * S), 1500, bounds).holds is holds


def waits(seed: int, interval: float) -> Delays:
    """What packets sent at an interval of so many ms take through a queue that others fill to 0.6 at random, 1 ms each;
    the others' are the same whoever looks at them."""
    chance = random.Random(seed)
    others = list(accumulate(chance.expovariate(0.6) for _ in range(2000)))
    sent, delays, begun, free = [interval * k for k in range(1, 250)], [], 0, 0.0
    for moment in sent:
        while others[begun] < moment:
            free, begun = max(free, others[begun]) + 1.0, begun + 1
        delays.append(3.0 + max(0.0, free - moment))
    return Delays([round(moment * MS) for moment in sent], [round(delay * MS) for delay in delays])


@pytest.mark.parametrize("interval", [0.5, 4.0])
def test_means_of_one_queue_agree_as_chance_lets_them(interval: float) -> None:
    """Two senders beside each other, as irtt and we are: of a hundred runs none is refused, and a queue that the other
    does not see, or a clock that goes a quarter too fast, always is."""
    for seed in range(100):
        ours, theirs = waits(seed, 0.947 * interval), waits(seed, interval)
        assert mean_delay("mean", ours, theirs, 4).holds
        for wrong in ([3 * MS] * len(theirs.sent), [delay * 5 // 4 for delay in theirs.delays]):
            assert not mean_delay("mean", ours, theirs._replace(delays=wrong), 4).holds


def test_a_mean_without_packets_holds_nothing() -> None:
    """Neither where one sender has none, nor where both have none."""
    nothing, ours = Delays((), ()), Delays((0, MS), (MS, MS))
    assert not mean_delay("mean", ours, nothing, 4).holds
    assert not mean_delay("mean", nothing, ours, 4).holds
    assert not mean_delay("mean", nothing, nothing, 4).holds


def test_packets_are_counted_to_the_last(case: Case) -> None:
    """What the switch ports handed over is what the receivers counted, and the datagram that opened each way."""
    blueprint = case.blueprint
    before, after = counts(blueprint, 7), counts(blueprint, 7 + 3_001)
    (check,) = deliveries(blueprint, arrived(3_000), before, after)
    assert (check.ours, check.theirs, check.holds, check.tolerance) == (12_004, 12_004, True, 0)
    assert check.what == "packets of class voice at 3 hosts"
    (again,) = deliveries(blueprint, arrived(2_990, duplicates=10), before, after)
    assert again.holds


def test_a_packet_that_nobody_received_is_named(case: Case) -> None:
    """One packet less at one receiver, and the host stands in a row of its own; sums that cancel hide nothing."""
    blueprint = case.blueprint
    counted = arrived(3_000) | {CALLS[0]: Arrived(2_999, 0), CALLS[1]: Arrived(3_001, 0)}
    whole, *single = deliveries(blueprint, counted, counts(blueprint, 0), counts(blueprint, 3_001))
    assert whole.holds
    assert [(check.what, check.ours, check.theirs, check.holds) for check in single] == [
        ("packets of class voice at homes-1", 3_000, 3_001, False),
        ("packets of class voice at shops-1", 3_002, 3_001, False)]


def test_what_is_not_all_ours_is_not_compared(case: Case) -> None:
    """A class in which a host also has TCP or forged packets is left out, and so is one without a queue of its own."""
    blueprint = case.blueprint

    def others(traffic: Traffic) -> Blueprint:
        flows = [replace(flow, traffic=traffic, service_class="voice") if flow.workload == "download" else flow
                 for flow in blueprint.flows]
        return replace(blueprint, flows=tuple(flows))

    for traffic in (ForgedPackets(Size(60), Time(1), DEFAULT_ATTACKS), BulkTransfer()):
        mixed = others(traffic)
        checks = deliveries(mixed, arrived(3_000), counts(mixed, 0), counts(mixed, 3_001))
        assert all("homes" not in check.what for check in checks)
    assert deliveries(blueprint, arrived(3_000), (), ()) == ()


def _verdict(*cross_checks: CrossCheck) -> Sequence[str]:
    return certify("virtual", [Probe.of("a", 1.0, 1.0, "ms", 0.01)], 0, 0, cross_checks).reasons


def test_a_witness_that_lies_voids_the_certificate(case: Case) -> None:
    """Nothing is concluded where two instruments disagree, and the reason names both figures."""
    good = least_delay("least one-way delay", [9 * MS], [9 * MS], 4)
    assert _verdict(good) == ()
    lie = least_delay("least one-way delay", [9 * MS], [8 * MS], 4)
    (reason,) = _verdict(good, lie)
    assert reason.startswith("least one-way delay: our instrument says 9 ms, irtt 8 ms, more than 0.144 % apart")
    (silent,) = _verdict(least_delay("least one-way delay", [9 * MS], [], 4))
    assert silent == "least one-way delay: our instrument says 9 ms, irtt nothing"
    lost = deliveries(case.blueprint, arrived(2_000), counts(case.blueprint, 0), counts(case.blueprint, 3_001))
    assert any("packets of class voice at homes-1: our instrument says 2001, switch port 3001" in check
               for check in _verdict(*lost))


def test_an_opening_that_may_have_been_lost_is_no_contradiction(case: Case) -> None:
    """Where a span on the way loses packets, the datagram that opens a way may never have come: one less, no more."""
    half = Impairments(loss=Ratio(500_000))
    lossy = replace(case.blueprint, spans=tuple(replace(span, forward=replace(span.forward, impairments=half))
                                                if span.name != "homes-1" else span for span in case.blueprint.spans))
    for through, holds in ((3_001, True), (3_000, True), (2_999, False), (3_002, False)):
        checks = deliveries(lossy, arrived(3_000), counts(lossy, 0), counts(lossy, through))
        assert all(check.holds for check in checks) is holds and checks


def test_copies_void_the_certificate() -> None:
    """Nothing in a network copies packets."""
    assert certify("virtual", [Probe.of("a", 1.0, 1.0, "ms", 0.01)], 0, 0, copies=3).reasons == (
        "3 packets arrived twice",)


def test_a_figure_that_stands_alone_voids_nothing() -> None:
    """A network of which nothing can be probed is not refused: the report names what is not checked."""
    certificate = certify("virtual", [], 0, 0, unchecked=("the way loses 99 %",))
    assert certificate.valid and certificate.unchecked == ("the way loses 99 %",)
    assert certify("virtual", [], 0, 0).reasons == ("nothing was calibrated",)
