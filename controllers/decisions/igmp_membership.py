"""Group membership of lines: decisions on IGMP messages and timers; pure.

    message_received(state, switch, port, message, now)   a line joined or left a group
    query_timed_out(state, leave)                         a last member query was not answered
    expire_members(state, now), next_expiry(state)        lines that have not reported for too long; when to look next

A line is a point-to-point link with one CPE, which answers for all behind it: no other host's report suppresses its
own (RFC 2236, 3), so each line is known by its own reports.

Without fast leave a line that leaves is sent `robustness` last member queries, and pruned when none was answered
(RFC 2236, 3 and 8.8). A join ends that. Where nobody queries, a leave changes nothing: another host behind the line
could not say that it still watches, so the membership ends when its report is too old (RFC 4541, 2.1.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from controllers.decisions.consistent_update import SwitchUpdate, tree_updates
from controllers.decisions.network_state import NetworkState, PendingLeave
from controllers.igmp_messages import GroupMessage
from twin.model import Querier
from twin.plan.blueprint import IptvChannelPlan
from twin.plan.forwarding.multicast_trees import Members, tree_rules


class MembershipChange(NamedTuple):
    """The new state, the updates of switches, and the leave for which a last member query is to be sent, if any."""

    state: NetworkState
    updates: Mapping[str, SwitchUpdate]
    query: PendingLeave | None = None


def message_received(
    state: NetworkState, switch: str, port: int, message: GroupMessage, now: int
) -> MembershipChange:
    """A line's IGMP message. Ignored: groups of no channel, and ports of no line."""
    channel = next((channel for channel in state.blueprint.iptv_channels if channel.group == message.group), None)
    line = switch, port
    if channel is None or line not in state.lines:
        return MembershipChange(state, {})
    member = line in state.members.get(channel.name, frozenset())
    without_leave = _end_leave(state, channel.name, line)
    if message.joins:
        joined = replace(without_leave, reported={**without_leave.reported, (channel.name, line): now})
        return MembershipChange(joined, {}) if member else _set_member(joined, channel, line, True)
    if not member or without_leave != state:
        return MembershipChange(state, {})
    if state.blueprint.multicast.fast_leave:
        return _set_member(state, channel, line, False)
    if state.blueprint.multicast.querier is Querier.NONE:
        return MembershipChange(state, {})
    leave = PendingLeave(channel.name, line, state.leave_count + 1)
    pending = {**state.pending_leaves, leave: 1}
    return MembershipChange(replace(state, pending_leaves=pending, leave_count=leave.number), {}, leave)


def query_timed_out(state: NetworkState, leave: PendingLeave) -> MembershipChange:
    """A last member query was not answered in time: query again, or prune. Ignored for a leave that has ended."""
    queries = state.pending_leaves.get(leave)
    if queries is None:
        return MembershipChange(state, {})
    if queries < state.blueprint.multicast.robustness:
        pending = {**state.pending_leaves, leave: queries + 1}
        return MembershipChange(replace(state, pending_leaves=pending), {}, leave)
    return _set_member(_end_leave(state, leave.channel, leave.line), state.channel(leave.channel), leave.line, False)


def expire_members(state: NetworkState, now: int) -> MembershipChange:
    """Prune the lines whose last report is too old (RFC 2236, 6: the timer of a group): the receiver vanished."""
    expired = [key for key, at in state.reported.items() if at + state.blueprint.multicast.membership_interval <= now]
    for channel, line in expired:
        state = _end_leave(state, channel, line)
    members = {name: lines - {line for channel, line in expired if channel == name}
               for name, lines in state.members.items()}
    reported = {key: at for key, at in state.reported.items() if key not in expired}
    return _with_members(replace(state, reported=reported), members) if expired else MembershipChange(state, {})


def next_expiry(state: NetworkState) -> int | None:
    """When the first report will be too old, ns; None without members."""
    first = min(state.reported.values(), default=None)
    return None if first is None else first + state.blueprint.multicast.membership_interval


def _end_leave(state: NetworkState, channel: str, line: tuple[str, int]) -> NetworkState:
    """The state without a pending leave of this channel on this line."""
    pending = {leave: queries for leave, queries in state.pending_leaves.items()
               if (leave.channel, leave.line) != (channel, line)}
    return state if len(pending) == len(state.pending_leaves) else replace(state, pending_leaves=pending)


def _set_member(state: NetworkState, channel: IptvChannelPlan, line: tuple[str, int], member: bool) -> MembershipChange:
    """The channel's tree is extended to the line, or pruned."""
    before = state.members.get(channel.name, frozenset())
    members = {**state.members, channel.name: before | {line} if member else before - {line}}
    reported = state.reported if member else {k: at for k, at in state.reported.items() if k != (channel.name, line)}
    return _with_members(replace(state, reported=reported), members)


def _with_members(state: NetworkState, members: Members) -> MembershipChange:
    """The multicast trees of these members."""
    trees = tree_rules(state.blueprint, members, state.avoided)
    return MembershipChange(replace(state, members=members, trees=trees), tree_updates(state.trees, trees))
