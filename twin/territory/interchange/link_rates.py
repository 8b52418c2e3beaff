"""Rates as maps and the Internet Topology Zoo write them: "2.5 Gbps", "2x10Gb/s", "OC192/STM64", "DS-3". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from twin.core.units import Rate

FACTORS: Mapping[str, int] = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
LEAST, MOST = 8_000, 10**14
"""bit/s that a span can have, and that are believed."""
PLESIOCHRONOUS: Mapping[str, int] = {"ds1": 1_544_000, "t1": 1_544_000, "ds3": 44_736_000, "t3": 44_736_000,
                                     "e1": 2_048_000, "e3": 34_368_000}
"""bit/s (ITU-T G.702)"""
OC, STM = 51_840_000, 155_520_000
"""bit/s of OC-1 and STM-1 (ITU-T G.707)"""
_NUMBER = r"(?P<number>[0-9]+(?:\.[0-9]+)?)"
_WRITTEN = re.compile(rf"(?:(?P<times>[0-9]{{1,3}})\s*[x*]\s*)?{_NUMBER}(?:\s*-\s*[0-9.]+)?\s*(?P<unit>[kmgt])\s*"
                      r"(?:b(?:it)?s?(?:ps|/s|/sec|\b)|(?:ig)?e\b|bit\b)", re.I)
_CARRIER = re.compile(r"\b(?P<kind>oc|stm)[- ]?(?P<number>[0-9]{1,3})c?\b", re.I)
_HIERARCHY = re.compile(r"\b(?P<kind>ds|t|e)-?(?P<number>[13])\b", re.I)


def rate_of_label(label: str) -> Rate | None:
    """The rate that a link's label says; of a range the lower end; None where it says none."""
    for pattern, value in _FORMS:
        match = pattern.search(label)
        if match:
            return _believed(value(match))
    return None


def rate_of_speed(speed: str, units: str) -> Rate | None:
    """The rate of a number and the letter of its unit: rate_of_speed("2.5", "G") == 2_500_000_000."""
    match = re.fullmatch(_NUMBER, speed.strip())
    factor = FACTORS.get(units.strip().lower()[:1]) if units.strip() else None
    return _believed(Fraction(match["number"]) * factor) if match and factor else None


def rate_of_bits(raw: str) -> Rate | None:
    """The rate of a number of bit/s, which may be written as a float: rate_of_bits("1e9") == 10**9."""
    match = re.fullmatch(r"[0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,2})?", raw.strip())
    return _believed(Fraction(match[0])) if match else None


def _believed(value: Fraction | int) -> Rate | None:
    return Rate(round(value)) if LEAST <= value <= MOST else None


def _written(match: re.Match[str]) -> Fraction:
    return int(match["times"] or 1) * Fraction(match["number"]) * FACTORS[match["unit"].lower()]


def _carrier(match: re.Match[str]) -> int:
    return int(match["number"]) * (OC if match["kind"].lower() == "oc" else STM)


def _hierarchy(match: re.Match[str]) -> int:
    return PLESIOCHRONOUS[f"{match['kind']}{match['number']}".lower()]


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Fraction | int]], ...] = (
    (_WRITTEN, _written), (_CARRIER, _carrier), (_HIERARCHY, _hierarchy))
