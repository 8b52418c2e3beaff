"""DSL reach: the rates at which an ADSL line can train, by length and conductors. Pure.

Source: the ADSL Forum's practical reach (its FAQ and TR-001 era tables), towards the subscriber:

    2 Mbit/s     4.6 km of 0.4 mm (26 AWG)    5.5 km of 0.5 mm (24 AWG)
    6.1 Mbit/s   2.7 km of 0.4 mm             3.7 km of 0.5 mm

Assumed: between the two, and beyond either, the rate falls along a straight line, as a line loses its upper tones one
after the other; it is capped at 8128 kbit/s, all that a frame of ITU-T G.992.1 holds beside its fast byte (254 times 32
kbit/s), and at 1024 kbit/s. From the subscriber, in the lowest tones, 1 Mbit/s reaches as far as 6.1 Mbit/s the other
way, and nothing is left where nothing is left there. No bridged taps, no crosstalk beyond what those figures hold, no
margin.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from twin.core.units import Length, Rate
from twin.model.access.dsl import Conductor
from twin.model.access.lines import LineGroup, Profile
from twin.model.access.technology import Technology

STEP = 32_000
"""Rates of ADSL are multiples of this, bit/s (ITU-T G.992.1)."""
MOST_DOWN, MOST_UP = Rate(254 * STEP), Rate(32 * STEP)
"""Full-rate ADSL (ITU-T G.992.1)."""
LEAST_DOWN, LEAST_UP = Rate(128_000), Rate(32_000)
"""Below either, a modem finds no line worth the name: the slowest offer of the time, and one step."""
FAST, SLOW = 6_100_000, 2_000_000
"""The two rates of which the reach is known, bit/s."""
FAST_UP = 1_000_000
"""From the subscriber, what reaches as far as FAST, bit/s."""
REACH = {Conductor.MM_04: (2_700, 4_600), Conductor.MM_05: (3_700, 5_500)}
"""How far each of them reaches, m."""


class Rates(NamedTuple):
    """Towards the subscriber, and from there."""

    down: Rate
    up: Rate


def attainable(length: Length, conductor: Conductor) -> Rates:
    """What `length` of copper can be trained at, in whole steps; 0 where nothing is left."""
    near, far = REACH[conductor]
    end = far + SLOW * (far - near) / (FAST - SLOW)
    left = max(0.0, (end - length) / (end - near))
    return Rates(_whole(min(MOST_DOWN, FAST * left)), _whole(min(MOST_UP, FAST_UP * left)))


def reach(rates: Rates, conductor: Conductor) -> Length | None:
    """The longest copper that can be trained at these rates, to a metre; None where none can."""
    near, far = REACH[conductor]
    end = far + SLOW * (far - near) / (FAST - SLOW)
    down, up = (-(-rate // STEP) * STEP for rate in rates)
    longest = int(end - max(down / FAST, up / FAST_UP) * (end - near))
    return Length(longest) if down <= MOST_DOWN and up <= MOST_UP and longest >= 0 else None


def as_laid(profile: Profile, group: LineGroup) -> Profile:
    """The profile with the length and conductors of these lines, its rates as sold."""
    return replace(profile, length=profile.length if group.length is None else group.length,
                   conductor=group.conductor or profile.conductor)


def trained(laid: Profile) -> Rates:
    """The rates at which a line runs: those of its profile, or on DSL what its copper leaves of them."""
    if laid.technology is not Technology.DSL:
        return Rates(laid.down, laid.up)
    most = attainable(laid.length, laid.conductor)
    return Rates(min(laid.down, most.down), min(laid.up, most.up))


def _whole(rate: float) -> Rate:
    return Rate(int(rate) // STEP * STEP)
