"""What IPTV adds to the channel that is watched: IGMP up the line, and down it the channels that were left and are
still sent.

Without fast leave a channel is sent until nobody has answered `robustness` queries (RFC 2236, 8.8); a channel that is
joined again meanwhile never stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from twin.core.units import NS_PER_S
from twin.model import Multicast
from twin.plan.blueprint import Blueprint, IptvViewing

REPORT = 32
"""IP bytes of an IGMP message: a header with the router alert option, and eight bytes (RFC 2236, 2)."""
MESSAGES = 3
"""Messages of a change: a leave, a join, and the join once more (RFC 2236, 3)."""


def lingering(viewing: IptvViewing, multicast: Multicast) -> tuple[int, float]:
    """How many channels are sent at the most beside the one that is watched, and which part of its packets each has."""
    if not viewing.zap:
        return 0, 0.0
    others, stretches = len(viewing.watched) - 1, multicast.overlap / viewing.zap
    most = min(others, ceil(stretches))
    return most, min(others, stretches) / most if most else 0.0


def message_rate(viewing: IptvViewing, multicast: Multicast) -> float:
    """IGMP messages a second that a line sends for a flow; without changes it answers general queries."""
    return MESSAGES * NS_PER_S / (viewing.zap or multicast.query_interval)


def igmp_class(blueprint: Blueprint) -> str:
    """The class that carries IGMP up a line: the first of those of channels (twin.plan.qos.schedulers)."""
    classes: Sequence[str] = blueprint.classes
    return min((channel.service_class for channel in blueprint.iptv_channels), key=classes.index)
