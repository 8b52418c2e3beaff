"""The two standards as figures: rates, times of the distributed coordination function, airtime at each rate.

Sources: IEEE 802.11-1999 (clauses 9.2 and 15), 802.11b-1999 (18.3.4, 18.4), 802.11g-2003 (19.8), 802.11a-1999 (17.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.core.units import Length, Rate, Time
from twin.model import Preamble, RadioCell, Standard
from twin.model.wifi.airtime import MAC, Airtime

MICROSECOND = 1_000
MEGA = 1_000_000
SHORT_FRAME = 14
"""Bytes of an acknowledgement and of a CTS."""
DSSS_HEADER = {Preamble.LONG: Time(192_000), Preamble.SHORT: Time(96_000)}
"""PLCP preamble and header; 1 Mbit/s knows only the long one."""
DSSS = tuple(Rate(rate) for rate in (1_000_000, 2_000_000, 5_500_000, 11_000_000))
OFDM = tuple(Rate(mega * MEGA) for mega in (6, 9, 12, 18, 24, 36, 48, 54))
OFDM_HEADER, OFDM_SYMBOL, OFDM_EXTENSION = Time(20_000), Time(4_000), Time(6_000)
OFDM_EXTRA = 2 * (16 + 6)
"""Half bits of the service field and of the tail."""
OFDM_BASIC = tuple(Rate(mega * MEGA) for mega in (6, 12, 24))
"""Rates that every 802.11g station knows, and that acknowledgements use."""
CW_MAX = 1023
NS_PER_KM = 3_336
"""The speed of light."""
HERE, TOGETHER = Time(0), Length(0)

RATES: Mapping[Standard, tuple[Rate, ...]] = {Standard.B: DSSS, Standard.G: OFDM}
"""The rates of each standard, slowest first. (An 802.11g cell here does not fall back to those of 802.11b.)"""


@dataclass(frozen=True, slots=True)
class Law:
    """How the stations of one cell share the air. slot, sifs, difs: ns. cw_min, cw_max: first and last window, less 1.

    flight: ns that the farthest station is away, which the slot covers (coverage class) and acknowledgements need.
    """

    cell: RadioCell
    slot: Time
    sifs: Time
    difs: Time
    cw_min: int
    cw_max: int
    flight: Time

    def airtime(self, rate: Rate) -> Airtime:
        """The airtime of data frames at one of the standard's rates, CTS-to-self included where it is used."""
        frame = _frame(self.cell, rate, MAC)
        if not self.cell.mixed:
            return frame
        protection = _dsss(self.cell.preamble, DSSS[-1], 0).of(SHORT_FRAME) + self.sifs
        return Airtime(frame.overhead, Time(frame.before + protection), frame.symbol, frame.half_bits, frame.extra,
                       frame.after)

    def answer(self, rate: Rate, flight: Time) -> Time:
        """From the end of a frame at `rate` until its acknowledgement has come back from `flight` ns away."""
        return Time(2 * flight + self.sifs + _frame(self.cell, self._answering(rate), 0).of(SHORT_FRAME))

    def exchange(self, rate: Rate, frame: int, flight: Time = HERE) -> float:
        """ns that one frame takes of the air where one station alone sends: DIFS, the mean backoff, frame, answer."""
        return self.difs + self.cw_min / 2 * self.slot + self.airtime(rate).of(frame) + self.answer(rate, flight)

    def _answering(self, rate: Rate) -> Rate:
        """Acknowledgements use the fastest basic rate that is no faster than the frame."""
        basic = OFDM_BASIC if self.cell.standard is Standard.G else [r for r in DSSS if r <= self.cell.basic_rate]
        return max(each for each in basic if each <= rate)


def law(cell: RadioCell, farthest: Length = TOGETHER) -> Law:
    """The law of a cell whose farthest stations are so far from each other."""
    flight = Time(NS_PER_KM * (farthest if cell.reach is None else cell.reach) // 1000)
    short = cell.standard is Standard.G and not cell.mixed
    slot, sifs = (9 if short else 20) * MICROSECOND + flight, 10 * MICROSECOND
    return Law(
        cell=cell, slot=Time(slot), sifs=Time(sifs), difs=Time(sifs + 2 * slot),
        cw_min=15 if cell.standard is Standard.G else 31, cw_max=CW_MAX, flight=flight)


def _frame(cell: RadioCell, rate: Rate, overhead: int) -> Airtime:
    if cell.standard is Standard.G:
        return Airtime(overhead, OFDM_HEADER, OFDM_SYMBOL, 2 * rate * 4 // MEGA, OFDM_EXTRA, OFDM_EXTENSION)
    return _dsss(cell.preamble, rate, overhead)


def _dsss(preamble: Preamble, rate: Rate, overhead: int) -> Airtime:
    """Whole microseconds after the header: its length field counts them."""
    header = DSSS_HEADER[preamble if rate > DSSS[0] else Preamble.LONG]
    return Airtime(overhead, header, Time(MICROSECOND), 2 * rate // MEGA)
