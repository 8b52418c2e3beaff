"""How busy the air is: by what is asked for, by what its spaces leave, and by contention of stations never at rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.lab import only
from twin.load import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.paths import flow_paths
from twin.predict import Aired, aired
from twin.predict.contention import Windows, saturated
from twin.units import NS_PER_S, Ratio, Time

NETWORK = Path(__file__).parent.parent / "truth" / "air.yaml"
FULL, CALL = 1514, 214
"""Bytes of the frames of floods and calls."""


def told(*workloads: str, flows: tuple[str, ...] = (), faster: int = 1, damaged: int | None = None) -> Aired:
    """What is said of the cell of air.yaml under the load of some workloads, or flows of them."""
    blueprint = only(plan(load(NETWORK)), workloads)
    kept = [replace(flow, interval=Time(flow.interval // faster)) for flow in blueprint.flows
            if not flows or flow.name in flows]
    (cell,) = blueprint.cells
    if damaged is not None:
        cell = replace(cell, ways=tuple(replace(way, damaged=Ratio(damaged)) for way in cell.ways))
    blueprint = replace(blueprint, flows=tuple(kept), cells=(cell,))
    (one,) = aired(blueprint, flow_paths(blueprint))
    return one


def taken(blueprint: Blueprint, span: str, forth: bool, frame: int) -> float:
    """ns of a frame with its acknowledgement."""
    (way,) = (way for cell in blueprint.cells for way in cell.ways if (way.span, way.forth) == (span, forth))
    return way.airtime.of(frame) + way.answer


def test_calm_air_is_busy_for_the_frames_that_are_asked_for() -> None:
    """A call of 50 frames a second each way, in frames of 214 bytes; spaces and backoffs are not busy."""
    blueprint = plan(load(NETWORK))
    one = told("call", flows=("near-1.call.down", "near-1.call.up"))
    each = sum(taken(blueprint, "east-uplink", forth, CALL) for forth in (True, False))
    assert one.low == one.high == pytest.approx(50 * each / NS_PER_S)
    assert one.failing is None


def test_damaged_frames_take_the_air_again() -> None:
    """Of every ten attempts one fails: 1 / 0.9 for each frame."""
    calls = ("poor-1.call.down", "poor-1.call.up")
    clean, dirty = (told("call", flows=calls, damaged=part).low for part in (0, 100_000))
    assert dirty == pytest.approx(clean / 0.9)


def test_full_air_leaves_at_least_the_spaces_between_frames() -> None:
    """Mixed frames, a chain and TCP have no closed form: DIFS before the longest of them bounds the rest."""
    blueprint = plan(load(NETWORK))
    one = told("call", "fetch", "give")
    longest = max(taken(blueprint, way.span, way.forth, FULL) for way in blueprint.cells[0].ways)
    assert (one.low, one.failing) == (0, None)
    assert one.high == pytest.approx(longest / (longest + blueprint.cells[0].difs))


def test_one_station_that_always_sends_collides_with_nobody() -> None:
    """DIFS and the mean backoff of 15.5 slots are all that is left of the time."""
    blueprint = plan(load(NETWORK))
    busy, (cell,) = taken(blueprint, "east-uplink", False, FULL), blueprint.cells
    one = told("give", faster=2)
    assert one.failing == pytest.approx(0)
    assert one.low == one.high == pytest.approx(busy / (busy + cell.difs + 15.5 * cell.slot), rel=0.02)


def test_no_station_counts_as_full_that_asks_for_less_than_its_share() -> None:
    """4 Mbit/s of some 6."""
    assert told("give").failing is None


@pytest.mark.parametrize("stations", [1, 2, 5, 10])
def test_the_parts_of_saturation_fit_together(stations: int) -> None:
    """Attempts that do not collide are the frames brought through; more stations leave less idle air."""
    found = saturated(stations, Windows(32, 5, 7), 20e3, 1.6e6)
    alone = found.frames * 1.6e6 / NS_PER_S
    assert alone - 1e-9 <= found.taken <= alone / (1 - found.failed) + 1e-9
    assert (found.failed < 1e-9) is (stations == 1)
