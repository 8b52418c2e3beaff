"""From where each destination is reached; a way is followed again only once something on it has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from controllers.simulation.forwarding_memo import ForwardingMemo
from controllers.simulation.packet_match import Packet
from controllers.simulation.simulated_network import SimulatedNetwork
from twin.jobs.search.tracing import End, Hop, Place, hop_at
from twin.plan.blueprint import Host


@dataclass(slots=True)
class _Node:
    """A place where packets may come. hop: what is done with them there, and following: where that leads, as long as
    what the switch has looked up of the destination is what was `known` then. end: what becomes of packets; None: none
    comes here."""

    place: Place
    memo: ForwardingMemo
    known: object = None
    hop: Hop | None = None
    following: _Node | None = None
    end: End | None = None


class Ways:
    """The ways of packets to one destination in one network, from every switch with power. lost, looping: the switches
    from which they do not arrive, and those from which they loop.

    Between switches the tables before FORWARD let everything pass, which is asked of whole flows at rest.
    """

    def __init__(self, network: SimulatedNetwork, host: Host) -> None:
        self.host = host
        self._network = network
        self._home = host.switch, host.port
        self._nodes: dict[Place, _Node] = {}
        self._at: dict[str, list[_Node]] = {name: [] for name in network.switches}
        self._met: list[_Node] = []
        self._start()
        self._follow()

    def look_again(self, changed: Iterable[str], moved: frozenset[str], started: bool) -> None:
        """Follow the packets again if a way has changed. changed: the switches that may forward otherwise. moved: the
        spans that have failed or come up. started: whether other switches have power."""
        if started:
            self._start()
        otherwise = [node for name in changed for node in self._at[name] if self._forwards_otherwise(node)]
        if otherwise or started or not self._spans.isdisjoint(moved):
            self._follow()

    def _start(self) -> None:
        on = sorted(self._network.switches.keys() - self._network.off - {self.host.switch})
        self._starts = [self._node(Place(start, Packet(0, "", self.host.address))) for start in on]

    def _node(self, place: Place) -> _Node:
        if place not in self._nodes:
            self._nodes[place] = node = _Node(place, self._network.switches[place.switch].memo)
            self._at[place.switch].append(node)
        return self._nodes[place]

    def _forwards_otherwise(self, node: _Node) -> bool:
        """Whether something else is done now with packets that come to a place."""
        if node.memo.of(self.host.address) is node.known:
            return False
        before, node.hop = node.hop, None
        return node.end is not None and self._hop(node) != before

    def _hop(self, node: _Node) -> Hop:
        """What is done with packets at a place."""
        if node.hop is None:
            node.known = node.memo.of(self.host.address)
            node.hop = hop_at(self._network, node.place, self._home)
            node.following = None if node.hop.following is None else self._node(node.hop.following)
        return node.hop

    def _follow(self) -> None:
        for node in self._met:
            node.end = None
        self._met = []
        ends = [(node.place.switch, node.end or self._end(node)) for node in self._starts]
        self.lost = tuple(start for start, end in ends if end is End.LOST)
        self.looping = tuple(start for start, end in ends if end is End.LOOPS)
        self._spans = frozenset(node.hop.span for node in self._met if node.hop)

    def _end(self, node: _Node) -> End:
        """What becomes of packets at a place, and at all places to which they come from there."""
        trail: list[_Node] = []
        while node.end is None:
            hop = node.hop or self._hop(node)
            trail.append(node)
            node.end = End.LOOPS  # for whoever comes here again before the end is known
            if hop.home or node.following is None or hop.span in self._network.dead_spans:
                node.end = End.DELIVERED if hop.home else End.LOST
            else:
                node = node.following
        for before in trail:
            before.end = node.end
        self._met += trail
        return node.end


class AllWays:
    """The ways to some hosts in one network, as they are whenever it is looked at."""

    def __init__(self, network: SimulatedNetwork, hosts: Iterable[Host]) -> None:
        self.network = network
        self._remember()
        self._ways = tuple(Ways(network, host) for host in hosts)

    def look(self) -> tuple[Ways, ...]:
        """All ways, as they are now."""
        network = self.network
        changed = frozenset(name for name, seen in _changes(network).items() if self._changes[name] != seen)
        moved, started = network.dead_spans ^ self._dead, network.off != self._off
        if changed or moved or started:
            self._remember()
            for ways in self._ways:
                ways.look_again(changed, moved, started)
        return self._ways

    def _remember(self) -> None:
        self._changes = _changes(self.network)
        self._dead, self._off = self.network.dead_spans, self.network.off


def _changes(network: SimulatedNetwork) -> Mapping[str, int]:
    """How often each switch has forgotten what it had looked up."""
    return {name: switch.memo.changes for name, switch in network.switches.items()}
