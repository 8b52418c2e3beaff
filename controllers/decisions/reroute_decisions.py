"""Decides which span to avoid or to restore next, and with which updates; pure.

    avoid_down_spans          forwarding of a controller that begins
    waiting_to_restore        spans that are up again and wait (wait to restore, ITU-T G.808.1)
    wait_to_restore_expired   one of them has waited long enough
    next_reroute, remains_due the next span to avoid or restore, and whether it still is when its first round is due
    reroute                   forwarding after it, and the rounds that lead there
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from controllers.decisions.consistent_update import UpdateRound, tree_updates, update_rounds
from controllers.decisions.network_state import NetworkState
from twin.plan.blueprint import Rule
from twin.plan.forwarding.multicast_trees import tree_rules


class Reroute(NamedTuple):
    """A span that forwarding is to avoid, or, once it is up again, to use."""

    span: str
    up: bool


@dataclass(slots=True)
class RerouteProgress:
    """A reroute under way: when it was decided (ns since 1970), the rounds left (None: the first has not begun), the
    switches that have yet to confirm the current round, and the number of rounds sent."""

    reroute: Reroute
    began: int
    rounds: list[UpdateRound] | None = None
    unconfirmed: set[str] = field(default_factory=set)
    rounds_sent: int = 0


def avoid_down_spans(state: NetworkState) -> NetworkState:
    """Forwarding and trees as they are to be when the first switch gets its rules: there is nothing to lead on from."""
    avoided = state.down_spans
    return replace(state, avoided=avoided, forward=state.forwarding(avoided),
                   trees=tree_rules(state.blueprint, state.members, avoided)) if avoided else state


def waiting_to_restore(state: NetworkState) -> frozenset[str]:
    """The avoided spans that wait to be restored: both ends are up, in switches that have confirmed their rules."""
    return frozenset(span for span in _up_again(state) - state.restored if not _isolates(state, span))


def wait_to_restore_expired(state: NetworkState, span: str) -> NetworkState:
    """A span has been up for the whole wait to restore."""
    return replace(state, restored=state.restored | {span})


def next_reroute(state: NetworkState) -> Reroute | None:
    """The next reroute: first avoid what is down, then restore what is up again.

    A span waits only where there is another path: what is isolated without it is reconnected at once.
    """
    for span in sorted(state.down_spans - state.avoided):
        return Reroute(span, False)
    for span in sorted(_up_again(state)):
        if _may_be_used(state, span):
            return Reroute(span, True)
    return None


def remains_due(state: NetworkState, change: Reroute) -> bool:
    """Whether a reroute that was decided may go on: a span that is to be restored must not have failed since."""
    return not change.up or (change.span in _up_again(state) and _may_be_used(state, change.span))


def _may_be_used(state: NetworkState, span: str) -> bool:
    return span in state.restored or _isolates(state, span)


def reroute(state: NetworkState, change: Reroute) -> tuple[NetworkState, tuple[UpdateRound, ...]]:
    """Forwarding after a reroute, and the updates of the switches, round by round; multicast trees change first."""
    avoided = state.avoided - {change.span} if change.up else state.avoided | {change.span}
    forward = state.forwarding(avoided)
    trees = tree_rules(state.blueprint, state.members, avoided)
    after = replace(state, avoided=avoided, forward=forward, restored=state.restored - {change.span}, trees=trees)
    rounds = tree_updates(state.trees, trees), *update_rounds(state.blueprint, state.forward, forward)
    return after, tuple(updates for updates in rounds if updates)


def _up_again(state: NetworkState) -> frozenset[str]:
    ends: dict[str, set[str]] = {}
    for (switch, _), span in state.trunks.items():
        ends.setdefault(span, set()).add(switch)
    return frozenset(span for span in state.avoided - state.down_spans if ends[span] <= state.ready)


def _isolates(state: NetworkState, span: str) -> bool:
    """Whether avoiding this span leaves a destination without a path."""
    with_span = state.forwarding(state.avoided - {span})
    return any(_reached(rules) - _reached(state.forward[name]) for name, rules in with_span.items())


def _reached(rules: Iterable[Rule]) -> set[str | None]:
    return {rule.match.destination for rule in rules if rule.match.detour is None}
