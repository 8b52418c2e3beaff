"""What the operator wrote, as frozen values; nothing here reads a file or computes a network."""

from twin.model.access.bandwidth_profile import BandwidthProfile, RedAction
from twin.model.access.dsl import Conductor, Encapsulation, Noise
from twin.model.access.lines import LineGroup, Profile, line_name
from twin.model.access.shaper import Shaper
from twin.model.access.technology import Technology
from twin.model.demand.costs import CostItem, Costs, Driver, Due, Tariff
from twin.model.demand.demand import Background, Demand, Offer, Stage, Subscriber, TakeUp, Use
from twin.model.demand.use_kinds import (
    CallUse,
    CommittedUse,
    SwarmUse,
    TelevisionUse,
    TransferUse,
    UseKind,
    UseSettings,
)
from twin.model.demand.week import WeekProfile
from twin.model.iptv import IptvChannel, Multicast, Querier
from twin.model.metrics.row import Count, Sample, Scale, Statistic, Theory, Timeline
from twin.model.metrics.table import Metric
from twin.model.metrics.targets import Target
from twin.model.network import FORMAT, ControlPlane, Network
from twin.model.protection import Fault, FaultKind, Healing, Protection
from twin.model.qos_policy import BUILT_IN, ClassPart, ParentClass, Policy, Scheduling
from twin.model.service_class import Discipline, Service, ServiceClass, Share, Transport
from twin.model.topology.impairments import NO_IMPAIRMENTS, Impairments, LossBursts
from twin.model.topology.jitter_distributions import Distribution
from twin.model.topology.nodes_and_spans import (
    AddressAssignment,
    Dslam,
    HeadEnd,
    Medium,
    Relay,
    Remark,
    Ring,
    Site,
    Span,
    Switch,
    Uplink,
)
from twin.model.topology.radio_cells import Air, Preamble, RadioCell, Standard
from twin.model.trial import AcceptanceCriteria, Method, Trial
from twin.model.workload import Settings, Workload
from twin.model.workload.activity import DEFAULT_ATTACKS, Activity, AttackKind, Direction
from twin.model.workload.bulk import Download, Flood, Forged, Swarm, Upload
from twin.model.workload.codec import Codec
from twin.model.workload.requests import Interactive, Lookups, Mail, Pages
from twin.model.workload.telephony import Call, CallControl, Dial, Spoken
from twin.model.workload.television import Film, Stream, Watch
from twin.model.yaml_field_metadata import Dscp, IpAddress, IpPrefix, Name

__all__ = [
    "BUILT_IN",
    "DEFAULT_ATTACKS",
    "FORMAT",
    "NO_IMPAIRMENTS",
    "AcceptanceCriteria",
    "Activity",
    "AddressAssignment",
    "Air",
    "AttackKind",
    "Background",
    "BandwidthProfile",
    "Call",
    "CallControl",
    "CallUse",
    "ClassPart",
    "Codec",
    "CommittedUse",
    "Conductor",
    "ControlPlane",
    "CostItem",
    "Costs",
    "Count",
    "Demand",
    "Dial",
    "Direction",
    "Discipline",
    "Distribution",
    "Download",
    "Driver",
    "Dscp",
    "Dslam",
    "Due",
    "Encapsulation",
    "Fault",
    "FaultKind",
    "Film",
    "Flood",
    "Forged",
    "HeadEnd",
    "Healing",
    "Impairments",
    "Interactive",
    "IpAddress",
    "IpPrefix",
    "IptvChannel",
    "LineGroup",
    "Lookups",
    "LossBursts",
    "Mail",
    "Medium",
    "Method",
    "Metric",
    "Multicast",
    "Name",
    "Network",
    "Noise",
    "Offer",
    "Pages",
    "ParentClass",
    "Policy",
    "Preamble",
    "Profile",
    "Protection",
    "Querier",
    "RadioCell",
    "RedAction",
    "Relay",
    "Remark",
    "Ring",
    "Sample",
    "Scale",
    "Scheduling",
    "Service",
    "ServiceClass",
    "Settings",
    "Shaper",
    "Share",
    "Site",
    "Span",
    "Spoken",
    "Stage",
    "Standard",
    "Statistic",
    "Stream",
    "Subscriber",
    "Swarm",
    "SwarmUse",
    "Switch",
    "TakeUp",
    "Target",
    "Tariff",
    "Technology",
    "TelevisionUse",
    "Theory",
    "Timeline",
    "TransferUse",
    "Transport",
    "Trial",
    "Uplink",
    "Upload",
    "Use",
    "UseKind",
    "UseSettings",
    "Watch",
    "WeekProfile",
    "Workload",
    "line_name",
]
