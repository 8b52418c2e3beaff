"""Turn written quantities ("2 Mbit/s", "20 ms", "0.1 %") into integers and back; the only module that converts.

Integers inside: rates in bit/s, times in ns, ratios in ppm, sizes in bytes, lengths in m, power and gain in hundredths
of a decibel, prices in cents, lives in years. A quantity is a decimal number (a power and a growth may be negative),
one space (or none) and a unit, spelt as the SI spells it: "Mbit/s" is a megabit per second, and "mbit/s" is an error
rather than a millibit. Prefixes are decimal (1 kbit/s = 1000 bit/s; 1 kB = 1000 bytes; 1 KiB = 1024 bytes).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NewType

Rate = NewType("Rate", int)
"""bit/s"""
Time = NewType("Time", int)
"""ns"""
Ratio = NewType("Ratio", int)
"""ppm (1 % = 10 000)"""
Size = NewType("Size", int)
"""bytes"""
Length = NewType("Length", int)
"""m"""
Power = NewType("Power", int)
"""hundredths of a dBm (decibel above 1 mW)"""
Gain = NewType("Gain", int)
"""hundredths of a decibel; of antennas, above an isotropic one (dBi)"""
Price = NewType("Price", int)
"""cents of a euro"""
Growth = NewType("Growth", int)
"""ppm a year (-10 % = -100 000)"""
Years = NewType("Years", int)
"""years"""

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
PPM = 1_000_000

RATES: Mapping[str, int] = {"bit/s": 1, "kbit/s": 10**3, "Mbit/s": 10**6, "Gbit/s": 10**9}
TIMES: Mapping[str, int] = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9,
                            "h": 3600 * 10**9}
RATIOS: Mapping[str, int] = {"ppm": 1, "%": 10**4}
SIZES: Mapping[str, int] = {"B": 1, "byte": 1, "bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9,
                            "KiB": 2**10, "MiB": 2**20}
LENGTHS: Mapping[str, int] = {"m": 1, "km": 10**3}
POWERS: Mapping[str, int] = {"dBm": 100}
GAINS: Mapping[str, int] = {"dB": 100, "dBi": 100}
PRICES: Mapping[str, int] = {"cents": 1, "EUR": 100, "kEUR": 10**5, "MEUR": 10**8}
LIVES: Mapping[str, int] = {"years": 1, "year": 1}

KINDS: Mapping[str, tuple[Mapping[str, int], str]] = {
    "rate": (RATES, "2 Mbit/s"),
    "time": (TIMES, "20 ms"),
    "ratio": (RATIOS, "0.1 %"),
    "size": (SIZES, "1500 bytes"),
    "length": (LENGTHS, "7.6 km"),
    "power": (POWERS, "-82 dBm"),
    "gain": (GAINS, "18 dBi"),
    "price": (PRICES, "46 EUR"),
    "growth": (RATIOS, "-10 %"),
    "life": (LIVES, "20 years"),
}
"""What can be written: the kind's units and an example for messages."""
SIGNED = ("power", "growth")
"""Kinds of which less than nothing can be written."""

_MEANT: Mapping[str, Mapping[str, str]] = {
    "rate": {f"{unit[0].lower() if unit[0] in 'kMG' else ''}{bits}": unit for unit in RATES
             for bits in ("bps", "b/s", "bits/s", "bit/s", "bit", "bits", "bitps", "bit/sec", "bits/sec", "b", "")},
    "time": {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "msecs": "ms", "millis": "ms",
             "milliseconds": "ms", "usec": "µs", "μs": "µs", "microseconds": "µs", "mins": "min", "minute": "min",
             "minutes": "min", "m": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h"},
    "ratio": {"percent": "%", "pct": "%", "per cent": "%"},
    "size": {"kb": "kB", "mb": "MB", "gb": "GB", "k": "kB", "kib": "KiB", "mib": "MiB", "octets": "bytes",
             "b": "B", "kilobytes": "kB", "megabytes": "MB"},
    "length": {"metre": "m", "metres": "m", "meter": "m", "meters": "m", "kms": "km", "kilometre": "km",
               "kilometres": "km", "kilometer": "km", "kilometers": "km"},
    "power": {"dbm": "dBm", "db": "dBm"},
    "gain": {"db": "dB", "dbi": "dBi"},
    "price": {"€": "EUR", "cent": "cents", "euro": "EUR", "euros": "EUR", "k€": "kEUR", "m€": "MEUR"},
    "growth": {"percent": "%", "pct": "%", "per cent": "%"},
    "life": {"y": "years", "yr": "years", "yrs": "years", "a": "years", "ans": "years", "an": "years"},
}
"""Other spellings of units, in small letters, and the unit that is meant."""
FRANCS = ("f", "frf", "ff", "franc", "francs")
CENTS_PER_FRANC = Fraction(10_000_000, 655_957)
"""1 EUR was 6.55957 F (Council Regulation (EC) 2866/98), the currency of prices before 2002."""
_TAXED = re.compile(r"(?P<price>.*?)\s*(TTC|incl\.? VAT|VAT incl\.?|HT|excl\.? VAT)", re.IGNORECASE)
_BYTE_RATES = re.compile(r"[kKMGm]?(B|[Bb]ytes?)(/s|ps|/sec)")

_UNIT = r"[^\W\d_]*€|[^\W\d_]+(?:/[^\W\d_]+)?|%"
_QUANTITY = re.compile(rf"(?P<number>-?[0-9]{{1,15}}(?:\.[0-9]{{1,9}})?)\s?(?P<unit>{_UNIT})?")
_COMMA = re.compile(rf"-?[0-9]+,[0-9]+\s?(?:{_UNIT})?")


class UnitError(ValueError):
    """A text is not a quantity of the kind that was asked for: the reason, and what to write instead."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason}; {remedy}" if remedy else reason)


def parse(kind: str, text: str) -> int:
    """Read a quantity of `kind` (a key of KINDS) as an integer in its base unit.

    Raises UnitError when there is no number, no unit, an unknown unit, or a value finer than the base unit.
    """
    units, example = KINDS[kind]
    text = text.strip()
    match = _QUANTITY.fullmatch(text)
    if kind == "price" and (taxed := _TAXED.fullmatch(text)) is not None:
        raise UnitError(f'"{text[:60]}" says whether tax is in it', f'write {taxed["price"]}, and the tax in it as for '
                        "example vat: 19.6 %")
    if _COMMA.fullmatch(text):
        raise UnitError(f'"{text[:60]}" has a decimal comma', f'write "{text[:60].replace(",", ".")}"')
    if match is None or (text.startswith("-") and kind not in SIGNED):
        raise UnitError(f'"{text[:60]}" is not a {kind}', f'write for example "{example}"')
    if match["unit"] is None:
        raise UnitError(f'"{text}" has no unit', f'write for example "{example}"')
    factor = units.get(match["unit"])
    if kind == "price" and match["unit"].casefold() in FRANCS:
        raise UnitError(f'"{text}" is in francs, of which 1 EUR is 6.55957',
                        f'write "{show_price(round(Fraction(match["number"]) * CENTS_PER_FRANC))}"')
    if factor is None:
        raise UnitError(f'"{match["unit"][:20]}" is not a unit of {kind}', _remedy(kind, match["unit"]))
    value = Fraction(match["number"]) * factor
    if value.denominator != 1:
        raise UnitError(f'"{text}" is finer than the smallest {kind} (1 {next(iter(units))})')
    return int(value)


def _remedy(kind: str, unit: str) -> str:
    """The unit of a kind that was meant by another text, or those that there are."""
    units, example = KINDS[kind]
    if kind == "rate" and _BYTE_RATES.fullmatch(unit):
        return f'rates are in bits: 1 MB/s is 8 Mbit/s; known: {", ".join(units)}'
    by_fold = {name.casefold(): name for name in units}
    meant = _MEANT[kind].get(unit) or _MEANT[kind].get(unit.casefold()) or by_fold.get(unit.casefold())
    return f'did you mean "{meant}"?' if meant else f'known: {", ".join(units)} ("{example}")'


def rate(text: str) -> Rate:
    """Read a rate in bit/s: rate("2 Mbit/s") == 2_000_000."""
    return Rate(parse("rate", text))


def time(text: str) -> Time:
    """Read a time in ns: time("20 ms") == 20_000_000."""
    return Time(parse("time", text))


def ratio(text: str) -> Ratio:
    """Read a ratio in ppm: ratio("0.1 %") == 1000."""
    return Ratio(parse("ratio", text))


def size(text: str) -> Size:
    """Read a size in bytes: size("1500 bytes") == 1500."""
    return Size(parse("size", text))


def length(text: str) -> Length:
    """Read a length in m: length("7.62 km") == 7620."""
    return Length(parse("length", text))


def _show(value: float, units: Mapping[str, int], names: tuple[str, ...]) -> str:
    """Write a value in the largest of the named units that keeps it at or above one, with up to four figures."""
    name = next((n for n in names if abs(value) >= units[n]), names[-1])
    return f"{float(f'{value / units[name]:.4g}'):.15g} {name}"


def show_rate(value: float) -> str:
    """Write bit/s for people: show_rate(2_048_000) == "2.048 Mbit/s"."""
    return _show(value, RATES, ("Gbit/s", "Mbit/s", "kbit/s", "bit/s"))


def show_time(value: float) -> str:
    """Write ns for people: show_time(23_437_500) == "23.44 ms"."""
    return _show(value, TIMES, ("s", "ms", "µs", "ns"))


def show_ratio(value: float) -> str:
    """Write ppm for people: show_ratio(1000) == "0.1 %"."""
    return f"{float(f'{value / 10**4:.4g}'):.15g} %"


def show_size(value: float) -> str:
    """Write bytes for people: show_size(1500) == "1.5 kB"."""
    return _show(value, SIZES, ("GB", "MB", "kB", "B"))


def show_length(value: float) -> str:
    """Write metres for people: show_length(7620) == "7.62 km"."""
    return _show(value, LENGTHS, ("km", "m"))


def show_power(value: float) -> str:
    """Write hundredths of a dBm for people: show_power(-8205) == "-82.05 dBm"."""
    return f"{value / 100:.15g} dBm"


def show_gain(value: float) -> str:
    """Write hundredths of a decibel for people: show_gain(1800) == "18 dB"."""
    return f"{value / 100:.15g} dB"


def show_price(value: float) -> str:
    """Write cents for people: show_price(4600) == "46 EUR"."""
    return f"{value / 100:.15g} EUR" if abs(value) < PRICES["kEUR"] else _show(value, PRICES, ("MEUR", "kEUR"))


def show_years(value: float) -> str:
    """Write years for people: show_years(20) == "20 years"."""
    return f"{value:.15g} years"


SHOW: Mapping[str, Callable[[float], str]] = {"rate": show_rate, "time": show_time, "ratio": show_ratio,
                                              "size": show_size, "length": show_length, "power": show_power,
                                              "gain": show_gain, "price": show_price, "growth": show_ratio,
                                              "life": show_years}
"""How a value of each kind is written for people."""
