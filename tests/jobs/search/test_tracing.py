"""What the search sees of a channel's copies and of destinations, and that it looks again after every change."""

from __future__ import annotations

from pathlib import Path

from controllers.simulation.simulated_network import SimulatedNetwork
from twin import api
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.draw import draw
from twin.jobs.search.invariants import Invariants
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
    holes = 0
    for seed in range(8):
        kept, forgetful = (_Looked(ring) for _ in range(2))
        for event in draw(ring, seed).events:
            for after in (0, 16, 40):
                for switch in forgetful.network.switches.values():
                    switch.memo.forget()
                known = kept.look_after(event, after)
                assert known == forgetful.look_after(event, after)
                holes += bool(known[0])
    assert holes > 10


class _Looked:
    """A network and what is seen in it."""

    def __init__(self, blueprint: api.Blueprint) -> None:
        self.network, self._invariants = SimulatedNetwork(blueprint), Invariants(blueprint)
        self._last: Event | None = None

    def look_after(self, event: Event, after_ms: int) -> tuple[object, ...]:
        """Black holes, loops and duplicates some ms after an event."""
        clock = self.network.clock
        clock.run(max(event.at + after_ms * NS_PER_MS, clock.now_ns))
        if event is not self._last:
            happen(self.network, event)
            self._last = event
        return *self._invariants.black_holes(self.network), [*self._invariants.duplicates(self.network)]
