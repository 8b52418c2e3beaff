"""When each constant-rate flow sends its first packet: at a moment of its own within its first interval. Pure.

Subscribers do not dial in step. With phases drawn from the seed, what one flow meets on its way is a sample of all
that it could meet, and another seed is another sample. Dialled calls begin when they are dialled.
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

    Who watches a channel tunes in at any moment between two of its random access points.
    """
    between = {channel.name: channel.interval * channel.access for channel in blueprint.iptv_channels}
    return replace(
        blueprint,
        flows=tuple(_phased(flow, seed, _room(flow, between)) for flow in blueprint.flows),
        iptv_channels=tuple(_phased(channel, seed, channel.interval) for channel in blueprint.iptv_channels),
    )


def _room(flow: Flow, between: Mapping[str, int]) -> int:
    match flow.traffic:
        case IptvViewing(channels=channels):
            return between[channels[0]]
        case ConstantRate(interval=interval):
            return interval
        case _:
            return 0


def _phased(one: Sends, seed: int, within: int) -> Sends:
    if not within:
        return one
    return replace(one, start=Time(one.start + stream_seed(seed, f"phase/{one.name}", 62) % within))
