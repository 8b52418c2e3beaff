"""What a degradation of a live twin's span is, from quantities as people write them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.core.errors import Place, UsageError
from twin.core.units import Rate, Ratio, Time
from twin.model import NO_IMPAIRMENTS, Fault, FaultKind, Impairments, LossBursts
from twin.model.yaml.checks.impairments import impossible
from twin.model.yaml.nodes import ScalarNode
from twin.model.yaml.scalars import Refused, Single, value_of
from twin.model.yaml.value_types import Key, keys_of
from twin.plan.blueprint import FaultPlan

DEFAULT_LOSS = Ratio(10_000)
"""Of a degraded span, where nothing is said: ppm."""


def degradation(span: str, written: Mapping[str, str]) -> FaultPlan:
    """A span that is degraded as `written` says, by the keys of a description and within their limits.
    "" and what is left out: unchanged.

    "loss-bursts" is two or three ratios: "0.2 %, 25 %, 80 %". Without anything, 1 % is lost. Raises UsageError.
    """
    given = {name.replace("_", "-"): text for name, text in written.items() if text}
    values = {name: _value(key, given.pop(name)) for name, key in KEYS.items() if name in given}
    if given:
        raise UsageError(f"{', '.join(given)}: unknown; known: {', '.join(KEYS)}")
    fallen, up = Rate(values.pop("rate", 0)), Rate(values.pop("up", 0))
    impairments = Impairments(**{KEYS[name].field: value for name, value in values.items()})
    if not (fallen or up or values):
        impairments = Impairments(loss=DEFAULT_LOSS)
    if not (fallen or up) and impairments == NO_IMPAIRMENTS:
        raise UsageError(f"{', '.join(values)}: impairs nothing; to undo what is impaired: twin impair {span} --clear")
    _must_be_possible(impairments)
    return FaultPlan(at=Time(0), kind=FaultKind.DEGRADE, span=span, rate=fallen, up=up,
                     impairments=None if impairments == NO_IMPAIRMENTS else impairments)


def _must_be_possible(impairments: Impairments) -> None:
    reasons = [f"{key}: {reason}; {remedy}" for key, reason, remedy in impossible(impairments)]
    if reasons:
        raise UsageError("; ".join(reasons))


def _value(key: Key, written: str) -> Any:
    try:
        return _single(key, written) if isinstance(key.value_type, Single) else _bursts(written)
    except Refused as refused:
        raise UsageError(f"{key.spelling}: {'; '.join(filter(None, (refused.reason, refused.remedy)))}") from refused


def _single(key: Key, written: str) -> Any:
    assert isinstance(key.value_type, Single)
    return value_of(key.value_type, ScalarNode(Place(""), written, plain=True))


def _bursts(written: str) -> LossBursts:
    parts = written.split(",")
    if len(parts) not in (2, 3):
        raise Refused(f'"{written}" is not how bursts begin, how they end and what they lose',
                      "write for example 0.2 %, 25 %, 80 %")
    return LossBursts(*(_single(key, part.strip()) for key, part in zip(keys_of(LossBursts), parts, strict=False)))


KEYS: Mapping[str, Key] = {
    **{key.spelling: key for key in keys_of(Fault) if key.spelling in ("rate", "up")},
    **{key.spelling: key for key in keys_of(Impairments)},
}
"""How each quantity is written, and within which limits, by its key in a description."""
