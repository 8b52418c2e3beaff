"""What a length of copper carries: the published reach, and how it falls off between and beyond."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Length, Rate
from twin.model import Conductor, LineGroup, Name, Profile, Technology
from twin.model.access.dsl_reach import LEAST_DOWN, STEP, Rates, as_laid, attainable, reach, trained

SOLD = Profile(Name("adsl-2048"), Rate(2_048_000), Rate(512_000), length=Length(2_000))
GROUP = LineGroup(Name("far"), Name("dslam"), Name("adsl-2048"))


@pytest.mark.parametrize(("length", "conductor", "rate"), [
    (4_600, "0.4 mm", 2.0e6), (5_500, "0.5 mm", 2.0e6), (2_700, "0.4 mm", 6.1e6), (3_700, "0.5 mm", 6.1e6),
])
def test_the_published_reach_is_met(length: int, conductor: str, rate: float) -> None:
    """2 Mbit/s and 6.1 Mbit/s reach as far as the ADSL Forum says, to a step of 32 kbit/s."""
    assert rate - STEP < attainable(Length(length), Conductor(conductor)).down <= rate


@pytest.mark.parametrize(("down", "up", "trains"), [
    (8_128_000, 1_024_000, True), (8_160_000, 448_000, False), (8_128_000, 1_056_000, False),
])
def test_full_rate_adsl_ends_where_its_frames_do(down: int, up: int, trains: bool) -> None:
    """At 254 and 32 times 32 kbit/s (ITU-T G.992.1), the rates at which lines were sold."""
    assert (reach(Rates(Rate(down), Rate(up)), Conductor.MM_04) is not None) is trains


@given(st.integers(8_000, 9_000_000), st.integers(8_000, 1_100_000), st.sampled_from(Conductor))
def test_rates_reach_as_far_as_copper_can_be_trained_at_them(down: int, up: int, conductor: Conductor) -> None:
    """To a metre; what no modem does is reached nowhere."""
    end = reach(Rates(Rate(down), Rate(up)), conductor)
    if end is None:
        best = attainable(Length(0), conductor)
        assert best.down < down or best.up < up
        return
    here, beyond = attainable(end, conductor), attainable(Length(end + 2), conductor)
    assert here.down >= down and here.up >= up
    assert beyond.down < down or beyond.up < up


@given(st.integers(0, 20_000), st.integers(0, 5_000), st.sampled_from(Conductor))
def test_longer_lines_never_train_faster(length: int, more: int, conductor: Conductor) -> None:
    """Both ways, in whole steps, within full-rate ADSL, and never worse on thicker copper."""
    near, far = attainable(Length(length), conductor), attainable(Length(length + more), conductor)
    thick = attainable(Length(length), Conductor.MM_05)
    assert far.down <= near.down <= min(8_128_000, thick.down)
    assert far.up <= near.up <= min(1_024_000, thick.up)
    assert near.down % STEP == near.up % STEP == 0


def test_a_line_trains_at_what_is_sold_or_at_what_its_copper_carries() -> None:
    """At 2 km all of 2048/512; at 5.2 km of 0.4 mm less of both; at 5.6 km nothing to speak of."""
    assert trained(SOLD) == (2_048_000, 512_000)
    assert trained(as_laid(SOLD, replace(GROUP, length=Length(5_200)))) == (704_000, 96_000)
    assert trained(as_laid(SOLD, replace(GROUP, length=Length(5_600)))).down < LEAST_DOWN


def test_lines_say_their_own_length_and_conductors() -> None:
    """What a group says goes before what its profile says; at 5.2 km, 0.5 mm carries what 0.4 mm does not."""
    laid = as_laid(SOLD, replace(GROUP, length=Length(5_200), conductor=Conductor.MM_05))
    assert (laid.length, laid.conductor) == (5_200, Conductor.MM_05)
    assert trained(laid).down == SOLD.down
    assert as_laid(SOLD, GROUP) == SOLD


def test_only_copper_trains() -> None:
    """Fibre and WiFi lines run at their profile's rates, however long."""
    fibre = replace(SOLD, technology=Technology.ETHERNET, down=Rate(100_000_000), length=Length(20_000))
    assert trained(fibre) == (100_000_000, 512_000)
