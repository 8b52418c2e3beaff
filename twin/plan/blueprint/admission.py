"""The admission limit of a span: the capacity that dialled calls may use."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate


@dataclass(frozen=True, slots=True)
class CallBudget:
    """The capacity of a span for the classes of dialled speech, in bit/s at its layer: forward, in reverse, or both
    together (None); of a radio cell, named by `air_name`, airtime in ns a second. Calls and streams that last the whole
    run reduce it."""

    span: str
    forward: bool | None
    rate: Rate
