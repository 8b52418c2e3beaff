"""Contracts: markers at the lines' ports, marks that keep their queue, and commitments that do not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin.core import units
from twin.core.errors import TopologyError
from twin.model import BandwidthProfile, Dscp, Name, Network, Policy, Remark
from twin.plan import plan
from twin.plan.blueprint import ThreeColourMarker
from twin.plan.forwarding.openflow_rules import BOUNDARY, FORWARD, QUEUE, forward_rules

GOLD = BandwidthProfile(Name("gold"), Name("bulk"), units.rate("16 kbit/s"), units.size("3000 B"),
                        ebs=units.size("4500 B"))


def sold(network: Network, contract: BandwidthProfile = GOLD) -> Network:
    """The network with a contract on its DSL lines, in a class marked AF11."""
    marks = {"bulk": Dscp(10), "video": Dscp(0)}
    classes = tuple(replace(c, dscp=marks.get(c.name, c.dscp)) for c in network.classes)
    profiles = tuple(replace(p, bandwidth_profiles=(contract.name,)) if p.name == "adsl" else p
                     for p in network.profiles)
    return replace(network, classes=classes, profiles=profiles, bandwidth_profiles=(contract,))


def test_each_line_has_a_marker_at_its_port(network: Network) -> None:
    """Single rate: the second bucket has no rate of its own. Without QoS, marks mean nothing and there is none."""
    dslam = next(s for s in plan(sold(network)).switches if s.name == "dslam-b")
    ports = [port.number for port in dslam.ports if not port.trusted]
    assert dslam.markers == tuple(ThreeColourMarker(port, "bulk", 10, rate=GOLD.cir, burst=GOLD.cbs,
                                                    second_rate=units.Rate(0), second_burst=units.size("4500 B"),
                                                    drops_red=True) for port in ports)
    assert not any(s.markers for s in plan(sold(network), Policy.NONE).switches)


def test_every_colour_has_the_queue_of_its_class(network: Network) -> None:
    """On every switch, and on radio hops."""
    blueprint = plan(sold(network))
    queue = blueprint.classes.index("bulk")
    for switch in blueprint.switches:
        assert [r.queue for r in switch.rules if r.table == QUEUE and r.match.dscp in (10, 12, 14)] == [queue] * 3
    hop = next(span.shared for span in blueprint.spans if span.shared is not None)
    assert [c.band for c in hop.scheduler.classifiers if c.dscp in (10, 12, 14)] == [queue] * 3


def test_only_a_colour_aware_contract_believes_colours(network: Network) -> None:
    """Its line's yellow and red packets keep their marks at the boundary, where they belong to its class."""
    def kept(contract: BandwidthProfile) -> set[int | None]:
        dslam = next(s for s in plan(sold(network, contract)).switches if s.name == "dslam-b")
        return {r.match.dscp for r in dslam.rules if r.table == BOUNDARY and r.mark is None}
    assert kept(GOLD) == set()
    assert kept(replace(GOLD, colour_aware=True)) == {12, 14}


def test_another_domain_gets_its_marks(network: Network) -> None:
    """Where packets leave for a head-end behind which the class has another mark; before the rule for all others."""
    remarked = replace(network, head_ends=tuple(replace(h, remarks=(Remark(Name("voice"), Dscp(40)),))
                                                if h.name == "softswitch" else h for h in network.head_ends))
    rules = [r for r in forward_rules(plan(remarked))["a"] if r.table == FORWARD and r.mark is not None]
    plain = [r for r in forward_rules(plan(network))["a"] if r.match.destination == rules[0].match.destination]
    assert [(r.match.dscp, r.mark, r.output) for r in rules] == [(46, 40, plain[0].output)]
    assert rules[0].priority > plain[0].priority


def test_what_a_line_cannot_send_is_refused(network: Network) -> None:
    """Contracts of 120 kbit/s of IP packets take 135.7 kbit/s of cells, on 128 kbit/s: with the numbers."""
    bold = replace(GOLD, cir=units.rate("120 kbit/s"))
    with pytest.raises(TopologyError, match=r"commit 135.7 kbit/s of full packets there, on 128 kbit/s"):
        plan(sold(network, bold))
