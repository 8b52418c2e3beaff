"""The blueprint: everything that is built from a network."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model import CallControl, Multicast, Policy, Protection
from twin.plan.blueprint.admission import CallBudget
from twin.plan.blueprint.faults import FaultPlan
from twin.plan.blueprint.flows import Flow
from twin.plan.blueprint.hosts import Host
from twin.plan.blueprint.iptv import IptvChannelPlan
from twin.plan.blueprint.links import SpanPlan
from twin.plan.blueprint.radio_cells import RadioCellPlan
from twin.plan.blueprint.switches import Switch


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything that is built. Tuples are sorted by name; table numbers are in twin.plan.forwarding.openflow_rules."""

    name: str
    policy: Policy
    gateway_mac: str
    switches: tuple[Switch, ...]
    hosts: tuple[Host, ...]
    spans: tuple[SpanPlan, ...]
    flows: tuple[Flow, ...]
    faults: tuple[FaultPlan, ...]
    protection: Protection
    classes: tuple[str, ...]
    """Service classes in the order of the bands: class k is band k and queue k."""
    call_control: CallControl = CallControl()
    call_budgets: tuple[CallBudget, ...] = ()
    """One for every span that dialled calls may cross, by name; none where every call is admitted."""
    iptv_channels: tuple[IptvChannelPlan, ...] = ()
    multicast: Multicast = Multicast()
    cells: tuple[RadioCellPlan, ...] = ()
    controlled: bool = True
    """Whether the controller goes on once all switches are programmed; else they keep what they have."""
