"""The table of functions that open flows, one for each kind of traffic; they send nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from traffic.attack.forged_packets import open_forged_packets
from traffic.bulk.transfers import open_transfer
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.iptv.set_top_box import open_iptv_viewing
from traffic.packets.constant_rate import open_constant_rate
from traffic.tools.iperf3 import open_bulk_transfer
from traffic.voice.dialled_calls import open_dialled_speech, open_sip_signalling
from traffic.web.tcp_transactions import open_mail
from traffic.web.terminal_session import open_terminal_session
from traffic.web.udp_requests import open_datagram_requests
from traffic.web.web_pages import open_web_pages
from twin.plan.blueprint import (
    BulkTransfer,
    ConstantRate,
    DialledSpeech,
    DnsQueries,
    Elastic,
    Flow,
    ForgedPackets,
    GameUpdates,
    IptvViewing,
    MailTransactions,
    PeerTransfer,
    ProgressiveDownload,
    RestorationProbe,
    RtpCall,
    RtpStream,
    SipSignalling,
    TerminalSession,
    UdpFlood,
    WebPages,
)

Opener = Callable[[Flow, Any, FlowCounters, FlowContext], ActiveFlow]
"""Opens a flow; the second argument is its traffic, of the kind under which the function is registered."""
OPENERS: Mapping[type[Any], Opener] = {
    RtpCall: open_constant_rate,
    RtpStream: open_constant_rate,
    UdpFlood: open_constant_rate,
    RestorationProbe: open_constant_rate,
    ForgedPackets: open_forged_packets,
    IptvViewing: open_iptv_viewing,
    SipSignalling: open_sip_signalling,
    DialledSpeech: open_dialled_speech,
    BulkTransfer: open_bulk_transfer,
    PeerTransfer: open_transfer,
    ProgressiveDownload: open_transfer,
    WebPages: open_web_pages,
    MailTransactions: open_mail,
    TerminalSession: open_terminal_session,
    DnsQueries: open_datagram_requests,
    GameUpdates: open_datagram_requests,
}
"""Every kind of traffic has its row."""


def open_flow(flow: Flow, counters: FlowCounters, context: FlowContext) -> ActiveFlow:
    """Open one flow. Raises OSError where the kernel refuses."""
    return OPENERS[type(flow.traffic)](flow, flow.traffic, counters, context)


def connections(flow: Flow) -> int:
    """How many TCP connections a flow may have at a time; all but those at constant rate count as one at least."""
    match flow.traffic:
        case ConstantRate():
            return 0
        case Elastic(connections=count) | WebPages(connections=count):
            return count
        case _:
            return 1
