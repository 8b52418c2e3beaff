"""The E-model against published points, its own intermediate values, and its limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.judge.figures.emodel import (
    Inputs,
    absolute_delay,
    call_rating,
    delay_impairments,
    mos,
    noise,
    rating,
    simultaneous_impairments,
)
from twin.model import Codec

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("emodel.json").read_text())


@pytest.mark.parametrize("point", VECTORS["points"], ids=lambda p: f"{p[0]}-{p[3]}ms-{p[4]}%-{p[5]}")
def test_rating_of_codecs(point: list[Any]) -> None:
    """R and MOS agree with an independent program for every codec, delay, loss and burst ratio known."""
    _, ie, bpl, ta, ppl, burst, r, opinion = point
    rated = rating(Inputs(Ie=ie, Bpl=bpl, Ta=ta, Ppl=ppl, BurstR=burst))
    assert rated == pytest.approx(r, abs=1e-5)
    if opinion is not None:
        assert mos(rated) == pytest.approx(opinion, abs=6e-5)


@pytest.mark.parametrize(("ta", "idd"), VECTORS["idd"])
def test_delay_alone(ta: float, idd: float) -> None:
    """The impairment by delay without echo is nothing up to 100 ms and then follows the Recommendation."""
    assert absolute_delay(Inputs(Ta=ta)) == pytest.approx(idd, abs=1e-9)


@pytest.mark.parametrize(("ta", "r"), VECTORS["echo"])
def test_full_echo(ta: float, r: float) -> None:
    """With talker and listener echo R falls long before delay alone would lower it."""
    assert rating(Inputs(Ta=ta, T=ta, Tr=2 * ta)) == pytest.approx(r, abs=1e-5)


@pytest.mark.parametrize(("r", "opinion"), VECTORS["mos"])
def test_mos_by_formula(r: float, opinion: float) -> None:
    """MOS follows annex B with its factor of 7e-6."""
    assert mos(r) == pytest.approx(opinion, abs=1e-9)


@pytest.mark.parametrize(("r", "printed"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_mos_bands(r: float, printed: float) -> None:
    """The bands that table B.1 prints are met to its rounding."""
    assert mos(r) == pytest.approx(printed, abs=0.01)


def test_intermediate_values() -> None:
    """At the defaults every term is the one computed by hand, so that a wrong R can be traced."""
    inputs = Inputs()
    basic = noise(inputs)
    voice = simultaneous_impairments(inputs, basic)
    delayed = delay_impairments(inputs, basic, voice)
    assert basic.No == pytest.approx(-61.179214, abs=1e-5)
    assert basic.Nos == pytest.approx(-75.744000, abs=1e-5)
    assert basic.Nor == pytest.approx(-83.357814, abs=1e-5)
    assert basic.Ro == pytest.approx(94.768822, abs=1e-5)
    assert voice.Iolr == pytest.approx(0.440178, abs=1e-5)
    assert voice.STMRo == pytest.approx(14.999957, abs=1e-5)
    assert voice.Ist == pytest.approx(-0.000715, abs=1e-5)
    assert voice.Iq == pytest.approx(0.974105, abs=1e-5)
    assert voice.Is == pytest.approx(1.413568, abs=1e-5)
    assert delayed.Idle == pytest.approx(0.149046, abs=1e-5)
    assert (delayed.Idte, delayed.Idd) == (0, 0)
    assert delayed.Id == delayed.Idle
    assert rating(inputs) == pytest.approx(93.206208, abs=1e-6)
    assert mos(rating(inputs)) == pytest.approx(4.409406, abs=1e-6)


def test_mos_never_below_one() -> None:
    """Where the polynomial dips below 1, at small ratings, the opinion is still 1; a rating is never negative."""
    assert mos(3) == mos(0) == mos(-20) == 1
    assert mos(6.6) > 1
    assert mos(120) == 4.5
    assert rating(Inputs(Ta=500, Ppl=100, Ie=95)) == 0


@given(st.floats(0, 100), st.floats(0, 100))
def test_mos_rises_with_the_rating(a: float, b: float) -> None:
    """A better rating never gives a worse opinion."""
    assert (mos(a) <= mos(b)) or a > b


@given(st.sampled_from(Codec), st.floats(0, 500e6), st.floats(0, 1), st.floats(0, 1))
def test_loss_lowers_the_rating(codec: Codec, delay: float, loss: float, other: float) -> None:
    """A call with more loss is never rated higher, nor one with a longer delay."""
    few, many = sorted((loss, other))
    better = call_rating(codec.impairment(), delay, few)
    assert call_rating(codec.impairment(), delay, many) <= better
    assert call_rating(codec.impairment(), delay + 50e6, few) <= better


def test_bursts_count_only_with_concealment() -> None:
    """BurstR is applied to G.729A, whose Bpl is 19, and not to G.711 without concealment."""
    g711, g729 = Codec.G711.impairment(), Codec.G729.impairment()
    assert call_rating(g711, 0, 0.03, burst=3) == call_rating(g711, 0, 0.03)
    assert call_rating(g729, 0, 0.03, burst=3) < call_rating(g729, 0, 0.03)


def test_other_delay_sensitivity() -> None:
    """A class of users that bears delay better (sT 0.55, mT 120 ms) rates a long delay higher."""
    assert absolute_delay(Inputs(Ta=300, sT=0.55, mT=120)) < absolute_delay(Inputs(Ta=300))
