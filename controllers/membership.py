"""Who watches what: pure decisions on IGMP, beside those on ports. A state and an event give a new state, what each
switch is told, and what is asked of a line.

    heard(state, switch, port, message)   a line joined or left a group
    unanswered(state, doubt)              a query ran out of time

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


def heard(state: State, switch: str, port: int, message: Message) -> Outcome:
    """A line's IGMP message. Groups that are no channel's, and ports that are no line's, mean nothing."""
    channel = next((one for one in state.blueprint.channels if one.group == message.group), None)
    line = switch, port
    if channel is None or line not in state.lines:
        return Outcome(state, {})
    watching = line in state.members.get(channel.name, frozenset())
    settled = _settled(state, channel.name, line)
    if message.joins:
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


def _settled(state: State, channel: str, line: tuple[str, int]) -> State:
    """The state without a doubt about this channel on this line."""
    doubts = {doubt: asked for doubt, asked in state.doubts.items() if (doubt.channel, doubt.line) != (channel, line)}
    return state if len(doubts) == len(state.doubts) else replace(state, doubts=doubts)


def _with(state: State, channel: ChannelPlan, line: tuple[str, int], watches: bool) -> Outcome:
    """The channel's tree grows to the line or is pruned there."""
    before = state.members.get(channel.name, frozenset())
    members = {**state.members, channel.name: before | {line} if watches else before - {line}}
    return Outcome(*watched(state, members))
