"""The blueprint: all that follows from a network, ready to be built; values only, no computation.

It crosses into the lab as JSON (twin.core.records), where the emulation, the controller and the traffic each read their
part of it. Every name that a kernel sees stands here, short enough for it (15 characters for an interface).
"""

from twin.plan.blueprint.admission import Room
from twin.plan.blueprint.cells import AirRate, Cell, Station, Way
from twin.plan.blueprint.faults import FaultPlan
from twin.plan.blueprint.flows import Flow, carrying
from twin.plan.blueprint.hosts import Host
from twin.plan.blueprint.iptv import ChannelPlan
from twin.plan.blueprint.layers import FULL_FRAME, Layer
from twin.plan.blueprint.links import Carrier, End, Shared, SpanPlan, Strikes
from twin.plan.blueprint.network import Blueprint
from twin.plan.blueprint.qos import Band, Classifier, Scheduler, Sharing, full_packets
from twin.plan.blueprint.switches import Copies, Failover, Marker, Match, Meter, Port, Rule, Switch
from twin.plan.blueprint.traffic import (
    BulkTransfer,
    ConstantRate,
    DatagramRequests,
    DialledSpeech,
    Dialling,
    DnsQueries,
    Elastic,
    FixedSize,
    ForgedPackets,
    GameUpdates,
    IptvViewing,
    MailTransactions,
    PacketStream,
    PeerTransfer,
    ProgressiveDownload,
    RequestResponse,
    RestorationProbe,
    RtpCall,
    RtpStream,
    SipSignalling,
    Speech,
    TerminalSession,
    Traffic,
    UdpFlood,
    WebPages,
)

__all__ = [
    "AirRate", "Band", "Blueprint", "BulkTransfer", "Carrier", "Cell", "ChannelPlan", "Classifier",
    "ConstantRate", "Copies", "DatagramRequests", "DialledSpeech", "Dialling", "DnsQueries", "Elastic", "End",
    "FULL_FRAME", "Failover", "FaultPlan", "FixedSize", "Flow", "ForgedPackets", "GameUpdates", "Host",
    "IptvViewing", "Layer", "MailTransactions", "Marker", "Match", "Meter", "PacketStream", "PeerTransfer",
    "Port", "ProgressiveDownload", "RequestResponse", "RestorationProbe", "Room", "RtpCall", "RtpStream",
    "Rule", "Scheduler", "Shared", "Sharing", "SipSignalling", "SpanPlan", "Speech", "Station", "Strikes",
    "Switch", "TerminalSession", "Traffic", "UdpFlood", "Way", "WebPages", "carrying", "full_packets",
]
