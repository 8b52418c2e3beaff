"""Changes of the configuration: each touches what it names and nothing else, and what undoes it restores the plan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.core.units import Gain, Rate, Ratio, Time
from twin.emulation.readback.configuration import configuration, differences
from twin.model import Direction, Dscp, Name, Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import (
    AddFlood,
    AddLoad,
    AddRoute,
    ConfigurationChange,
    CutSpan,
    RemoveBackup,
    RemoveMeter,
    RemoveMulticastPort,
    RemoveRoute,
    RestoreBackup,
    RestoreMulticastPort,
    RestoreSpan,
    SetAirRate,
    SetAntenna,
    SetDuplex,
    SetMark,
    SetMeter,
    SetNoise,
    SetProfile,
    SetRadioCell,
    SetSpan,
    StartController,
    StartSharing,
    StopController,
    StopSharing,
    SwapQueues,
    changed,
)
from twin.plan.configuration_changes.span_settings import Duplex
from twin.plan.forwarding.multicast_trees import tree_rules
from twin.plan.forwarding.openflow_rules import fast_failover_groups, forward_rules

TERRITORY = Path(__file__).parents[2] / "topologies" / "castres-mazamet.yaml"
VOICE, DATA, LINE = Name("voice"), Name("data"), Name("castres-pro-1")
CASTRES, MAZAMET, RING = Name("castres"), Name("mazamet"), Name("castres-labruguiere")
HOP, CELL, NEIGHBOUR = Name("naves-relay-uplink"), Name("naves"), Name("caucalieres")
VILLAGE = Name("pont-de-larn-relay-uplink")


@cache
def territory() -> tuple[Network, Blueprint]:
    """Castres-Mazamet, and its plan."""
    network = load(TERRITORY)
    return network, plan(network)


def places(*changes: ConfigurationChange) -> list[str]:
    """What is no longer as planned after these changes."""
    network, blueprint = territory()
    return [difference.place for difference in
            differences(configuration(blueprint), configuration(changed(network, blueprint, changes)))]


@pytest.mark.parametrize(("change", "touched"), [
    (SetMeter(LINE, VOICE, Rate(64_000)), ["castres-dslam"]),
    (RemoveMeter(LINE, VOICE), ["castres-dslam"]),
    (SetMark(Name("castres"), Name("telephony"), Direction.DOWN, Dscp(0)), ["castres"]),
    (SwapQueues(Name("castres-dslam"), (VOICE, DATA)), ["castres-dslam"]),
    (SetProfile(LINE, Name("adsl-512")), [LINE]),
    (SetNoise(LINE, 120, Time(500_000), 0), [LINE]),
    (SetSpan(Name("castres-labruguiere"), Rate(10_000_000), Ratio(5_000)), ["castres-labruguiere"]),
    (SetDuplex(RING, Duplex.HALF), [RING]),
    (StopSharing(Name("castres-dslam-uplink"), DATA), ["castres-dslam-uplink"]),
    (AddRoute(Name("castres"), LINE, Name("castres-labruguiere")), ["castres"]),
    (RemoveBackup(CASTRES, RING), [CASTRES]),
    (RemoveMulticastPort(MAZAMET, VILLAGE), [MAZAMET]),
    (SetRadioCell(HOP, NEIGHBOUR), [NEIGHBOUR, CELL, HOP]),
    (SetAntenna(HOP, Gain(900)), [CELL, HOP]),
    (SetAntenna(HOP, Gain(1)), [HOP]),
    (SetAirRate(HOP, Rate(5_500_000)), [CELL]),
    (StopController(), ["controller"]),
    (CutSpan(RING), [RING]),
], ids=lambda value: str(getattr(value, "kind", "")))
def test_a_change_touches_what_it_names_alone(change: ConfigurationChange, touched: list[str]) -> None:
    """Its footprint is one switch or one span."""
    assert places(change) == touched


@pytest.mark.parametrize("changes", [
    [SetMeter(LINE, VOICE, Rate(64_000)), SetMeter(LINE, VOICE, Rate(100_000))],
    [RemoveMeter(LINE, VOICE), SetMeter(LINE, VOICE, Rate(100_000))],
    [SwapQueues(Name("castres"), (VOICE, DATA)), SwapQueues(Name("castres"), (DATA, VOICE))],
    [SetProfile(LINE, Name("adsl-512")), SetProfile(LINE, Name("adsl-2048-pro"))],
    [SetMark(Name("castres"), Name("telephony"), Direction.DOWN, Dscp(0)),
     SetMark(Name("castres"), Name("telephony"), Direction.DOWN, Dscp(46))],
    [AddRoute(Name("castres"), LINE, Name("castres-labruguiere")), RemoveRoute(Name("castres"), LINE)],
    [SetSpan(Name("mazamet-castres"), None, Ratio(5_000)), SetSpan(Name("mazamet-castres"), None, Ratio(0))],
    [SetDuplex(RING, Duplex.HALF), SetDuplex(RING, Duplex.FULL)],
    [SetDuplex(Name("castres-dslam-uplink"), Duplex.HALF), StopSharing(Name("castres-dslam-uplink"), DATA),
     SetDuplex(Name("castres-dslam-uplink"), Duplex.FULL), StartSharing(Name("castres-dslam-uplink"), DATA)],
    [StopSharing(Name("castres-dslam-uplink"), DATA), StartSharing(Name("castres-dslam-uplink"), DATA)],
    [RemoveBackup(CASTRES, RING), RestoreBackup(CASTRES, RING)],
    [RemoveMulticastPort(MAZAMET, VILLAGE), RestoreMulticastPort(MAZAMET, VILLAGE)],
    [SetRadioCell(HOP, NEIGHBOUR), SetRadioCell(HOP, CELL)],
    [SetAntenna(HOP, Gain(900)), SetAntenna(HOP, Gain(0))],
    [SetRadioCell(HOP, NEIGHBOUR), SetAirRate(HOP, Rate(1_000_000)), SetRadioCell(HOP, CELL), SetAntenna(HOP, Gain(0))],
    [SetAntenna(HOP, Gain(900)), SetRadioCell(HOP, NEIGHBOUR), SetRadioCell(HOP, CELL), SetAntenna(HOP, Gain(0))],
    [StopController(), StartController()],
    [CutSpan(RING), RestoreSpan(RING)],
])
def test_what_undoes_a_change_restores_the_plan(changes: Sequence[ConfigurationChange]) -> None:
    """To the last rule: a repair is judged by this."""
    assert places(*changes) == []


@pytest.mark.parametrize("change", [
    SetMeter(Name("nobody-1"), VOICE, Rate(64_000)), SetMeter(LINE, DATA, Rate(64_000)),
    SetMark(Name("mazamet"), Name("telephony"), Direction.DOWN, Dscp(0)), SetProfile(LINE, Name("wifi-512")),
    SwapQueues(Name("castres"), (VOICE, VOICE)), SwapQueues(Name("nowhere"), (VOICE, DATA)),
    SetSpan(Name("nowhere"), Rate(10_000_000)), AddRoute(Name("castres"), LINE, Name("aussillon-mazamet")),
    RemoveRoute(Name("castres"), LINE), SetNoise(Name("noailhac-home-1"), 60, Time(500_000), 0),
    RemoveBackup(CASTRES, Name("castres-dslam-uplink")), RestoreBackup(CASTRES, RING),
    RemoveMulticastPort(MAZAMET, RING), RestoreMulticastPort(MAZAMET, VILLAGE),
    SetRadioCell(RING, CELL), SetRadioCell(HOP, Name("nowhere")), SetAirRate(HOP, Rate(3_000_000)), StartController(),
    SetDuplex(RING, Duplex.FULL), SetDuplex(HOP, Duplex.HALF), SetDuplex(LINE, Duplex.HALF),
    RestoreSpan(RING), StartSharing(Name("castres-dslam-uplink"), DATA), AddLoad(LINE, Name("mail")),
    AddFlood(LINE, Name("nothing"), Rate(450_000)),
])
def test_a_change_of_what_is_not_there_is_refused(change: ConfigurationChange) -> None:
    """With a sentence that names it."""
    with pytest.raises(UsageError) as refused:
        places(change)
    assert str(refused.value)


def state(*changes: ConfigurationChange) -> Blueprint:
    """Castres-Mazamet after these changes."""
    return changed(*territory(), changes)


def test_a_group_without_its_second_bucket_protects_nothing() -> None:
    """At that switch and span; all other groups are as planned."""
    groups = {name: fast_failover_groups(rules) for name, rules in forward_rules(state(RemoveBackup(CASTRES, RING))
                                                                               ).items()}
    lacking = {name for name, known in groups.items() for group in known if group.backup is None}
    assert lacking == {CASTRES}
    assert any(group.backup is not None for group in groups[CASTRES])


def test_a_channel_is_not_copied_to_the_port_that_lacks() -> None:
    """Who joined behind it receives nothing; all others do."""
    sound, dark = state(), state(RemoveMulticastPort(MAZAMET, VILLAGE))
    watching = frozenset((host.switch, host.port) for host in sound.hosts if host.name in (
        "pont-de-larn-tv-1", "le-rialet-tv-1"))
    before, after = (tree_rules(blueprint, {"channel-1": watching}) for blueprint in (sound, dark))
    unlike = {name for name in before if before[name] != after[name]}
    assert unlike == {MAZAMET}
    copies = [{rule.group_all.ports for rule in rules[MAZAMET] if rule.group_all} for rules in (before, after)]
    (all_ports,), (fewer,) = copies
    assert len(all_ports) == len(fewer) + 1 and {*fewer} < {*all_ports}


def test_a_weaker_signal_means_a_lower_rate() -> None:
    """By the steps of IEEE 802.11b, both ways."""
    rates = [{way.rate for cell in state(SetAntenna(HOP, Gain(lost))).cells if cell.name == CELL
              for way in cell.hop_directions} for lost in (0, 600, 900, 1500)]
    assert all(len(both) == 1 for both in rates)
    assert [max(both) for both in rates] == sorted((max(both) for both in rates), reverse=True)
    assert rates[0] == {11_000_000} and rates[-1] == {1_000_000}


@pytest.mark.parametrize(("changes", "rate"), [
    ([SetAntenna(HOP, Gain(900)), SetAirRate(HOP, Rate(11_000_000))], "11 Mbit/s"),
    ([SetAntenna(HOP, Gain(900)), SetRadioCell(HOP, NEIGHBOUR), SetAirRate(HOP, Rate(5_500_000))], "5.5 Mbit/s"),
    ([SetAntenna(HOP, Gain(6000))], "1 Mbit/s"),
])
def test_a_rate_that_the_signal_does_not_carry_is_refused(changes: Sequence[ConfigurationChange], rate: str) -> None:
    """As the hop stands, on whichever channel; not as it was planned."""
    with pytest.raises(UsageError, match=f'the signal of "{HOP}" is too weak for {rate}'):
        state(*changes)


def test_a_slower_rate_is_set_over_misaligned_antennas() -> None:
    """Which stay misaligned."""
    (cell,) = [cell for cell in state(SetAntenna(HOP, Gain(900)), SetAirRate(HOP, Rate(1_000_000))).cells
               if cell.name == CELL]
    assert {(way.rate, way.misalignment) for way in cell.hop_directions} == {(1_000_000, 900)}


def test_a_clash_makes_two_hops_share_one_cell() -> None:
    """Four directions in the neighbour's cell, and none is left in its own."""
    cells = {cell.name: {way.span for way in cell.hop_directions} for cell in state(SetRadioCell(HOP, NEIGHBOUR)).cells}
    assert cells[NEIGHBOUR] == {HOP, "caucalieres-relay-uplink"}
    assert CELL not in cells


def test_load_is_added_and_nothing_else_changes() -> None:
    """Neither flows nor ports of anyone."""
    sound = state()
    for change in (AddFlood(LINE, Name("telephony"), Rate(450_000), Dscp(46)), AddLoad(LINE, Name("download"))):
        flows = state(change).flows
        assert {*sound.flows} < {*flows} and len(flows) == len(sound.flows) + 1
        assert {flow.line for flow in {*flows} - {*sound.flows}} == {LINE}
        assert places(change) == []


def test_both_directions_of_a_half_duplex_span_share_its_rate() -> None:
    """By one scheduler with the classes of both ends, which finds packets by their marks; a real one is read back so
    (`tests/in_lab/test_training.py`)."""
    network, blueprint = territory()
    before = next(span for span in blueprint.spans if span.name == RING)
    half = next(span for span in changed(network, blueprint, [SetDuplex(RING, Duplex.HALF)]).spans
                if span.name == RING)
    assert half.shared is not None and before.a.scheduler is not None
    assert half.scheduler(forward=True) is half.scheduler(forward=False) is half.shared.scheduler
    assert half.shared.scheduler.bands == before.a.scheduler.bands and half.shared.scheduler.rate == before.forward.rate
    assert {classifier.dscp for classifier in half.shared.scheduler.classifiers} >= {46}
