"""What the operator wrote, as frozen values; nothing here reads a file or computes a network."""

from twin.model.access import Conductor, Encapsulation, LineGroup, Noise, Profile, Technology
from twin.model.channel import Channel, Multicast
from twin.model.codec import Codec
from twin.model.contract import Contract, Excess
from twin.model.fields import Dscp, Name
from twin.model.metrics.row import Count, Sample, Scale, Statistic, Theory, Timeline
from twin.model.metrics.table import Metric
from twin.model.metrics.targets import Target
from twin.model.network import FORMAT, Network
from twin.model.place import Dslam, HeadEnd, Medium, Relay, Remark, Ring, Site, Span, Switch, Uplink
from twin.model.policy import BUILT_IN, ClassPart, Policy, Scheduling
from twin.model.protection import Fault, FaultKind, Healing, Protection
from twin.model.radio import Air, Preamble, RadioCell, Standard
from twin.model.service import (
    USUAL_TRICKS,
    Activity,
    CallControl,
    Direction,
    Discipline,
    Service,
    ServiceClass,
    Share,
    Transport,
    Trick,
    Workload,
)
from twin.model.trial import Agreed, Method, Trial

__all__ = [
    "BUILT_IN", "FORMAT", "USUAL_TRICKS", "Activity", "Agreed", "Air", "CallControl", "Channel", "ClassPart", "Codec",
    "Conductor", "Contract", "Count", "Direction", "Discipline", "Dscp", "Dslam", "Encapsulation", "Excess", "Fault",
    "FaultKind", "HeadEnd", "Healing", "LineGroup", "Medium", "Method", "Metric", "Multicast", "Name", "Network",
    "Noise", "Policy", "Preamble", "Profile", "Protection", "RadioCell", "Relay", "Remark", "Ring", "Sample", "Scale",
    "Scheduling", "Service", "ServiceClass", "Share", "Site", "Span", "Standard", "Statistic", "Switch", "Target",
    "Technology", "Theory", "Timeline", "Transport", "Trial", "Trick", "Uplink", "Workload",
]
