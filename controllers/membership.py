"""Who watches what: pure decisions on IGMP, beside those on ports. A state and an event give a new state, what each
switch is told, and what is asked of a line.

    heard(state, switch, port, message, now)   a line joined or left a group
    unanswered(state, doubt)                   a query ran out of time
    aged(state, now), next_aging(state)        lines that have not said for too long that they watch; when the next has

A line is a point-to-point link with one CPE, which answers for all behind it: nobody hears another's report and
suppresses an own one (RFC 2236, 3), so that each line is known by what itself says.

Without fast leave a line that leaves is in doubt: it is asked `robustness` times whether somebody there still watches,
and pruned when nobody has said so (RFC 2236, 3 and 8.8). A join ends the doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from controllers.decisions import Doubt, State, watched
from controllers.igmp import Message
from controllers.turning import Change
from twin.plan.blueprint import ChannelPlan


class Outcome(NamedTuple):
    """What follows: the new state, what switches are told, and the doubt about which a line is asked, if any."""

    state: State
    told: Mapping[str, Change]
    asks: Doubt | None = None


def heard(state: State, switch: str, port: int, message: Message, now: int) -> Outcome:
    """A line's IGMP message. Groups that are no channel's, and ports that are no line's, mean nothing."""
    channel = next((one for one in state.blueprint.channels if one.group == message.group), None)
    line = switch, port
    if channel is None or line not in state.lines:
        return Outcome(state, {})
    watching = line in state.members.get(channel.name, frozenset())
    settled = _settled(state, channel.name, line)
    if message.joins:
        settled = replace(settled, reported={**settled.reported, (channel.name, line): now})
        return Outcome(settled, {}) if watching else _with(settled, channel, line, True)
    if not watching or settled != state:
        return Outcome(state, {})
    if state.blueprint.multicast.fast_leave:
        return _with(state, channel, line, False)
    doubt = Doubt(channel.name, line, state.doubts_ever + 1)
    return Outcome(replace(state, doubts={**state.doubts, doubt: 1}, doubts_ever=doubt.number), {}, doubt)


def unanswered(state: State, doubt: Doubt) -> Outcome:
    """Nobody has answered a query in time: ask again, or prune. A doubt that was settled meanwhile means nothing."""
    asked = state.doubts.get(doubt)
    if asked is None:
        return Outcome(state, {})
    if asked < state.blueprint.multicast.robustness:
        return Outcome(replace(state, doubts={**state.doubts, doubt: asked + 1}), {}, doubt)
    return _with(_settled(state, doubt.channel, doubt.line), state.channel(doubt.channel), doubt.line, False)


def aged(state: State, now: int) -> Outcome:
    """Prune the lines whose last report is too old (RFC 2236, 6: the timer of a group): somebody vanished there."""
    old = [key for key, at in state.reported.items() if at + state.blueprint.multicast.membership_interval <= now]
    for channel, line in old:
        state = _settled(state, channel, line)
    members = {name: watching - {line for channel, line in old if channel == name}
               for name, watching in state.members.items()}
    reported = {key: at for key, at in state.reported.items() if key not in old}
    return Outcome(*watched(replace(state, reported=reported), members)) if old else Outcome(state, {})


def next_aging(state: State) -> int | None:
    """When the first report will be too old, ns; None where nobody watches."""
    first = min(state.reported.values(), default=None)
    return None if first is None else first + state.blueprint.multicast.membership_interval


def _settled(state: State, channel: str, line: tuple[str, int]) -> State:
    """The state without a doubt about this channel on this line."""
    doubts = {doubt: asked for doubt, asked in state.doubts.items() if (doubt.channel, doubt.line) != (channel, line)}
    return state if len(doubts) == len(state.doubts) else replace(state, doubts=doubts)


def _with(state: State, channel: ChannelPlan, line: tuple[str, int], watches: bool) -> Outcome:
    """The channel's tree grows to the line or is pruned there."""
    before = state.members.get(channel.name, frozenset())
    members = {**state.members, channel.name: before | {line} if watches else before - {line}}
    reported = state.reported if watches else {k: at for k, at in state.reported.items() if k != (channel.name, line)}
    return Outcome(*watched(replace(state, reported=reported), members))
