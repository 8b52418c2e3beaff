"""When each constant-rate flow sends its first packet: at a moment of its own within its first interval. Pure.

Subscribers do not dial in step. With phases drawn from the seed, what one flow meets on its way is a sample of all
that it could meet, and another seed is another sample. Dialled calls begin when they are dialled.
"""

from __future__ import annotations

from dataclasses import replace

from twin.plan.blueprint import Blueprint, Flow
from twin.seeds import stream_seed
from twin.units import Time


def phased(blueprint: Blueprint, seed: int) -> Blueprint:
    """The same blueprint with the start of each constant-rate flow drawn from the seed."""
    return replace(blueprint, flows=tuple(_phased(flow, seed) for flow in blueprint.flows))


def _phased(flow: Flow, seed: int) -> Flow:
    if not flow.interval or flow.dialling is not None:
        return flow
    return replace(flow, start=Time(flow.start + stream_seed(seed, f"phase/{flow.name}", 62) % flow.interval))
