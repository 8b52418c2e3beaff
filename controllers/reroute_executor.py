"""Carries out reroutes, one at a time: rounds of updates, each confirmed by barriers, and the waits to restore.

Switches get their rules between reroutes. A controller that begins waits until all have connected, since it does not
know what is down before they have told it their ports. Then it clears them all before it programs any: beside rules of
a controller before it, which may have avoided other spans, its own could make a loop.
"""

from __future__ import annotations

from controllers.clock import Clock
from controllers.decisions import network_state, reroute_decisions
from controllers.decisions.reroute_decisions import RerouteProgress
from controllers.switch_connections import SwitchConnections
from controllers.timer_events import EventConnectionsAwaited, EventUpdateRound, EventWaitToRestoreExpired
from twin.core.units import NS_PER_S

CONNECTIONS = 1 * NS_PER_S
"""How long a controller that has just begun waits for all switches to connect."""


class RerouteExecutor:
    """The reroute under way, and the spans that wait to be restored, each with when its wait began (ns).

    begun: whether all switches have connected once, or have had their time to.
    """

    def __init__(self, network: SwitchConnections, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self.progress: RerouteProgress | None = None
        self.waits: dict[str, int] = {}
        self.begun = False
        self._awaiting = False
        self._clearing = False

    def switch_connected(self) -> None:
        """A switch waits for its rules."""
        if self.begun:
            self.proceed()
        elif self._network.all_connected:
            self.begin()
        elif not self._awaiting:
            self._awaiting = True
            self._clock.after(CONNECTIONS, EventConnectionsAwaited())

    def begin(self) -> None:
        """Clear the switches that have connected."""
        if not self._clearing:
            self._clearing = True
            self._network.clear_waiting()
            self.switch_cleared()

    def switch_cleared(self) -> None:
        """A switch has no rules any more, or is gone; after the last of them the first rules avoid what is down."""
        if self._clearing and not self.begun and self._network.all_cleared:
            self.begun = True
            self._network.state = reroute_decisions.avoid_down_spans(self._network.state)
            self.proceed()

    def proceed(self) -> None:
        """While no reroute is under way, send rules to switches that wait for them, and begin the next reroute if there
        is one; start and stop waits to restore."""
        if not self.begun:
            return
        if self.progress is None:
            self._network.program_waiting()
        state = self._network.state
        change = reroute_decisions.next_reroute(state) if self.progress is None else None
        if change is not None:
            self.progress = RerouteProgress(change, self._clock.date_ns())
            self._schedule_round(self.progress)
        self._update_waits()

    def _update_waits(self) -> None:
        waiting = reroute_decisions.waiting_to_restore(self._network.state)
        self.waits = {span: since for span, since in self.waits.items() if span in waiting}
        for span in sorted(waiting - self.waits.keys()):
            self.waits[span] = since = self._clock.now_ns()
            wait_ns = self._network.state.blueprint.protection.wait_to_restore
            self._clock.after(wait_ns, EventWaitToRestoreExpired(span, since))

    def wait_to_restore_expired(self, span: str, since: int) -> None:
        """Restore a span that has stayed up since its wait began."""
        if self.waits.get(span) == since:
            del self.waits[span]
            self._network.state = reroute_decisions.wait_to_restore_expired(self._network.state, span)
            self.proceed()

    def failure_reported(self, switch: str, port: int) -> None:
        """A switch has reported that a port is down. A wait to restore ends at once (ITU-T G.8032: a failure stops the
        timer), not only when the controller's own delay is over: until then the wait could expire."""
        state = self._network.state
        self._network.state = network_state.failure_reported(state, switch, port)
        self.waits.pop(state.trunks.get((switch, port), ""), None)

    def _schedule_round(self, progress: RerouteProgress) -> None:
        """The rules of the next round take effect, all at once, after the time of a round. One that takes no time, too,
        comes after all that waits to be handled: a controller that was paused may have yet to hear of a failure."""
        self._clock.after(self._network.state.blueprint.protection.round, EventUpdateRound(progress))

    def send_round(self, progress: RerouteProgress) -> None:
        """Send the next round that concerns a connected switch; without one the reroute is complete.

        The updates are computed when the first round takes effect: multicast trees may have changed until then. A span
        that is to be restored may have failed: a controller that was paused handles an expired wait before the news.
        """
        if progress.rounds is None:
            if not reroute_decisions.remains_due(self._network.state, progress.reroute):
                self._end()
                return
            self._network.state, rounds = reroute_decisions.reroute(self._network.state, progress.reroute)
            progress.rounds = list(rounds)
        while progress.rounds:
            updates = progress.rounds.pop(0)
            progress.unconfirmed = set(updates) & set(self._network.datapaths)
            if progress.unconfirmed:
                progress.rounds_sent += 1
                for switch in sorted(progress.unconfirmed):
                    self._network.update_confirmed(switch, updates[switch], progress)
                return
        self._complete(progress)

    def barrier_answered(self, progress: RerouteProgress, switch: str) -> None:
        """A switch has confirmed its update, or is gone; after the last of a round comes the next one."""
        progress.unconfirmed.discard(switch)
        if not progress.unconfirmed:
            (self._schedule_round if progress.rounds else self._complete)(progress)

    def _complete(self, progress: RerouteProgress) -> None:
        span, up = progress.reroute
        self._network.report({"event": "rerouted", "span": span, "up": up, "rounds": progress.rounds_sent,
                              "began_ns": progress.began, "at_ns": self._clock.date_ns()})
        self._end()

    def _end(self) -> None:
        self.progress = None
        self.proceed()
