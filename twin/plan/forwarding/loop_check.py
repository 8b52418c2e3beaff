"""Loop check: traces packets through the forwarding tables after a failure, before the controller reconverges. Pure.

It follows the rules of FORWARD, fast-failover groups included, from every switch. A rule outputs a packet to one port
at most, so packets are never duplicated; what remains to be proved is that none loops.
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
"""The switch where a packet is, and the number of the detour that it carries."""


class Outcome(StrEnum):
    """What becomes of a packet."""

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
    """All spans that are down: the broken ones, and those of broken nodes."""
    if not broken.nodes:
        return broken.spans
    of_nodes = {span.name for span in blueprint.spans if {span.a.node, span.b.node} & broken.nodes}
    return broken.spans | of_nodes


def single_failures(blueprint: Blueprint) -> tuple[FailedElements, ...]:
    """Each single span or node that has a redundant path: fast-failover groups protect against its failure."""
    bridge = bridges(graph_of(blueprint, frozenset()))
    protected = [span for span in trunks(blueprint) if span not in bridge]
    nodes = sorted({port.peer for switch in blueprint.switches for port in switch.ports if port.span in protected})
    return (*(FailedElements(spans=frozenset({span})) for span in protected),
            *(FailedElements(nodes=frozenset({node})) for node in nodes))


class ForwardingTrace:
    """Traces packets through the FORWARD tables in `tables`, by default those before any failure."""

    def __init__(self, blueprint: Blueprint, tables: Mapping[str, Sequence[Rule]] | None = None) -> None:
        self._blueprint = blueprint
        self._peers = port_peers(blueprint.switches)
        rules = forward_rules(blueprint) if tables is None else tables
        self._tables = {name: {(rule.match.destination, rule.match.detour): rule for rule in table}
                        for name, table in rules.items()}
        self._prefixes = {switch.name: switch.prefixes for switch in blueprint.switches}
        self._owners = {prefix: name for name, prefixes in self._prefixes.items() for prefix in prefixes}
        self._protected = self._protected_ways()

    def outcomes(self, destination: str, dead: frozenset[str], number: int = 0) -> dict[Place, Outcome]:
        """The outcome of packets to a switch, from every other switch and from every place on their way. number: which
        of its prefixes they are for."""
        known: dict[Place, Outcome] = {}
        for start in self._tables:
            self._trace((start, None), self._prefixes[destination][number], dead, known)
        return known

    def loops(self, broken: FailedElements) -> Iterator[tuple[str, str]]:
        """Pairs of switch and destination from which on packets loop, after a failure.

        Traced are those that meet what is broken: all others go as while nothing is, of which `intact_loops` tells.
        """
        dead = failed_spans(self._blueprint, broken)
        met = ((switch, prefix) for span in sorted(dead) for switch, prefix in self._protected.get(span, ()))
        looping = ((switch, self._owners[prefix]) for switch, prefix in met
                   if self._trace((switch, None), prefix, dead, {}) is Outcome.LOOPS)
        yield from dict.fromkeys(looping)

    def intact_loops(self) -> Iterator[tuple[str, str]]:
        """The same from every switch while nothing is broken."""
        for destination, prefixes in sorted(self._prefixes.items()):
            looping = (switch for number in range(len(prefixes))
                       for (switch, _), outcome in self.outcomes(destination, frozenset(), number).items()
                       if outcome is Outcome.LOOPS)
            yield from ((switch, destination) for switch in dict.fromkeys(looping))

    def _protected_ways(self) -> dict[str, list[tuple[str, str]]]:
        """By span: the switches that send over it and have another way, each with a prefix for which it does."""
        ways: dict[str, list[tuple[str, str]]] = {}
        for switch, table in self._tables.items():
            for (prefix, _), rule in table.items():
                if rule.fast_failover is not None and prefix in self._owners:
                    span, _ = self._peers[switch, rule.fast_failover.primary]
                    ways.setdefault(span, []).append((switch, prefix))
        return ways

    def _trace(self, start: Place, prefix: str, dead: frozenset[str], known: dict[Place, Outcome]) -> Outcome:
        """The outcome of a packet from one place, noted for all places on its way."""
        destination = self._owners[prefix]
        trail: dict[Place, None] = {}
        place: Place | None = start
        while place is not None and place[0] != destination and place not in known and place not in trail:
            trail[place] = None
            place = self._next(place, prefix, dead)
        if place is None:
            outcome = Outcome.DROPPED
        else:
            outcome = Outcome.DELIVERED if place[0] == destination else known.get(place, Outcome.LOOPS)
        known.update(dict.fromkeys(trail, outcome))
        return outcome

    def _next(self, place: Place, prefix: str, dead: frozenset[str]) -> Place | None:
        """The next place of a packet; None where it is dropped."""
        switch, number = place
        table = self._tables[switch]
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
