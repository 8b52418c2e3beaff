"""A figure that is taken several times: its mean, the least, the most and what theory says, as columns of a report."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from twin.plan.trials.measurements import Column


def columns(key: str, head: str, unit: str, *, spread: bool = True) -> tuple[Column, ...]:
    """The columns that `repeated` fills; without a spread, mean and theory alone."""
    ends = (Column(f"{key}_least", "least", unit), Column(f"{key}_most", "most", unit)) if spread else ()
    return (Column(key, head, unit), *ends, Column(f"{key}_theory", "theory", unit))


def repeated(key: str, values: Sequence[float], theory: float | None, unit: float = 1.0) -> dict[str, float]:
    """What a row says of the values, in units of `unit`; nothing where there are none."""
    known = {} if theory is None else {f"{key}_theory": theory / unit}
    if not values:
        return known
    return {key: fmean(values) / unit, f"{key}_least": min(values) / unit, f"{key}_most": max(values) / unit, **known}
