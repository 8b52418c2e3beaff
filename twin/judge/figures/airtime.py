"""What the air of each radio cell carried, beside what theory says of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.units import NS_PER_S
from twin.judge.verdict import CellLoad
from twin.plan.counters import AirCount
from twin.predict import Aired


def cell_loads(air: Iterable[AirCount], predictions: Iterable[Aired], seconds: float) -> tuple[CellLoad, ...]:
    """What the air of each cell carried over `seconds`, beside what theory says of it."""
    told = {one.cell: one for one in predictions}
    return tuple(_cell_load(count, told[count.cell], seconds) for count in air)


def _cell_load(count: AirCount, told: Aired, seconds: float) -> CellLoad:
    vain = count.damaged + count.collided
    return CellLoad(
        cell=count.cell, busy=count.busy / (seconds * NS_PER_S), busy_low=told.low, busy_high=told.high,
        frames=count.sent, collided=count.collided, failing=told.failing, damaged=count.damaged,
        sent_again=vain - count.given_up, given_up=count.given_up)
