"""Spans and lines at a lower rate: what follows, what stays, and what they cannot fall to."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.core.errors import TopologyError
from twin.core.units import Rate, Ratio, Time
from twin.model import BUILT_IN, FaultKind, Impairments
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan, SpanPlan
from twin.plan.failures.degradation import CannotDegrade, degraded, degraded_by_all
from twin.plan.failures.failure_scenarios import degradations

FILE = Path(__file__).parents[3] / "benchmarks" / "networks" / "degraded.yaml"
MBIT = 10**6


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """A fibre between switches, a DSL line, and two radio hops."""
    return plan(load(FILE))


def fall(span: str, rate: int = 0, up: int = 0, loss: int = 0) -> FaultPlan:
    """A span that is degraded."""
    return FaultPlan(Time(0), FaultKind.DEGRADE, span, node=None,
                     impairments=Impairments(loss=Ratio(loss)) if loss else None, rate=Rate(rate), up=Rate(up))


def span(blueprint: Blueprint, name: str) -> SpanPlan:
    """A span by its name."""
    return next(span for span in blueprint.spans if span.name == name)


def test_shapers_and_media_follow_and_queues_keep_their_bytes(blueprint: Blueprint) -> None:
    """Both ways of a span; everything else stands as it was."""
    fallen = degraded(blueprint, fall("core-edge", 10 * MBIT))
    before, after = (span(built, "core-edge") for built in (blueprint, fallen))
    assert after.forward.rate == after.reverse.rate == 10 * MBIT
    for was, now in ((before.a.scheduler, after.a.scheduler), (before.b.scheduler, after.b.scheduler)):
        assert was is not None and now is not None and now.rate == 10 * MBIT and now.bands == was.bands


def test_parts_of_a_span_are_parts_of_what_it_has(blueprint: Blueprint) -> None:
    """Under htb each class keeps its part of the lower rate."""
    shared = plan(load(FILE), BUILT_IN["htb"])
    before, after = (span(built, "core-edge").a.scheduler
                     for built in (shared, degraded(shared, fall("core-edge", 10 * MBIT))))
    assert before is not None and after is not None
    assert [band.guarantee for band in after.bands] == [band.guarantee // 10 for band in before.bands]


def test_a_line_falls_one_way_or_both(blueprint: Blueprint) -> None:
    """What is not said stays."""
    down = span(degraded(blueprint, fall("home-1", 512_000)), "home-1")
    both = span(degraded(blueprint, fall("home-1", 512_000, 128_000)), "home-1")
    assert (down.forward.rate, down.reverse.rate) == (512_000, 256_000)
    assert (both.forward.rate, both.reverse.rate) == (512_000, 128_000)
    assert both.b.scheduler is not None and both.b.scheduler.rate == 128_000


def test_a_hop_through_the_air_costs_the_airtime_of_the_slower_rate(blueprint: Blueprint) -> None:
    """Frame and acknowledgement, both ways; other cells are as they were. (The law: 1536 bytes at 2 Mbit/s.)"""
    low = degraded(blueprint, fall("pole-uplink", 2 * MBIT))
    hill, moor = low.cells
    assert hill == blueprint.cells[0] and {way.rate for way in moor.hop_directions} == {2 * MBIT}
    assert moor.hop_directions[0].airtime.of(1514) == 192_000 + 1536 * 4_000
    assert moor.hop_directions[0].ack_time - 2 * 33 == 10_000 + 192_000 + 14 * 4_000
    assert span(low, "pole-uplink").forward.rate == pytest.approx(1.741e6, rel=0.001)


def test_loss_alone_changes_no_rate(blueprint: Blueprint) -> None:
    """And several faults add up."""
    lossy = degraded_by_all(blueprint, [fall("core-edge", loss=10_000), fall("home-1", 512_000)])
    assert span(lossy, "core-edge").forward.impairments.loss == 10_000
    assert span(lossy, "core-edge").forward.rate == 100 * MBIT
    assert span(lossy, "home-1").forward.rate == 512_000


@pytest.mark.parametrize(("fault", "words"), [
    (fall("core-edge", 200 * MBIT), "core-edge cannot fall to 200 Mbit/s: it has 100 Mbit/s"),
    (fall("home-1", 512_000, 512_000), "home-1 cannot fall to 512 kbit/s: it has 256 kbit/s"),
    (fall("core-edge", 10 * MBIT, MBIT), "core-edge is not a line: its rate falls both ways; say rate, not up"),
    (fall("mast-uplink", 3 * MBIT), "3 Mbit/s on the air: it has 11 Mbit/s, and the standard's slower rates are: "
     "1 Mbit/s, 2 Mbit/s, 5.5 Mbit/s")])
def test_what_a_span_cannot_fall_to_is_refused(blueprint: Blueprint, fault: FaultPlan, words: str) -> None:
    """With what it has."""
    with pytest.raises(CannotDegrade, match=words):
        degraded(blueprint, fault)


def test_noise_and_another_rate_do_not_go_together() -> None:
    """The plan refuses such a fault before anything starts."""
    noisy = FILE.read_text().replace("delay: 8 ms", "delay: 8 ms, noise: {bursts: 60, length: 1 ms}")
    with pytest.raises(TopologyError, match="home-1 cannot fall to another rate"):
        plan(read(noisy, "noisy.yaml"))


def test_faults_of_a_description_are_called_by_what_they_do(blueprint: Blueprint) -> None:
    """Each has a name and a folder of its own."""
    assert [str(degradation) for degradation in degradations(blueprint)] == [
        "core-edge at 10 Mbit/s", "home-1 at 512 kbit/s down, at 128 kbit/s up", "mast-uplink at 5.5 Mbit/s",
        "pole-uplink at 2 Mbit/s"]
    assert degradations(blueprint)[1].key == "fall-2-home-1"


@pytest.mark.parametrize(("fault", "words"), [
    ("{at: 1 s, kind: degrade, span: core-edge}", "without saying which span or line falls to which rate"),
    ("{at: 1 s, kind: degrade, line: home-7, rate: 64 kbit/s}", '"home-7" is no emulated line'),
    ("{at: 1 s, kind: degrade, span: core-edge, rate: 1 Mbit/s, up: 1 Mbit/s}", "means nothing to a span"),
    ("{at: 1 s, kind: cut, span: core-edge, rate: 1 Mbit/s}", "rate: means nothing to a cut"),
    ("{at: 1 s, kind: cut, line: home-1}\n  - {at: 2 s, kind: degrade, line: home-1, rate: 64 kbit/s}",
     'degrades line "home-1", which is cut'),
    ("{at: 1 s, kind: cut, span: core-edge, line: home-1}", "names several of span, node and line")])
def test_faults_that_say_nothing_are_refused(fault: str, words: str) -> None:
    """With the key and the remedy."""
    text = FILE.read_text()
    with pytest.raises(TopologyError, match=words):
        read(text[:text.index("faults:")] + f"faults:\n  - {fault}\n", "wrong.yaml")
