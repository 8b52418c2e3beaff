"""What the search sees of a channel's copies and of destinations, and that it looks again after every change."""

from __future__ import annotations

from pathlib import Path

from controllers.simulation.simulated_network import SimulatedNetwork
from twin import api
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.draw import draw
from twin.jobs.search.invariants import Invariants, heard_members
from twin.jobs.search.outcome import Violation
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.jobs.search.simulate import Simulation, happen

CASTRES = Path("topologies/castres-mazamet.yaml")
RING = Path(__file__).with_name("ring.yaml")


def test_a_copy_that_is_discarded_is_no_duplicate() -> None:
    """While a tree moves back to a mended span, a switch gets the channel by two spans for a moment, and forwards that
    of one: no span carries it twice, and no line gets it twice."""
    events = (Event(Time(1 * NS_PER_S), EventKind.JOIN, "mazamet-switchboard-1", channel="channel-1"),
              Event(Time(2 * NS_PER_S), EventKind.JOIN, "payrin-augmontel-tv-1", channel="channel-1"),
              Event(Time(3 * NS_PER_S), EventKind.CUT, "castres-labruguiere"))
    assert Simulation(api.plan(api.load(CASTRES))).run(Schedule(17, events)).violations == ()


def test_rules_of_a_controller_before_are_not_held_against_the_next() -> None:
    """Until it has programmed all switches they may avoid a span that is up again: then two failures meet, and no
    detour is planned for both. The outage is listed, and no violation."""
    events = (Event(Time(1_000_000_000), EventKind.CUT, "pont-de-larn-relay-uplink"),
              Event(Time(1_002_713_608), EventKind.CUT, "castres-dslam-uplink"),
              Event(Time(1_091_189_857), EventKind.MEND, "pont-de-larn-relay-uplink"),
              Event(Time(1_139_854_678), EventKind.CONTROLLER_RESTART))
    outcome = Simulation(api.plan(api.load(CASTRES))).run(Schedule(1191, events))
    assert outcome.violations == () and outcome.longest_outage > 0


def test_what_was_looked_up_is_what_is_there() -> None:
    """After every event of a schedule, a network whose lookups are kept shows what one does that forgets them all."""
    ring = api.plan(api.load(RING))
    seen: list[set[str]] = []
    for seed in range(12):
        kept, forgetful = (_Looked(ring) for _ in range(2))
        for event in draw(ring, seed).events:
            for after in (0, 16, 40):
                forgetful.forget()
                known = kept.look_after(event, after)
                assert known == forgetful.look_after(event, after)
                seen.append({violation.invariant for violation in known})
    assert sum("who is connected is reached" in each for each in seen) > 10
    assert sum("trees are members" in each for each in seen) > 10


class _Looked:
    """A network and what is seen in it."""

    def __init__(self, blueprint: api.Blueprint) -> None:
        self._blueprint = blueprint
        self.network, self._invariants = SimulatedNetwork(blueprint), Invariants(blueprint)
        self._last: Event | None = None

    def forget(self) -> None:
        """Everything that was looked up."""
        self._invariants = Invariants(self._blueprint)
        for switch in self.network.switches.values():
            switch.memo.forget()

    def look_after(self, event: Event, after_ms: int) -> list[Violation]:
        """What holds neither now nor would if this were rest, some ms after an event."""
        clock = self.network.clock
        clock.run(max(event.at + after_ms * NS_PER_MS, clock.now_ns))
        if event is not self._last:
            happen(self.network, event)
            self._last = event
        checks, network = self._invariants, self.network
        return [*checks.black_holes(network)[1], *checks.duplicates(network),
                *checks.at_rest(network, heard_members(network))]
