"""What a page shows of the kernel at a span or switch: the texts of tc(8) and ovs-ofctl(8) as rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twin.api.console.nodes.openflow_tables import FlowEntry, GroupEntry, MeterEntry, flows, groups, meters
from twin.api.console.nodes.qdisc_tree import Queue, queues


@dataclass(frozen=True, slots=True)
class Inspected:
    """queues: of a span, by the node that sends, each a tree in rows. flows, groups, meters: of a switch."""

    queues: dict[str, tuple[Queue, ...]] = field(default_factory=dict)
    flows: tuple[FlowEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    meters: tuple[MeterEntry, ...] = ()


def inspected(texts: Mapping[str, str]) -> Inspected:
    """The rows of what LiveTwin.inspect gives."""
    if "flows" in texts:
        return Inspected({}, flows(texts["flows"]), groups(texts["groups"]), meters(texts["meters"]))
    return Inspected({node: queues(text) for node, text in texts.items()})
