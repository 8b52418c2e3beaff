"""Whether the emulation itself can be trusted: what was calibrated, and what would make every verdict void. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.units import NS_PER_MS, Time, show_time
from twin.judge.verdict import Certificate, CrossCheck, Probe

VIRTUAL = "virtual"
"""The clock that stands still while anything computes; every other is the wall's."""

VIRTUAL_LAG = Time(5 * NS_PER_MS)
WALL_LAG = Time(20 * NS_PER_MS)
"""How late a timer of the traffic may be. Departures of constant-rate packets do not hang on it (the kernel's fq
releases each at its time); connections open late by it, of which a run of seconds notices nothing. In virtual time
only the start of a process (iperf3) takes a millisecond; on the wall clock more than one scheduling round of a busy
machine means that the rest of the emulation was late too."""


def certify(clock: str, probes: Sequence[Probe], timer_lag: int, strays: int,
            cross_checks: Sequence[CrossCheck] = (), unchecked: Sequence[str] = (), copies: int = 0) -> Certificate:
    """Judge the emulation: valid only where something was calibrated, all of it held, no timer was late, no packet was
    dropped outside the model, and cross-checks confirm the figures. timer_lag: ns, the largest. strays: packets.
    unchecked: figures that are compared with nothing, each with the reason, which the user may weigh. copies: packets
    that came again.
    """
    most = VIRTUAL_LAG if clock == VIRTUAL else WALL_LAG
    reasons = [] if probes or unchecked else ["nothing was calibrated"]
    reasons += [
        f"{p.name}: {p.measured:.6g} {p.unit} where theory says {p.expected:.6g} {p.unit}, "
        f"more than {100 * p.tolerance:.3g} % apart"
        for p in probes if not p.holds
    ]
    if timer_lag > most:
        reasons.append(f"a timer was late by {show_time(timer_lag)}, more than {show_time(most)}")
    if strays:
        reasons.append(f"{strays} packets were dropped outside the model")
    if copies:
        reasons.append(f"{copies} packets arrived twice")
    reasons += [_contradiction(check) for check in cross_checks if not check.holds]
    return Certificate(
        valid=not reasons, clock=clock, probes=tuple(probes), timer_lag=timer_lag, strays=strays,
        reasons=tuple(reasons), cross_checks=tuple(cross_checks), unchecked=tuple(unchecked))


def _contradiction(check: CrossCheck) -> str:
    """Why a figure does not hold, with both figures."""
    ours, theirs = ("nothing" if value is None else f"{value:.9g} {check.unit}".rstrip()
                    for value in (check.ours, check.theirs))
    apart = "" if None in (check.ours, check.theirs) else f", more than {100 * check.tolerance:.3g} % apart"
    return f"{check.what}: our instrument says {ours}, {check.instrument} {theirs}{apart}"
