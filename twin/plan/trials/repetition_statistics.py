"""A figure that is measured several times: mean, minimum, maximum and expected value, as columns of a report."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from twin.plan.trials.measurements import Column


def columns(key: str, head: str, unit: str, *, spread: bool = True) -> tuple[Column, ...]:
    """The columns that `statistics` fills; without a spread, mean and theory alone."""
    ends = (Column(f"{key}_least", "least", unit), Column(f"{key}_most", "most", unit)) if spread else ()
    return (Column(key, head, unit), *ends, Column(f"{key}_theory", "theory", unit))


def statistics(key: str, values: Sequence[float], theory: float | None, unit: float = 1.0) -> dict[str, float]:
    """Their statistics by the keys of `columns`, in units of `unit`; none where there are no values."""
    known = {} if theory is None else {f"{key}_theory": theory / unit}
    if not values:
        return known
    return {key: fmean(values) / unit, f"{key}_least": min(values) / unit, f"{key}_most": max(values) / unit, **known}
