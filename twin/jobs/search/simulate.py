"""Runs a schedule in the simulated network: what does not hold, and how near to that it came; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache, partial

from controllers.decisions.reroute_decisions import Reroute
from controllers.simulation.simulated_network import SimulatedNetwork
from controllers.simulation.virtual_clock import EndlessMoment
from twin.core.progress import untold
from twin.core.units import NS_PER_S, Time
from twin.jobs.search.invariants import Invariants, heard_members, watching_members
from twin.jobs.search.outcome import Outcome, Violation
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import trunks
from twin.plan.forwarding.openflow_rules import forward_rules

START = 1 * NS_PER_S
"""By then every switch is programmed."""
SETTLED = 5 * NS_PER_S
"""Beyond what is waited for: for updates and their barriers."""
REMEMBERED = 256
"""Sets of avoided spans whose rules are remembered from one schedule to the next."""
Stops = Callable[[Violation], bool]
"""Whether a violation is enough."""


class Simulation:
    """Runs schedules of one blueprint. ends: the switches beside each span between switches."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._blueprint = blueprint
        self.ends = {span: tuple(switch.name for switch in blueprint.switches for port in switch.ports
                                 if port.span == span) for span in trunks(blueprint)}
        self._forwarding = lru_cache(REMEMBERED)(partial(forward_rules, blueprint))
        self._invariants = Invariants(blueprint, self._forwarding)
        self._begun: _Seen | None = None
        multicast = blueprint.multicast
        self._converged = (blueprint.protection.wait_to_restore * 2 + SETTLED
                           + multicast.robustness * multicast.last_member_query)
        self._expired = multicast.membership_interval + multicast.query_interval if blueprint.iptv_channels else 0

    def run(self, schedule: Schedule, stops: Stops = lambda _: False) -> Outcome:
        """The outcome of a schedule: its events, then rest; all is healed, and rest again. stops: whether a violation
        is enough; what comes after it is not in the outcome."""
        with untold():
            network = SimulatedNetwork(self._blueprint, forwarding=self._forwarding)
            watch = _Watch(self._invariants, network, stops)
            self._watch(schedule, network, watch)
        return watch.outcome(schedule)

    def _watch(self, schedule: Schedule, network: SimulatedNetwork, watch: _Watch) -> None:
        with suppress(_Stopped):
            try:
                self._run(schedule, network, watch)
            except EndlessMoment:
                watch.note([Violation("time goes on", "the controller acts at one moment without end")])

    def _run(self, schedule: Schedule, network: SimulatedNetwork, watch: _Watch) -> None:
        self._begin(network, watch)
        for event in schedule.events:
            network.clock.run(max(event.at, network.clock.now_ns), watch.look)
            happen(network, event)
        self._rest(network, watch, max((event.lasts for event in schedule.events), default=0))
        heal(network)
        self._rest(network, watch, 0)

    def _begin(self, network: SimulatedNetwork, watch: _Watch) -> None:
        """Until START all schedules are the same: once nothing is violated by then, nobody needs to look again."""
        network.clock.run(START, watch.look if self._begun is None else lambda: None)
        if self._begun is not None:
            watch.seen = deepcopy(self._begun)
        elif not watch.seen.violations:
            self._begun = deepcopy(watch.seen)

    def violates(self, schedule: Schedule, invariant: str) -> bool:
        """Whether a schedule violates an invariant."""
        outcome = self.run(schedule, lambda violation: violation.invariant == invariant)
        return any(violation.invariant == invariant for violation, _ in outcome.violations)

    def _rest(self, network: SimulatedNetwork, watch: _Watch, lasting: int) -> None:
        """Nothing happens until all has converged, and then until every membership that nobody renews has expired."""
        network.clock.run(network.clock.now_ns + lasting + self._converged, watch.look)
        watch.note(self._invariants.at_rest(network, heard_members(network)))
        network.clock.run(network.clock.now_ns + self._expired, watch.look)
        watch.note(self._invariants.at_rest(network, watching_members(network)))


class _Stopped(Exception):
    """Enough was seen."""


@dataclass(slots=True)
class _Seen:
    """What was seen: violations, each with when it was first seen; of each pair that is not reached since when, and of
    all for how long at most; the reroute under way, and for how long its span had been up. version, reported: of the
    network, and how many of its reports, when it was last looked at."""

    violations: dict[Violation, int] = field(default_factory=dict)
    since: dict[tuple[str, str], int] = field(default_factory=dict)
    outages: dict[tuple[str, str], int] = field(default_factory=dict)
    version: int = -1
    reported: int = 0
    rerouting: Reroute | None = None
    up_for: int = 0


class _Watch:
    """Looks at the network at every moment at which something has changed, until a violation is enough."""

    def __init__(self, invariants: Invariants, network: SimulatedNetwork, stops: Stops) -> None:
        self._stops = stops
        self._invariants = invariants
        self._network = network
        self.seen = _Seen()

    def note(self, violations: Iterable[Violation]) -> None:
        """Keep what is new. Raises _Stopped once that is enough."""
        for violation in violations:
            self.seen.violations.setdefault(violation, self._network.clock.now_ns)
            if self._stops(violation):
                raise _Stopped

    def look(self) -> None:
        """Check what must hold at every moment."""
        network = self._network
        for report in network.reports[self.seen.reported:]:
            self.note(self._invariants.of_report(report))
            if report["event"] == "rerouted" and report["up"]:
                self._check_restored(str(report["span"]))
        self.seen.reported = len(network.reports)
        self._note_reroute()
        if network.version == self.seen.version:
            return
        self.seen.version = network.version
        holes, loops = self._invariants.black_holes(network)
        self.note(loops)
        self.note(self._invariants.duplicates(network))
        self.note(self._invariants.bridged(network, holes))
        now, since, outages = network.clock.now_ns, self.seen.since, self.seen.outages
        for pair in since.keys() - holes:
            outages[pair] = max(outages.get(pair, 0), now - since.pop(pair))
        since.update(dict.fromkeys(holes - since.keys(), now))

    def _note_reroute(self) -> None:
        """Keep for how long the span of a reroute that has begun had been up."""
        rerouting = self._network.rerouting
        if rerouting is not None and rerouting != self.seen.rerouting:
            self.seen.up_for = _up_for(self._network, rerouting.span)
        self.seen.rerouting = rerouting

    def _check_restored(self, span: str) -> None:
        """Check a reroute that has ended by when it began, which is now where it takes no time."""
        began_before = self.seen.rerouting == (span, True)
        up_for = self.seen.up_for if began_before else _up_for(self._network, span)
        self.note(self._invariants.of_restoration(self._network, span, up_for))

    def outcome(self, schedule: Schedule) -> Outcome:
        """What was seen."""
        outages = self.seen.outages
        pair = max(sorted(outages), key=outages.__getitem__, default=("", ""))
        rerouted = sum(report["event"] == "rerouted" for report in self._network.reports)
        return Outcome(schedule, tuple(self.seen.violations.items()), Time(outages.get(pair, 0)), pair, rerouted)


def _up_for(network: SimulatedNetwork, span: str) -> int:
    """For how long a span has been up and its ends connected, ns; 0 where an end sees no carrier."""
    return 0 if span in network.half_noticed else network.clock.now_ns - network.up_since.get(span, 0)


def happen(network: SimulatedNetwork, event: Event) -> None:
    """Let an event happen."""
    EFFECTS[event.kind](network, event)


def heal(network: SimulatedNetwork) -> None:
    """Mend what is broken, and let no switch be slow any more."""
    for span in sorted(network.broken):
        network.restore_span(span)
    for node in sorted(network.off):
        network.power_on(node)
    for node in sorted(network.switches):
        network.delay(node, 0)


def _line(network: SimulatedNetwork, event: Event) -> tuple[str, int]:
    return next((host.switch, host.port) for host in network.blueprint.hosts if host.name == event.target)


def _group(network: SimulatedNetwork, event: Event) -> str:
    return next(channel.group for channel in network.blueprint.iptv_channels if channel.name == event.channel)


EFFECTS: Mapping[EventKind, Callable[[SimulatedNetwork, Event], None]] = {
    EventKind.CUT: lambda network, event: network.break_span(event.target),
    EventKind.MEND: lambda network, event: network.restore_span(event.target),
    EventKind.POWER_OFF: lambda network, event: network.power_off(event.target),
    EventKind.POWER_ON: lambda network, event: network.power_on(event.target),
    EventKind.RESTART: lambda network, event: network.restart_software(event.target),
    EventKind.SLOW: lambda network, event: network.delay(event.target, event.lasts),
    EventKind.PAUSE: lambda network, event: network.pause(event.lasts),
    EventKind.CONTROLLER_RESTART: lambda network, _: network.restart_application(),
    EventKind.JOIN: lambda network, event: network.watch(_line(network, event), _group(network, event)),
    EventKind.UNPLUG: lambda network, event: network.unplug(_line(network, event)),
    EventKind.LEAVE: lambda network, event: network.leave(_line(network, event), _group(network, event)),
}
"""What each kind of event does to the simulated network."""
