"""The whole of what an operator wrote: sections of named entries, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.access.bandwidth_profile import Contract
from twin.model.access.lines import LineGroup, Profile
from twin.model.iptv import Channel, Multicast
from twin.model.metrics.targets import Target
from twin.model.protection import Fault, Protection
from twin.model.qos_policy import Policy
from twin.model.radio_cells import RadioCell
from twin.model.service_class import Service, ServiceClass
from twin.model.topology import Dslam, HeadEnd, Relay, Ring, Site, Span, Switch
from twin.model.trial import Trial
from twin.model.workload import Workload
from twin.model.workload.telephony import CallControl
from twin.model.yaml_keys import Name, written

FORMAT = 1
"""The version of the file format that this program reads (the key `twin` of a file)."""


@dataclass(frozen=True, slots=True)
class Network:
    """A territory: its places, nodes, spans, lines, services, workloads and targets.

    Sections hold their entries sorted by name, so that the order of keys in a file means nothing; targets and faults,
    which have no names, keep the order of the file.
    """

    twin: int = written("Version of the file format.", least=FORMAT, most=FORMAT, example="1")
    name: Name = written("Name of the network.", example="castres-mazamet")
    sites: tuple[Site, ...] = written("The places.")
    classes: tuple[ServiceClass, ...] = written("The service classes.")
    services: tuple[Service, ...] = written("What is sold.")
    head_ends: tuple[HeadEnd, ...] = written("Nodes at which services are located.")
    profiles: tuple[Profile, ...] = written("What lines are sold as.")
    lines: tuple[LineGroup, ...] = written("The subscribers' lines.")
    workloads: tuple[Workload, ...] = written("What subscribers do in the busy hour.")
    about: str = written("One or two sentences for the head of the report.", default="")
    switches: tuple[Switch, ...] = written("The metro switches.", default=())
    dslams: tuple[Dslam, ...] = written("The DSLAMs.", default=())
    relays: tuple[Relay, ...] = written("The WiFi relays.", default=())
    radio_cells: tuple[RadioCell, ...] = written("Cells whose airtime radio hops share.", default=())
    spans: tuple[Span, ...] = written("The spans between nodes.", default=())
    rings: tuple[Ring, ...] = written("The rings that the spans form.", default=())
    policies: tuple[Policy, ...] = written("QoS policies, in addition to none, strict, drr, htb and hfsc, which are "
                                           "built in.", default=())
    policy: Name = written("The policy that the network uses.", default=Policy.QOS.name, example="strict")
    contracts: tuple[Contract, ...] = written("Bandwidth profiles of lines.", default=())
    channels: tuple[Channel, ...] = written("The IPTV channels, sent by multicast.", default=())
    multicast: Multicast = written("IGMP, and its processing times.", default=Multicast())
    targets: tuple[Target, ...] = written("Bounds of metrics for the flows of workloads.", default=())
    trials: tuple[Trial, ...] = written("Tests of single lines by standard methods.", default=())
    faults: tuple[Fault, ...] = written("What happens to spans and nodes during a run.", default=())
    protection: Protection = written("How the network restores service, and how long its equipment takes.",
                                     default=Protection())
    call_control: CallControl = written("What the softswitch does with dialled calls.", default=CallControl())
