"""Airtimes by the standards' own formulas, and which rate reaches how far."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Gain, Length, Power, Rate, Time
from twin.model import Air, Name, Preamble, RadioCell, Standard
from twin.model.wifi import law, reach
from twin.model.wifi.ieee80211 import RATES

CELL = Name("cell")
MBIT = 1_000_000


def test_a_full_frame_of_802_11b_is_counted_in_whole_microseconds() -> None:
    """1500 bytes of IP are 1536 on the air: 192 us of preamble and header, 1117.1 of bits rounded up (18.3.4)."""
    assert law(RadioCell(CELL)).airtime(Rate(11 * MBIT)).of(1514) == 1_310_000


def test_a_full_frame_of_802_11g_is_counted_in_whole_symbols() -> None:
    """(16 + 12288 + 6) / 216 are 57 symbols of 4 us, after 20 us and before 6 us of signal extension (19.8.3.1)."""
    assert law(RadioCell(CELL, Standard.G)).airtime(Rate(54 * MBIT)).of(1514) == 20_000 + 57 * 4_000 + 6_000


def test_protection_puts_a_cts_before_each_frame() -> None:
    """14 bytes at 11 Mbit/s and SIFS; and the slots are those of 802.11b."""
    pure, mixed = law(RadioCell(CELL, Standard.G)), law(RadioCell(CELL, Standard.G, mixed=True))
    rate = Rate(54 * MBIT)
    assert mixed.airtime(rate).of(1514) - pure.airtime(rate).of(1514) == 192_000 + 11_000 + 10_000
    assert (pure.slot, mixed.slot) == (9_000, 20_000)


def test_one_megabit_knows_no_short_preamble() -> None:
    """Others halve it (18.2.2.2)."""
    short = law(RadioCell(CELL, preamble=Preamble.SHORT))
    assert [short.airtime(Rate(rate * MBIT)).before for rate in (1, 2)] == [192_000, 96_000]


@pytest.mark.parametrize(("rate", "basic", "answer"), [(11, 2, 248), (11, 11, 203), (1, 2, 304), (2, 11, 248)])
def test_acknowledgements_take_the_fastest_basic_rate_that_is_no_faster(rate: int, basic: int, answer: int) -> None:
    """9.6 of IEEE 802.11-1999; SIFS before, nothing for the way."""
    rules = law(RadioCell(CELL, basic_rate=Rate(basic * MBIT)))
    assert rules.answer(Rate(rate * MBIT), Time(0)) == (10 + answer) * 1_000


def test_distance_costs_twice_in_the_answer_and_once_in_the_slot() -> None:
    """9 km are 30 us: the slot grows by them, and an exchange by the way there and back."""
    near, far = law(RadioCell(CELL)), law(RadioCell(CELL), Length(9_000))
    rate = Rate(11 * MBIT)
    assert far.slot - near.slot == 9 * 3_336
    assert far.answer(rate, Time(30_024)) - near.answer(rate, Time(0)) == 2 * 30_024


def test_rates_fall_back_with_distance() -> None:
    """20 dBm, 18 dBi and 10 dB of margin: 11 Mbit/s to some 3 km, 1 Mbit/s to some 12, and then no more."""
    rates = [reach(RadioCell(CELL), Air(CELL), Length(km * 1000)).rate for km in (3, 5, 8, 12, 13)]
    assert rates == [11_000_000, 5_500_000, 2_000_000, 1_000_000, None]


def test_what_is_out_of_reach_is_told_what_would_do() -> None:
    """Beyond the reach, the antenna that is asked for does, and so does the shorter hop."""
    length = Length(25_000)
    reached = reach(RadioCell(CELL), Air(CELL), length)
    assert reached.rate is None
    assert reach(RadioCell(CELL), Air(CELL, gain=reached.gain), length).rate == 1_000_000
    assert reach(RadioCell(CELL), Air(CELL), reached.farthest).rate == 1_000_000
    assert reach(RadioCell(CELL), Air(CELL), Length(reached.farthest + 20)).rate is None


@given(st.sampled_from(Standard), st.integers(1, 40_000), st.integers(0, 3_000))
def test_a_better_antenna_never_slows_a_hop(standard: Standard, metres: int, gain: int) -> None:
    """Nor does a shorter way."""
    cell = RadioCell(CELL, standard)

    def rate(metres: int, gain: int) -> int:
        return reach(cell, Air(CELL, gain=Gain(gain)), Length(metres)).rate or 0

    assert rate(metres, gain) <= rate(metres, gain + 100)
    assert rate(metres, gain) <= rate(metres // 2, gain)


def test_a_sensitivity_that_is_told_moves_all_rates() -> None:
    """It is that of the fastest rate; one better by 6 dB doubles the reach."""
    length = Length(6_000)
    assert reach(RadioCell(CELL), Air(CELL), length).rate == 2_000_000
    assert reach(RadioCell(CELL, sensitivity=Power(-8_800)), Air(CELL), length).rate == 11_000_000


@given(st.sampled_from(Standard), st.integers(14, 1513))
def test_airtime_grows_with_the_frame_and_falls_with_the_rate(standard: Standard, frame: int) -> None:
    """At every rate of the standard."""
    rules = law(RadioCell(CELL, standard))
    times = [rules.airtime(rate) for rate in RATES[standard]]
    assert all(air.of(frame) <= air.of(frame + 1) for air in times)
    assert all(slow.of(frame) >= fast.of(frame) for slow, fast in pairwise(times))
