"""The take-up at which each target breaks on a link, on average; and where and when it breaks first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.core.units import PPM
from twin.model import Name, Stage, Use
from twin.territory.sizing.network.limits import RowLimits
from twin.territory.sizing.network.loads import RowLoad
from twin.territory.sizing.network.rows import Row
from twin.territory.sizing.results import BreakEven, Link

Floats = NDArray[np.float64]
SCALES, PASSES = 48, 2
"""Scales of demand at which a target is judged at once, and how often: to within 0.5 % of the scale where it breaks."""
LEAST = 1e-3
"""Of the take-up of the stage: below, a target never holds."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where a target breaks: beyond which scale of the stage's take-up (infinite: never), and in which hour."""

    use: Name
    row: Row
    scale: float
    hour: int


def breaks(uses: Mapping[Name, Use], limits: RowLimits, mean: RowLoad, most: float) -> list[Break]:
    """Where the targets on a row break. mean: its load by hour on average. most: the scale at which everybody has a
    line; a target that holds there never breaks."""
    broken = []
    for name, use in uses.items():
        beyond = limits.holds(use, limits.scaled(mean, most))
        if beyond is not None:
            scales = np.where(beyond, np.inf, _greatest(use, limits, mean, most))
            hour = int(np.argmin(scales))
            broken.append(Break(name, limits.row, float(scales[hour]), hour))
    return broken


def _greatest(use: Use, limits: RowLimits, mean: RowLoad, most: float) -> Floats:
    """Up to which scale a target holds, by hour: the last of SCALES between the least and the most before the first at
    which it does not, and then once more between that and the next."""
    least, step = np.full(mean.transfers.shape, LEAST), (most / LEAST) ** (1 / SCALES)
    for _ in range(PASSES):
        scales = least * step ** np.arange(1, SCALES + 1)[:, None]
        held = limits.holds(use, limits.scaled(mean, scales))
        assert held is not None
        steps = np.where(held.all(axis=0), SCALES, held.argmin(axis=0))
        least, step = least * step ** steps, step ** (1 / SCALES)
    return np.asarray(least)


def break_evens(broken: Sequence[Break], stage: Stage, link_of: Callable[[Row], Link]) -> tuple[BreakEven, ...]:
    """The first break of each target, the earliest first."""
    first: dict[Name, Break] = {}
    for each in broken:
        if each.use not in first or each.scale < first[each.use].scale:
            first[each.use] = each
    return tuple(_break_even(each, stage, link_of(each.row).name)
                 for each in sorted(first.values(), key=lambda each: each.scale))


def _break_even(first: Break, stage: Stage, link: str) -> BreakEven:
    never = not np.isfinite(first.scale)
    households, businesses = (None if never else min(1.0, first.scale * each / PPM)
                              for each in (stage.households, stage.businesses))
    return BreakEven(first.use, households, businesses, link, first.row.cut, first.hour)
