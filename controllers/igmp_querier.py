"""The IGMP querier: takes reports and leaves of lines, sends queries, keeps the timers of members (RFC 2236).

Where the network is no querier it does the same but for the queries, as a switch that snoops (RFC 4541).
"""

from __future__ import annotations

from collections.abc import Iterable

from controllers import igmp_messages, openflow_messages
from controllers.clock import Clock
from controllers.decisions import igmp_membership
from controllers.decisions.network_state import PendingLeave
from controllers.switch_connections import SwitchConnections
from controllers.timer_events import EventQuerierTimer, EventQueryTimeout
from twin.model import Querier


class IgmpQuerier:
    """Carries out what `igmp_membership` decides. next_query_ns: when the next general query is due."""

    def __init__(self, network: SwitchConnections, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self.next_query_ns: int | None = None

    def switch_ready(self, switch: str) -> None:
        """Ask the lines of a switch that has begun who their members are: a controller that has started again knows of
        none (RFC 2236, 8.6 and 8.7). The query interval begins with the first of them: one that is down for good must
        not keep all others from queries."""
        blueprint = self._network.state.blueprint
        if not blueprint.iptv_channels:
            return
        self._send_general_query([switch])
        if self.next_query_ns is None:
            self.next_query_ns = self._clock.now_ns() + blueprint.multicast.query_interval
            self._clock.after(blueprint.multicast.query_interval, EventQuerierTimer())

    def frame_received(self, switch: str, port: int, frame: bytes) -> None:
        """Update the multicast trees by the messages of a line."""
        for message in igmp_messages.parse(frame):
            now = self._clock.now_ns()
            self._apply(igmp_membership.message_received(self._network.state, switch, port, message, now))

    def query_timed_out(self, leave: PendingLeave) -> None:
        """A last member query was not answered in time."""
        self._apply(igmp_membership.query_timed_out(self._network.state, leave))

    def timer_expired(self, event: EventQuerierTimer) -> None:
        """Expire members, send the general queries that are due, and set the timer again."""
        now, multicast = self._clock.now_ns(), self._network.state.blueprint.multicast
        self._apply(igmp_membership.expire_members(self._network.state, now))
        if self.next_query_ns is None or now >= self.next_query_ns:
            self.next_query_ns = now + multicast.query_interval
            self._send_general_query(sorted(self._network.datapaths))
        due = min(self.next_query_ns, igmp_membership.next_expiry(self._network.state) or self.next_query_ns)
        self._clock.after(due - now, event)

    def _apply(self, change: igmp_membership.MembershipChange) -> None:
        """Update the switches, and send a last member query if there is one."""
        self._network.state = change.state
        for switch in sorted(set(change.updates) & set(self._network.datapaths)):
            self._network.update(switch, change.updates[switch])
        if change.query is not None:
            self._send_last_member_query(change.query)

    def _send_general_query(self, switches: Iterable[str]) -> None:
        """Out of the ports of all their lines, one packet-out a switch, where the network is the querier."""
        state = self._network.state
        multicast = state.blueprint.multicast
        if multicast.querier is not Querier.NETWORK:
            return
        frame = igmp_messages.query_frame(None, multicast.query_response, self._network.gateway_mac)
        for switch in switches:
            ports = sorted(port for name, port in state.lines if name == switch)
            if ports:
                self._packet_out(switch, ports, frame, state.general_query_queue)

    def _send_last_member_query(self, leave: PendingLeave) -> None:
        """Ask a line whether it still has a receiver of the channel, and set the timer of the response."""
        state, (switch, port) = self._network.state, leave.line
        within = state.blueprint.multicast.last_member_query
        if switch in self._network.datapaths:
            group = state.channel(leave.channel).group
            frame = igmp_messages.query_frame(group, within, self._network.gateway_mac)
            self._packet_out(switch, [port], frame, state.queue(leave.channel))
        self._clock.after(within, EventQueryTimeout(leave))

    def _packet_out(self, switch: str, ports: list[int], frame: bytes, queue: int | None) -> None:
        datapath = self._network.datapaths[switch]
        self._network.send(switch, [openflow_messages.packet_out(datapath, ports, frame, queue)])
