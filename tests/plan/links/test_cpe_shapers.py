"""A subscriber's own shaper: what its CPE counts, what the line carries of it, and what the modem then holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.errors import TopologyError
from twin.core.units import Rate, Ratio, Size, Time
from twin.model import Encapsulation, FaultKind, Impairments, Network, Profile, Shaper
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.blueprint import FaultPlan, LinkLayer, SpanPlan
from twin.plan.blueprint.links import SMALLEST, cost_ratios
from twin.plan.failures.degradation import CannotDegrade, degraded
from twin.plan.links.cpe_shapers import overruns

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
MINIMAL = load(TOPOLOGIES / "minimal.yaml")
LAYERS = st.builds(LinkLayer, st.integers(-14, 60), st.integers(0, 84), st.booleans())


def sold(**shaper: int | bool) -> Network:
    """The smallest network, whose lines of 256 kbit/s up have PPPoE and that shaper."""
    own = replace(Shaper(Rate(256_000), 64), **shaper)  # type: ignore[arg-type]
    profile: Profile = replace(MINIMAL.profiles[0], encapsulation=Encapsulation.PPPOE_LLC, shaper=own)
    return replace(MINIMAL, profiles=(profile,))


def line(network: Network) -> SpanPlan:
    """Its first line."""
    return next(span for span in plan(network).spans if span.name == "homes-1")


def test_the_cpe_schedules_at_the_shapers_rate_and_counts_as_it_believes() -> None:
    """The line keeps its rate and ATM cells; what comes down has no shaper but the DSLAM's."""
    span = line(sold(rate=Rate(200_000), overhead=Size(14)))
    assert span.b.scheduler is not None and span.a.scheduler is not None
    assert (span.b.scheduler.rate, span.b.scheduler.layer) == (200_000, LinkLayer(max_frame=1506))
    assert (span.reverse.rate, span.reverse.layer.atm, span.reverse.queue) == (256_000, True, 64)
    assert (span.a.scheduler.rate, span.forward.queue) == (512_000, 0)


def test_the_right_overhead_overruns_nothing() -> None:
    """40 bytes of PPPoE over LLC and cells, at the line's own rate: as without a shaper."""
    network = sold(overhead=Size(40), atm=True)
    assert list(overruns(network)) == []
    assert line(network).carried(forward=False) == line(network).most_sent(forward=False) == 256_000


def test_the_wrong_overhead_is_told_with_what_it_comes_to() -> None:
    """1492 bytes of IP are 1506 to the CPE and 32 cells on the line; 28 are 42 and two cells."""
    (message,) = overruns(sold())
    assert message == ("lines.homes: the subscriber's shaper lets 288.3 kbit/s of full packets through and up to "
                       "646.1 kbit/s of small ones, at the layer of the line, which carries 256 kbit/s: up to 64 "
                       "packets of all classes wait in its modem")


def test_services_must_fit_through_the_shaper_and_the_line() -> None:
    """A call takes 106 kbit/s of the line; of a shaper that counts 48 bytes of overhead a cell more: 127.2."""
    assert line(sold(rate=Rate(128_000), overhead=Size(48), atm=True)).carried(forward=False) < 128_000
    with pytest.raises(TopologyError, match=r"services ask for 127\.2 kbit/s of ATM cells up .* carries 127 kbit/s"):
        plan(sold(rate=Rate(127_000), overhead=Size(48), atm=True))


def test_noise_losses_and_trials_do_not_go_with_a_shaper() -> None:
    """Both are planned for a medium without a queue, and a test of a line takes the router's place."""
    text = (TOPOLOGIES / "minimal.yaml").read_text().replace(
        "length: 2 km}", "length: 2 km, noise: {bursts: 60, length: 500 us}, impairments: {loss: 1 %}, "
        "shaper: {rate: 200 kbit/s, modem-queue: 64}}") + (
        "trials: {line: {line: homes, method: rfc6349, direction: up, services: [{service: web}]}}\n")
    with pytest.raises(TopologyError, match="noise is planned for a line") as refused:
        read(text, "x.yaml")
    assert {problem.path for problem in refused.value.problems} == {
        "profiles.dsl-512.noise", "profiles.dsl-512.impairments", "trials.line.line"}


def test_a_degraded_line_keeps_its_subscribers_shaper() -> None:
    """Who is told of nothing, so that the modem's queue fills."""
    fault = FaultPlan(Time(0), FaultKind.DEGRADE, span="homes-1", rate=Rate(400_000), up=Rate(128_000))
    before = plan(sold(rate=Rate(200_000), overhead=Size(40), atm=True))
    after = next(span for span in degraded(before, fault).spans if span.name == "homes-1")
    assert (after.reverse.rate, after.b) == (128_000, line(sold(rate=Rate(200_000), overhead=Size(40), atm=True)).b)
    assert after.a.scheduler is not None and after.a.scheduler.rate == 400_000
    with pytest.raises(CannotDegrade, match="homes-1 cannot lose packets"):
        degraded(before, replace(fault, impairments=Impairments(loss=Ratio(10_000))))


@given(LAYERS, LAYERS)
def test_no_frame_costs_more_or_less_than_the_ratios_say(layer: LinkLayer, counted: LinkLayer) -> None:
    """Of any two layers; the ends are reached."""
    least, most = cost_ratios(layer, counted)
    ratios = [layer.cost(frame) / counted.cost(frame) for frame in range(SMALLEST, layer.max_frame + 1)]
    assert [least, most] == pytest.approx([min(ratios), max(ratios)])
