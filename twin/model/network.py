"""The network as the operator describes it: sections of named entries, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.core.errors import Source
from twin.model.access.bandwidth_profile import BandwidthProfile
from twin.model.access.lines import LineGroup, Profile
from twin.model.demand.costs import Costs
from twin.model.demand.demand import Demand
from twin.model.iptv import IptvChannel, Multicast
from twin.model.metrics.targets import Target
from twin.model.protection import Fault, Protection
from twin.model.qos_policy import Policy
from twin.model.service_class import Service, ServiceClass
from twin.model.topology.nodes_and_spans import AddressAssignment, Dslam, HeadEnd, Relay, Ring, Site, Span, Switch
from twin.model.topology.radio_cells import RadioCell
from twin.model.trial import Trial
from twin.model.workload import Workload
from twin.model.workload.telephony import CallControl
from twin.model.yaml_field_metadata import Name, yaml_group, yaml_key

FORMAT = 1
"""The version of the file format that this program reads (the key `twin` of a file)."""


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """What controls forwarding and calls: addresses, protection switching, IGMP, and the softswitch."""

    addresses: tuple[AddressAssignment, ...] = yaml_key("The addressing plan; by default each switch with hosts has a "
                                                        "prefix of 10.0.0.0/8.", default=())
    protection: Protection = yaml_key("How the network restores service, and how long its equipment takes.",
                                      default=Protection())
    multicast: Multicast = yaml_key("IGMP, and its processing times.", default=Multicast())
    call_control: CallControl = yaml_key("What the softswitch does with dialled calls.", default=CallControl())


@dataclass(frozen=True, slots=True)
class Located:
    """What may have been read from a file. source: where, for messages; no part of what it says."""

    source: Source | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Located):
    """What a description says of itself."""

    twin: int = yaml_key("Version of the file format.", least=FORMAT, most=FORMAT, example="1")
    name: Name = yaml_key("Name of the network.", example="castres-mazamet")
    about: str = yaml_key("One or two sentences for the head of the report.", default="")


@dataclass(frozen=True, slots=True)
class Network(Heading):
    """A territory: its places, nodes, spans, lines, services, workloads and targets.

    Sections hold their entries sorted by name, so that the order of keys in a file means nothing; targets, faults
    and addresses, which have no names, keep the order of the file.
    """

    sites: tuple[Site, ...] = yaml_key("The places.")
    classes: tuple[ServiceClass, ...] = yaml_key("The service classes.")
    services: tuple[Service, ...] = yaml_key("What is sold.")
    head_ends: tuple[HeadEnd, ...] = yaml_key("Nodes at which services are located.")
    profiles: tuple[Profile, ...] = yaml_key("What lines are sold as.")
    lines: tuple[LineGroup, ...] = yaml_key("The subscribers' lines.")
    workloads: tuple[Workload, ...] = yaml_key("What subscribers do in the busy hour.")
    switches: tuple[Switch, ...] = yaml_key("The metro switches.", default=())
    dslams: tuple[Dslam, ...] = yaml_key("The DSLAMs.", default=())
    relays: tuple[Relay, ...] = yaml_key("The WiFi relays.", default=())
    radio_cells: tuple[RadioCell, ...] = yaml_key("Cells whose airtime radio hops share.", default=())
    spans: tuple[Span, ...] = yaml_key("The spans between nodes.", default=())
    rings: tuple[Ring, ...] = yaml_key("The rings that the spans form.", default=())
    policies: tuple[Policy, ...] = yaml_key("QoS policies, in addition to none, strict, drr, htb and hfsc, which are "
                                            "built in.", default=())
    policy: Name = yaml_key("The policy that the network uses.", default=Policy.QOS.name, example="strict")
    bandwidth_profiles: tuple[BandwidthProfile, ...] = yaml_key("Bandwidth profiles of lines.", default=(),
                                                                formerly="contracts")
    iptv_channels: tuple[IptvChannel, ...] = yaml_key("The IPTV channels, sent by multicast.", default=(),
                                                      key="channels")
    targets: tuple[Target, ...] = yaml_key("Bounds of metrics for the flows of workloads.", default=())
    trials: tuple[Trial, ...] = yaml_key("Tests of single lines by standard methods.", default=())
    faults: tuple[Fault, ...] = yaml_key("What happens to spans and nodes during a run.", default=())
    control: ControlPlane = yaml_group(ControlPlane())
    demand: Demand = yaml_key("What all subscribers ask of the network, for its sizing.", default=Demand())
    costs: Costs = yaml_key("What the network costs and brings in.", default=Costs())
