"""Sizing of a small territory: figures that can be computed by hand, cuts, break-even take-up, upgrades, and what does
not grow."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.territory.sizing.networks import DEMAND, demanding
from twin.api import SizingOptions, size_network, sizing_csv, sizing_json, sizing_text
from twin.core.errors import ExitCode, TopologyError, UsageError
from twin.model import Demand, Direction
from twin.plan.blueprint import LinkLayer
from twin.plan.demand.erlang import erlang_b
from twin.plan.links.link_layers import line_layer
from twin.predict.theory.goodput import tcp_goodput
from twin.territory.sizing.results import LinkWeek, Sizing

BUSY = 12
"""An hour of a weekday in which everything is at its busiest."""
G711 = 95.2e3
"""bit/s of a G.711 call on the wire of Ethernet: 238 bytes, 50 times a second."""
WIRE = 1448 / 1538
"""Payload of a full packet beside what it takes of the wire."""


@cache
def sized(capacity: str = "100 Mbit/s", stage: str | None = None, households: int = 1000) -> Sizing:
    return size_network(demanding(capacity, households=households), stage, SizingOptions(draws=200, seed=3))


def link(sizing: Sizing, name: str, towards: str, cut: str | None = None) -> LinkWeek:
    return next(week for week in sizing.links
                if (week.link.name, week.link.towards, week.cut) == (name, towards, cut))


def test_loads_are_what_subscribers_ask_for() -> None:
    """Means of the draws, of 100 households and 20 businesses in town, within four standard errors or 3 %."""
    week = link(sized(), "dslam-uplink", "dslam")
    assert week.calls[BUSY] == pytest.approx(100 * 0.05 * G711 * WIRE, rel=0.03)
    assert week.committed[BUSY] == pytest.approx(20 * 100e3 * 1.033, rel=0.03)
    web, swarm = 50 * 36 * 100e3 * 8 / 3600, 50 * 10e3
    acknowledged = 0.5 * 90 / 1538 * (20 * 36 * 100e3 * 8 / 3600 + swarm) * 1448 / 1448
    assert week.transfers[BUSY] == pytest.approx(web + swarm + acknowledged, rel=0.03)


def test_a_saturday_is_as_busy_as_its_profile_says() -> None:
    """Half of a weekday; businesses' mail, which has no profile, is the same at any hour."""
    week = link(sized(), "dslam-uplink", "dslam")
    assert week.calls[5 * 24 + BUSY] == pytest.approx(week.calls[BUSY] / 2, rel=0.02)
    up = link(sized(), "dslam-uplink", "b")
    assert up.transfers[0] > 20 * 36 * 100e3 * 8 / 3600 * 0.95


def test_channels_are_counted_once_wherever_they_are_watched() -> None:
    """Ten of a hundred watch at a time in town: some 6.4 of twenty channels by Zipf (20 watch 9.8, 5 watch 3.9)."""
    week = link(sized(), "dslam-uplink", "dslam")
    assert 5.5 < week.channels[BUSY] < 7.0
    assert link(sized(), "dslam-uplink", "b").channels[BUSY] == 0
    assert link(sized(), "centre-uplink", "a").channels[BUSY] < week.channels[BUSY] + 1


def test_a_cut_moves_load_round_the_ring() -> None:
    """What went from a to b goes by c: as much as both together."""
    whole, village = link(sized(), "a-b", "b"), link(sized(), "c-a", "c")
    round_it = link(sized(), "c-a", "c", cut="a-b")
    assert round_it.calls[BUSY] == pytest.approx(whole.calls[BUSY] + village.calls[BUSY], rel=1e-3)
    assert not [week for week in sized().links if week.cut == "a-b" and week.link.name == "a-b"]
    assert not [week for week in sized().links if week.cut and week.link.name == "dslam-uplink"]


def test_flows_keep_the_rate_of_their_line_on_an_empty_network() -> None:
    """But for how a transfer begins, and for what one subscriber asks for at a time: SYN, acknowledgement and request
    of 2, 2 and 8 cells go up, a SYN-ACK of 2 comes down."""
    flow = next(each for each in sized("1 Gbit/s").flows if each.offer == "home" and each.cut is None
                and each.direction is Direction.DOWN)
    begun, goodput = 53 * 8 * (12 / 128e3 + 2 / 512e3) / 800e3, tcp_goodput(512e3, _adsl(), 1448, 1500)
    assert flow.alone == pytest.approx(1 / (begun + 1 / goodput), rel=1e-3)
    line = 1 / (goodput - 36 * 100e3 * 8 / 3600)
    assert flow.throughput[BUSY] == pytest.approx(1 / (begun + line), rel=0.01)


def _adsl() -> LinkLayer:
    return line_layer(next(profile for profile in demanding().profiles if profile.name == "adsl"))


def test_calls_are_blocked_by_erlangs_formula_where_calls_are_all_of_one_size() -> None:
    """600 erlang of a whole town on an uplink of which calls may take all."""
    busy = link(size_network(demanding(households=30_000), "mature", SizingOptions(draws=50)), "dslam-uplink", "dslam")
    servers = int(100e6 / G711)
    assert busy.blocked[BUSY] == pytest.approx(erlang_b(12_000 * 0.05, servers), abs=0.002)


def test_targets_break_first_on_the_village_hop() -> None:
    """With take-up growing: television first, on the hop; never beyond everybody."""
    first = sized().break_evens[0]
    assert (first.use, first.link) == ("television", "relay-uplink")
    assert all(each.households is None or 0 < each.households <= 1 for each in sized().break_evens)
    assert [each.households or 2 for each in sized().break_evens] == sorted(
        each.households or 2 for each in sized().break_evens)


def test_upgrades_go_on_until_every_target_holds() -> None:
    """Each is of the link that breaks first; what it buys never falls, and the last reaches the take-up."""
    sizing = sized("10 Mbit/s", "mature")
    steps = sizing.drivers.upgrades
    assert steps and sizing.exit_code is ExitCode.MISSED
    assert all(step.before <= step.after and step.new > step.old for step in steps)
    assert steps[-1].after >= 1 and steps[0].link == sizing.break_evens[0].link
    assert {span.name: span.new for span in sizing.drivers.spans}["relay-uplink"] == next(
        step.new for step in reversed(steps) if step.link == "relay-uplink")


def test_nothing_is_upgraded_where_every_target_holds() -> None:
    """And the sizing says so."""
    network = demanding("1 Gbit/s")
    quiet = replace(network, demand=replace(network.demand, uses=tuple(
        use for use in network.demand.uses if use.name in ("calls", "mail"))))
    sizing = size_network(quiet, None, SizingOptions(draws=20))
    assert sizing.drivers.upgrades == () and sizing.exit_code is ExitCode.MET
    assert "No upgrade is needed" in sizing_text(sizing)


def test_the_same_seed_gives_the_same_and_faster_spans_the_same_subscribers() -> None:
    """Common random numbers: designs differ in spans alone."""
    assert sizing_json(sized()) == sizing_json(size_network(demanding(), None, SizingOptions(200, 3)))
    fast, slow = (link(sized(capacity), "dslam-uplink", "dslam") for capacity in ("1 Gbit/s", "100 Mbit/s"))
    assert fast.channels == slow.channels


def test_results_have_as_many_figures_whatever_the_number_of_lines() -> None:
    """Ten times the households in the same groups."""
    assert len(sized(households=10_000).links) == len(sized().links)
    assert len(sized(households=10_000).drivers.lines) == len(sized().drivers.lines)


def test_who_cannot_be_served_is_named() -> None:
    """A hamlet without a node."""
    assert [(each.site, each.population) for each in sized().unserved] == [("hamlet", 7)]
    assert "hamlet" in sizing_text(sized())


def test_csv_has_every_hour_of_every_link() -> None:
    """And a head that names the columns with their units."""
    lines = sizing_csv(sized()).splitlines()
    assert len(lines) == 1 + 168 * len(sized().links) and lines[0].startswith("link,kind,towards,cut,hour,")


def test_the_first_stage_by_year_is_sized_unless_another_is_named() -> None:
    """An unknown one is answered by the nearest; a network without demand by what to write."""
    assert sized().stage.name == "launch"
    with pytest.raises(UsageError, match='no stage "matur"; did you mean mature'):
        size_network(demanding(), "matur")
    with pytest.raises(TopologyError, match="nothing to size; write demand"):
        size_network(replace(demanding(), demand=Demand()))


def test_where_all_use_is_even_no_hour_is_busier() -> None:
    """Businesses alone, whose mails and committed rates have no profile of a week: it is sized all the same."""
    demand = DEMAND.replace("households: 10 %", "households: 0 %")
    sizing = size_network(demanding(demand=demand), "launch", SizingOptions(draws=20, seed=3))
    assert {count.offer for count in sizing.drivers.lines} == {"pro"}
    assert all(len({*week.load}) == 1 for week in sizing.links)


def test_a_stage_at_which_nobody_has_a_line_is_refused() -> None:
    """With what to write, rather than sizes of nothing."""
    demand = DEMAND.replace("households: 10 %, businesses: 20 %", "households: 0 %, businesses: 0 %")
    with pytest.raises(TopologyError, match="nobody has a line and uses something at stage launch; write a take-up"):
        size_network(demanding(demand=demand), "launch")
