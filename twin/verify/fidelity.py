"""Whether the emulation itself can be trusted: what was calibrated, and what would make every verdict void. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from twin.units import NS_PER_MS, Time, show_time
from twin.verify.verdict import Certificate, Probe

VIRTUAL = "virtual"
"""The clock that stands still while anything computes; every other is the wall's."""

VIRTUAL_LAG = Time(NS_PER_MS // 10)
WALL_LAG = Time(NS_PER_MS)
"""How late a timer may be. A packet of 1500 bytes takes 0.12 ms at 100 Mbit/s: in virtual time lateness stays below
that; on the wall clock it may reach a fiftieth of the delay variation that voice may have (Y.1541: 50 ms)."""


def probe(name: str, expected: float, measured: float, unit: str, tolerance: float) -> Probe:
    """A calibration probe; it holds where the measured value differs from theory by at most the ratio `tolerance`."""
    return Probe(name, expected, measured, unit, tolerance, abs(measured - expected) <= tolerance * abs(expected))


def certify(clock: str, probes: Sequence[Probe], timer_lag: int, strays: int) -> Certificate:
    """Judge the emulation: valid only where something was calibrated, all of it held, no timer was late and no packet
    was dropped outside the model. timer_lag: ns, the largest. strays: packets."""
    most = VIRTUAL_LAG if clock == VIRTUAL else WALL_LAG
    reasons = [] if probes else ["nothing was calibrated"]
    reasons += [
        f"{p.name}: {p.measured:.6g} {p.unit} where theory says {p.expected:.6g} {p.unit}, "
        f"more than {100 * p.tolerance:.3g} % apart"
        for p in probes if not p.holds
    ]
    if timer_lag > most:
        reasons.append(f"a timer was late by {show_time(timer_lag)}, more than {show_time(most)}")
    if strays:
        reasons.append(f"{strays} packets were dropped outside the model")
    return Certificate(not reasons, clock, tuple(probes), timer_lag, strays, tuple(reasons))
