"""How switches differ from the blueprint while traffic runs: also the trees by which they forward IPTV channels.

Trees follow from who watches, which the kernels of lines say, and from the spans that are avoided. They lag behind
viewers who zap: what is different in each of several readings is a deviation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from twin.core.units import NS_PER_S
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import Kernel
from twin.emulation.readback import igmp_memberships, openflow_rules
from twin.emulation.readback.igmp_memberships import PROC_IGMP
from twin.emulation.readback.openflow_rules import Deviations, of_channel
from twin.model import Querier
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.multicast_trees import Members

INTERVAL_S, LATE_S = 0.5, 1.0
"""Seconds between two readings, and how long after the last query of a member its tree is pruned at the latest."""


def switch_deviations(kernel: Kernel, layout: Layout, folder: Path, environment: Mapping[str, str],
                      avoided: Sequence[frozenset[str]]) -> Deviations:
    """Each switch that differs, with the lines that only it ("-") and only the blueprint ("+") has. avoided: the sets
    of spans that forwarding may avoid now; the one that fits best counts."""
    blueprint = layout.blueprint

    def read() -> Deviations:
        watched = _members(kernel, layout)
        by_spans = (openflow_rules.deviations(blueprint, folder, environment, watched, spans) for spans in avoided)
        return min(by_spans, key=lambda unlike: sum(map(len, unlike.values())))

    lasting = read()
    for _ in range(_readings(blueprint)):
        if not any(of_channel(line) for lines in lasting.values() for line in lines):
            break
        kernel.sleep(INTERVAL_S)
        lasting = _in_both(lasting, read())
    return lasting


def _members(kernel: Kernel, layout: Layout) -> Members | None:
    """Who watches what; None where trees do not follow from that, since nobody asks lines again."""
    blueprint = layout.blueprint
    if blueprint.iptv_channels and blueprint.multicast.querier is not Querier.NETWORK:
        return None
    if not blueprint.iptv_channels or not blueprint.controlled:
        return {}
    joined = {host.name: igmp_memberships.joined_groups(kernel.read_file(host.namespace, PROC_IGMP),
                                                        layout.end_of(host).device)
              for host in blueprint.hosts if host.line_group is not None}
    return igmp_memberships.members(blueprint, joined)


def _readings(blueprint: Blueprint) -> int:
    """How many more readings it takes until every tree has followed."""
    known = blueprint.multicast
    leaving = 0 if known.fast_leave else known.robustness * known.last_member_query / NS_PER_S
    return round((leaving + LATE_S) / INTERVAL_S) + 1


def _in_both(earlier: Deviations, later: Deviations) -> Deviations:
    kept = {switch: tuple(line for line in lines if line in later.get(switch, ())) for switch, lines in earlier.items()}
    return {switch: lines for switch, lines in kept.items() if lines}
