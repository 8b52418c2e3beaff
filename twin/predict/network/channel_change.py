"""How long a change of channel takes: until the first packet, and until the first random access point.

A CPE leaves one channel at once and joins the next a little later. Switch and controller take their time for each
message, the controller one after the other. From when the rules stand, the next packet of the channel that passes where
the tree grows comes down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model import AttackKind, Multicast
from twin.plan.blueprint import Blueprint, ForgedPackets, IptvViewing, carrying
from twin.predict.network.hop_delays import Leg
from twin.predict.network.igmp_load import SAID, lingering, overlap, pace

JOIN = 20 * NS_PER_MS, 30 * NS_PER_MS
"""When the lab kernel says that a host joins: two ticks of its clock later, and what is left of one."""
CACHE = 5 * NS_PER_MS
"""Open vSwitch goes through its cache of flows at most so often: so much later may a rule be obeyed than written."""
FORGED = frozenset({AttackKind.IGMP_STORM, AttackKind.IGMP_MALFORMED, AttackKind.IGMP_SPOOFED})


@dataclass(frozen=True, slots=True)
class Zap:
    """What watching needs beside the legs of a channel's packets. asked: the way of an IGMP message up the line.
    behind: ns that it waits for others at the controller, on average and at most (inf: nothing bounds it). interval:
    of the channels' packets; access: from one random access point to the next; ns, at most. lingering: how many
    channels that were left may still come; heard: whether the line may send so many messages.
    """

    multicast: Multicast
    asked: Leg
    behind: tuple[float, float]
    interval: int
    access: int
    lingering: int
    heard: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A change of channel, ns, on empty ways: from the soonest to the latest. going: whether the next channel may come
    already, as it was left a short while ago; then nothing has to be waited for but a packet."""

    soonest: float
    latest: float
    going: bool


def zaps(blueprint: Blueprint, asked: Mapping[str, Leg]) -> dict[str, Zap]:
    """Of every flow that watches channels, by its name. asked: the ways of their messages."""
    sent = {channel.name: channel for channel in blueprint.iptv_channels}
    told, behind, found = blueprint.multicast, _behind(blueprint), {}
    for flow, viewing in carrying(IptvViewing, blueprint.flows):
        if flow.name in asked:
            seen = [sent[name] for name in viewing.channels]
            found[flow.name] = Zap(
                multicast=told, asked=asked[flow.name], behind=behind, interval=max(one.interval for one in seen),
                access=max(one.interval * one.access for one in seen), lingering=lingering(viewing, told)[0],
                heard=pace(viewing, told) <= told.messages)
    return found


def _behind(blueprint: Blueprint) -> tuple[float, float]:
    """The wait at the controller, which takes the same time for each message: on average (Pollaczek and Khinchine), and
    when every line says at once all that it may."""
    each, rate, at_once = blueprint.multicast.controller, 0.0, 0
    for flow in blueprint.flows:
        match flow.traffic:
            case IptvViewing() as viewing:
                rate, at_once = rate + pace(viewing, blueprint.multicast), at_once + SAID
            case ForgedPackets(attacks=tricks) if FORGED & set(tricks):
                rate, at_once = rate + blueprint.multicast.messages, at_once + blueprint.multicast.messages
    busy = rate * each / NS_PER_S
    return (busy * each / (2 * (1 - busy)), float(at_once * each)) if busy < 1 else (inf, inf)


def change(viewing: IptvViewing, zap: Zap, legs: tuple[Leg, ...]) -> Change:
    """What a change takes where nothing waits. legs: of the channel's packets; the tree may grow at the line's own
    switch, or at the source's."""
    told, last = zap.multicast, legs[-1]
    early, late = (max(at, told.controller) if viewing.zap else at for at in JOIN)
    known = zap.asked.fixed + zap.asked.serialization + told.switch + told.controller + last.fixed + last.serialization
    beyond = sum(leg.fixed + leg.serialization for leg in legs[1:-1])
    others = (len(viewing.watched) - 1) * viewing.zap
    going = zap.lingering > 0 and others <= overlap(told) + told.switch + told.controller + late
    return Change(known + early, known + late + CACHE + zap.interval + beyond, going)
