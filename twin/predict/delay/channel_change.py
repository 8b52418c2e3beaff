"""How long a change of IPTV channel takes: until the first packet, and until the first random access point.

A CPE leaves one channel at once and joins the next a little later. Switch and controller take some time for each
message, the controller one after the other. Once the rules are installed, the next packet of the channel that passes
the point where the tree grows reaches the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model import AttackKind, Multicast
from twin.plan.blueprint import Blueprint, ForgedPackets, IptvViewing, carrying
from twin.predict.delay.hop_delays import HopDelay
from twin.predict.load.igmp_load import MESSAGES, lingering, message_rate

JOIN = 20 * NS_PER_MS, 30 * NS_PER_MS
"""When the lab kernel reports that a host joins: two ticks of its clock later, and the rest of the current one."""
CACHE = 5 * NS_PER_MS
"""How often Open vSwitch revalidates its cache of flows: a rule may take effect so much later than it is written."""
FORGED = frozenset({AttackKind.IGMP_STORM, AttackKind.IGMP_MALFORMED, AttackKind.IGMP_SPOOFED})


@dataclass(frozen=True, slots=True)
class Zapping:
    """What a change of channel needs beside the path of a channel's packets. igmp: the delay of a message up the line.
    controller_wait: of a message at the controller, mean and longest (inf: no bound), ns. interval: of the channels'
    packets; access: from one random access point to the next; ns, at most. lingering: how many channels that were left
    may still arrive; accepted: whether the line may send so many messages. beside: whether another box on the line
    watches one of its channels; abandoned: whether such a box leaves it, and fast leave prunes it for both.
    """

    multicast: Multicast
    igmp: HopDelay
    controller_wait: tuple[float, float]
    interval: int
    access: int
    lingering: int
    accepted: bool
    beside: bool = False
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class ChangeTime:
    """A change of channel, ns, without queueing: from the soonest to the latest. already_sent: whether the next channel
    may still be sent, as it was left a short while ago; then the CPE waits only for a packet."""

    soonest: float
    latest: float
    already_sent: bool


def zappings(blueprint: Blueprint, igmp: Mapping[str, HopDelay]) -> dict[str, Zapping]:
    """Of every flow that watches channels, by its name. igmp: the delays of their messages."""
    sent = {channel.name: channel for channel in blueprint.iptv_channels}
    multicast, wait, by_flow, boxes = blueprint.multicast, _controller_wait(blueprint), {}, _boxes(blueprint)
    for flow, viewing in carrying(IptvViewing, blueprint.flows):
        if flow.name in igmp:
            watched = [sent[name] for name in viewing.channels]
            others = [other for name, other in boxes[flow.sink] if name != flow.name]
            by_flow[flow.name] = Zapping(
                multicast=multicast, igmp=igmp[flow.name], controller_wait=wait,
                interval=max(channel.interval for channel in watched),
                access=max(channel.interval * channel.access for channel in watched),
                lingering=lingering(viewing, multicast)[0],
                accepted=message_rate(viewing, multicast) <= multicast.messages,
                beside=any(set(viewing.channels) & set(other.channels) for other in others),
                abandoned=multicast.fast_leave and any(_leaves(other, viewing) for other in others))
    return by_flow


def _boxes(blueprint: Blueprint) -> dict[str, list[tuple[str, IptvViewing]]]:
    """What the boxes on each line watch, with the names of their flows."""
    boxes: dict[str, list[tuple[str, IptvViewing]]] = {}
    for flow, viewing in carrying(IptvViewing, blueprint.flows):
        boxes.setdefault(flow.sink, []).append((flow.name, viewing))
    return boxes


def _leaves(other: IptvViewing, viewing: IptvViewing) -> bool:
    """Whether the other box leaves a channel of this one's now and then."""
    return bool(other.zap) and len(set(other.channels)) > 1 and bool(set(other.channels) & set(viewing.channels))


def _controller_wait(blueprint: Blueprint) -> tuple[float, float]:
    """The wait at the controller, which takes the same time for each message: mean (Pollaczek and Khinchine), and when
    every line sends at once all that it may."""
    each, rate, burst = blueprint.multicast.controller, 0.0, 0
    for flow in blueprint.flows:
        match flow.traffic:
            case IptvViewing() as viewing:
                rate, burst = rate + message_rate(viewing, blueprint.multicast), burst + MESSAGES
            case ForgedPackets(attacks=attacks) if FORGED & set(attacks):
                rate, burst = rate + blueprint.multicast.messages, burst + blueprint.multicast.messages
    busy = rate * each / NS_PER_S
    return (busy * each / (2 * (1 - busy)), float(burst * each)) if busy < 1 else (inf, inf)


def change(viewing: IptvViewing, zap: Zapping, hop_delays: tuple[HopDelay, ...]) -> ChangeTime:
    """What a change takes without queueing. hop_delays: of the channel's packets; the tree may grow at the line's own
    switch, or at the source's."""
    multicast, last = zap.multicast, hop_delays[-1]
    early, late = (max(at, multicast.controller) if viewing.zap else at for at in JOIN)
    known = zap.igmp.least + multicast.switch + multicast.controller + last.least
    beyond = sum(delay.least for delay in hop_delays[1:-1])
    others = (len(viewing.watched) - 1) * viewing.zap
    already_sent = zap.lingering > 0 and others <= multicast.overlap + multicast.switch + multicast.controller + late
    return ChangeTime(known + early, known + late + CACHE + zap.interval + beyond, already_sent)
