"""The blueprint: everything that follows from a network, ready to be built; values only, no computation.

It is passed into the lab as JSON (twin.core.records), where the emulation, the controller and the traffic generators
each read their part. It holds every name that a kernel sees, short enough for it (15 characters for an interface).
"""

from twin.plan.blueprint.admission import CallBudget
from twin.plan.blueprint.blueprint import Blueprint
from twin.plan.blueprint.faults import FaultPlan
from twin.plan.blueprint.flows import Flow, carrying
from twin.plan.blueprint.hosts import Host
from twin.plan.blueprint.impulse_noise import ImpulseNoise
from twin.plan.blueprint.iptv import IptvChannelPlan
from twin.plan.blueprint.layers import FULL_FRAME, LinkLayer
from twin.plan.blueprint.links import End, LinkDirection, Server, SharedMedium, SpanPlan
from twin.plan.blueprint.qos import Band, Classifier, ParentBand, Scheduler, SubscriberQueues, full_packets
from twin.plan.blueprint.radio_cells import AirRate, RadioCellPlan, RadioHopDirection, Station
from twin.plan.blueprint.switches import (
    FastFailoverGroup,
    GroupAll,
    Match,
    Meter,
    Port,
    Rule,
    Switch,
    ThreeColourMarker,
)
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
    "FULL_FRAME",
    "AirRate",
    "Band",
    "Blueprint",
    "BulkTransfer",
    "CallBudget",
    "Classifier",
    "ConstantRate",
    "DatagramRequests",
    "DialledSpeech",
    "Dialling",
    "DnsQueries",
    "Elastic",
    "End",
    "FastFailoverGroup",
    "FaultPlan",
    "FixedSize",
    "Flow",
    "ForgedPackets",
    "GameUpdates",
    "GroupAll",
    "Host",
    "ImpulseNoise",
    "IptvChannelPlan",
    "IptvViewing",
    "LinkDirection",
    "LinkLayer",
    "MailTransactions",
    "Match",
    "Meter",
    "PacketStream",
    "ParentBand",
    "PeerTransfer",
    "Port",
    "ProgressiveDownload",
    "RadioCellPlan",
    "RadioHopDirection",
    "RequestResponse",
    "RestorationProbe",
    "RtpCall",
    "RtpStream",
    "Rule",
    "Scheduler",
    "Server",
    "SharedMedium",
    "SipSignalling",
    "SpanPlan",
    "Speech",
    "Station",
    "SubscriberQueues",
    "Switch",
    "TerminalSession",
    "ThreeColourMarker",
    "Traffic",
    "UdpFlood",
    "WebPages",
    "carrying",
    "full_packets",
]
