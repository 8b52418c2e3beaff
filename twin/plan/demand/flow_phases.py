"""Phases of constant-rate flows: each sends its first packet at a random moment within its first interval. Pure.

Subscribers are not synchronized. With phases drawn from the seed, the queues that a flow meets are a sample of all
those that it could meet, and another seed gives another sample. Dialled calls begin when they are dialled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from twin.core.seeds import stream_seed
from twin.core.units import Time
from twin.plan.blueprint import Blueprint, ConstantRate, Flow, IptvChannelPlan, IptvViewing

Sends = TypeVar("Sends", Flow, IptvChannelPlan)


def phased(blueprint: Blueprint, seed: int) -> Blueprint:
    """The same blueprint with the start of each constant-rate flow and of each channel drawn from the seed.

    A viewer tunes in at any moment between two random access points of the channel.
    """
    between = {channel.name: channel.interval * channel.access for channel in blueprint.iptv_channels}
    return replace(
        blueprint,
        flows=tuple(_phased(flow, seed, _longest_phase(flow, between)) for flow in blueprint.flows),
        iptv_channels=tuple(_phased(channel, seed, channel.interval) for channel in blueprint.iptv_channels),
    )


def _longest_phase(flow: Flow, between: Mapping[str, int]) -> int:
    """ns within which the first packet is sent; 0: at the planned start."""
    match flow.traffic:
        case IptvViewing(channels=channels):
            return between[channels[0]]
        case ConstantRate(interval=interval):
            return interval
        case _:
            return 0


def _phased(sender: Sends, seed: int, within: int) -> Sends:
    if not within:
        return sender
    return replace(sender, start=Time(sender.start + stream_seed(seed, f"phase/{sender.name}", 62) % within))
