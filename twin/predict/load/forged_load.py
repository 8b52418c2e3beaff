"""What forged packets load: all of them the line that sends them, and beyond its switch only those that this lets pass.

The switch drops what bears a foreign source address and what is sent to channels, answers ARP itself, and hands IGMP to
the controller (twin.plan.forwarding.openflow_rules). What is only marked, and malformed SIP and RTP, passes as any
packet of its service.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.model import AttackKind
from twin.model.traffic_profiles import ARP_FRAME
from twin.plan.blueprint import Flow, ForgedPackets
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop
from twin.predict.load.cpe_shapers import first_hops

SHORT = frozenset({AttackKind.ARP_CLAIM, AttackKind.ARP_STORM, AttackKind.IGMP_STORM, AttackKind.IGMP_MALFORMED,
                   AttackKind.IGMP_SPOOFED})
"""Contained attacks whose frames are padded to the least size, whatever the size of the flow's packets."""
CONTAINED = SHORT | {AttackKind.SPOOFED, AttackKind.PIRATE}


class ForgedPart(NamedTuple):
    """Those of a flow's packets that are as long, and go as far. passes: the switch of the line; frame: bytes without
    FCS; rate: packets/s."""

    passes: bool
    frame: int
    rate: float


def forged_parts(forged: ForgedPackets, channels: bool) -> tuple[ForgedPart, ...]:
    """The packets of a flow: those that pass first. channels: whether there are IPTV channels; where there are none, a
    pirate's packets go to the head-end."""
    attacks, full = forged.rotation, forged.packet + HEADER
    each = NS_PER_S / forged.interval / len(attacks)
    kinds = [(kind not in CONTAINED or (kind is AttackKind.PIRATE and not channels), ARP_FRAME if kind in SHORT
              else full) for kind in attacks]
    return tuple(ForgedPart(*kind, each * kinds.count(kind)) for kind in sorted(set(kinds), reverse=True))


def passing(forged: ForgedPackets, channels: bool) -> float:
    """The part of the packets that pass the switch of the line, 0 to 1."""
    parts = forged_parts(forged, channels)
    return sum(part.rate for part in parts if part.passes) / sum(part.rate for part in parts)


def reached(flow: Flow, path: Sequence[Hop], channels: bool) -> Sequence[Hop]:
    """The hops of a path that the packets of a flow take: of those that all are forged and contained, the line's."""
    contained = isinstance(flow.traffic, ForgedPackets) and not passing(flow.traffic, channels)
    return first_hops(path) if contained else path
