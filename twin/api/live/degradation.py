"""What a degradation of a live twin's span is, from quantities as people write them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from twin.core.errors import UsageError
from twin.core.units import Rate, Ratio, Time, UnitError, rate, ratio, time
from twin.model import NO_IMPAIRMENTS, Distribution, FaultKind, Impairments, LossBursts
from twin.model.yaml.checks.impairments import impossible
from twin.plan.blueprint import FaultPlan

DEFAULT_LOSS = Ratio(10_000)
"""Of a degraded span, where nothing is said: ppm."""


def degradation(span: str, written: Mapping[str, str]) -> FaultPlan:
    """A span that is degraded as `written` says, by the keys of a description ("" and what is left out: unchanged).

    "loss-bursts" is two or three ratios: "0.2 %, 25 %, 80 %". Without anything, 1 % is lost. Raises UsageError.
    """
    given = {name.replace("_", "-"): text for name, text in written.items() if text}
    values = {name: _value(name, given.pop(name)) for name in READERS if name in given}
    if given:
        raise UsageError(f"{', '.join(given)}: unknown; known: {', '.join(READERS)}")
    fallen, up = Rate(values.pop("rate", 0)), Rate(values.pop("up", 0))
    impairments = Impairments(**{name.replace("-", "_"): value for name, value in values.items()})
    if not (fallen or up or values):
        impairments = Impairments(loss=DEFAULT_LOSS)
    _must_be_possible(impairments)
    return FaultPlan(at=Time(0), kind=FaultKind.DEGRADE, span=span, rate=fallen, up=up,
                     impairments=None if impairments == NO_IMPAIRMENTS else impairments)


def _must_be_possible(impairments: Impairments) -> None:
    reasons = [f"{key}: {reason}; {remedy}" for key, reason, remedy in impossible(impairments)]
    if reasons:
        raise UsageError("; ".join(reasons))


def _value(name: str, written: str) -> Any:
    try:
        return READERS[name](written)
    except UnitError as fault:
        raise UsageError(f"{name}: {fault}") from fault


def _distribution(written: str) -> Distribution:
    if written not in {*Distribution}:
        raise UnitError(f'"{written}" is no distribution', f"write one of {_listed(Distribution)}")
    return Distribution(written)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _bursts(written: str) -> LossBursts:
    parts = [ratio(part.strip()) for part in written.split(",")]
    if len(parts) not in (2, 3) or not min(parts[:2]) > 0 or max(parts) > 1_000_000:
        raise UnitError(f'"{written}" is not how bursts begin, how they end and what they lose',
                        "write for example 0.2 %, 25 %, 80 %")
    return LossBursts(*parts)


READERS: Mapping[str, Callable[[str], Any]] = {
    "rate": rate, "up": rate, "loss": ratio, "loss-bursts": _bursts, "delay": time, "jitter": time,
    "distribution": _distribution, "reorder": ratio, "duplicate": ratio,
}
"""What reads each quantity, by its key."""
