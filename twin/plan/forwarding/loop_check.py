"""What becomes of a packet between switches while something is broken and nobody has computed anew; pure.

Follows the rules of FORWARD as they are written, groups included, from every switch. Each rule sends a packet out of
one port at most, so nothing is ever doubled; what is left to prove is that nothing runs in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from twin.plan.blueprint import Blueprint, Rule
from twin.plan.forwarding.fast_failover import bridges, trunks
from twin.plan.forwarding.openflow_rules import forward_rules
from twin.plan.forwarding.paths import graph_of, port_peers

Place = tuple[str, int | None]
"""A switch at which a packet is, and the number of the detour that it carries."""


class Outcome(StrEnum):
    """How a packet ends."""

    DELIVERED = "delivered"
    DROPPED = "dropped"
    LOOPS = "loops"


@dataclass(frozen=True, slots=True)
class FailedElements:
    """What is broken at once: spans, and nodes with all their spans."""

    spans: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return " and ".join((*sorted(self.nodes), *sorted(self.spans))) or "nothing"


NO_FAILURE = FailedElements()
"""Nothing is broken."""


def failed_spans(blueprint: Blueprint, broken: FailedElements) -> frozenset[str]:
    """The spans that carry nothing: those broken, and those of broken nodes."""
    of_nodes = {span.name for span in blueprint.spans if {span.a.node, span.b.node} & broken.nodes}
    return broken.spans | of_nodes


def single_failures(blueprint: Blueprint) -> tuple[FailedElements, ...]:
    """Each span and each node whose failure the groups answer, alone."""
    bridge = bridges(graph_of(blueprint, frozenset()))
    guarded = [span for span in trunks(blueprint) if span not in bridge]
    nodes = sorted({port.peer for switch in blueprint.switches for port in switch.ports if port.span in guarded})
    return (*(FailedElements(spans=frozenset({span})) for span in guarded),
            *(FailedElements(nodes=frozenset({node})) for node in nodes))


class ForwardingTrace:
    """Follows packets by tables of FORWARD: those of `tables`, or those that stand before anything has failed."""

    def __init__(self, blueprint: Blueprint, tables: Mapping[str, Sequence[Rule]] | None = None) -> None:
        self._blueprint = blueprint
        self._peers = port_peers(blueprint.switches)
        rules = forward_rules(blueprint) if tables is None else tables
        self._tables = {name: {(rule.match.destination, rule.match.detour): rule for rule in found}
                        for name, found in rules.items()}
        self._prefixes = {switch.name: switch.prefix for switch in blueprint.switches}

    def outcomes(self, destination: str, dead: frozenset[str]) -> dict[Place, Outcome]:
        """The fate of packets to a switch from every switch, and from every place that they then come to."""
        known: dict[Place, Outcome] = {}
        for start in self._tables:
            trail: dict[Place, None] = {}
            place: Place | None = (start, None)
            while place is not None and place[0] != destination and place not in known and place not in trail:
                trail[place] = None
                place = self._next(place, destination, dead)
            if place is None:
                fate = Outcome.DROPPED
            else:
                fate = Outcome.DELIVERED if place[0] == destination else known.get(place, Outcome.LOOPS)
            known.update(dict.fromkeys(trail, fate))
        return known

    def loops(self, broken: FailedElements) -> Iterator[tuple[str, str]]:
        """Pairs of switch and destination between which packets run in a circle."""
        dead = failed_spans(self._blueprint, broken)
        for destination in sorted(switch.name for switch in self._blueprint.switches if switch.prefix):
            for (switch, _), fate in self.outcomes(destination, dead).items():
                if fate is Outcome.LOOPS:
                    yield switch, destination

    def _next(self, place: Place, destination: str, dead: frozenset[str]) -> Place | None:
        """Where the packet goes from a place; None where it is dropped."""
        switch, number = place
        table, prefix = self._tables[switch], self._prefixes[destination]
        rule = table.get((prefix, number)) or table.get((prefix, None))
        if rule is None:
            return None
        if rule.fast_failover is None:
            ways = [(rule.output, number)]
        else:
            ways = [(rule.fast_failover.primary, number), (rule.fast_failover.backup, rule.fast_failover.detour)]
        for port, carried in ways:
            if port is not None and self._peers[switch, port][0] not in dead:
                return self._peers[switch, port][1], carried
        return None
