"""Airtime of each radio cell: measured, beside its prediction. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.units import NS_PER_S
from twin.judge.verdict import CellLoad
from twin.plan.queue_and_airtime_counters import AirtimeCounters
from twin.predict import AirtimePrediction


def cell_loads(
    air: Iterable[AirtimeCounters], predictions: Iterable[AirtimePrediction], seconds: float
) -> tuple[CellLoad, ...]:
    """The airtime of each cell over `seconds`, beside its prediction."""
    by_cell = {prediction.cell: prediction for prediction in predictions}
    return tuple(_cell_load(count, by_cell[count.cell], seconds) for count in air)


def _cell_load(count: AirtimeCounters, prediction: AirtimePrediction, seconds: float) -> CellLoad:
    lost = count.damaged + count.collided
    return CellLoad(
        cell=count.cell, busy=count.busy / (seconds * NS_PER_S), busy_low=prediction.low, busy_high=prediction.high,
        frames=count.sent, collided=count.collided, collision_probability=prediction.collision_probability,
        damaged=count.damaged, retransmissions=lost - count.given_up, dropped=count.given_up)
