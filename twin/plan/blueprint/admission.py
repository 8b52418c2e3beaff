"""How much dialled calls may take of a span."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate


@dataclass(frozen=True, slots=True)
class CallBudget:
    """What the classes of dialled speech may take of a span, bit/s at its layer, one way (forth or back) or both at
    once (None); of the air of a radio cell, by its `air_name`, ns in a second. What lasts the whole run comes off it.
    """

    span: str
    forward: bool | None
    rate: Rate
