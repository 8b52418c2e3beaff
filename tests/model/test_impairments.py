"""Impairments as figures: tables of jitter, quantiles of delay, loss in bursts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import PPM, Ratio, Time, time
from twin.model import Distribution, Impairments, LossBursts
from twin.model.topology import jitter_distributions
from twin.model.yaml.checks.impairments import impossible

MS = 1_000_000


@pytest.mark.parametrize("distribution", [Distribution.NORMAL, Distribution.PARETO, Distribution.PARETONORMAL])
def test_a_table_has_mean_nothing_and_deviation_one(distribution: Distribution) -> None:
    """Also as the kernel takes it, in 16 bits; the order is that of quantiles."""
    table = jitter_distributions.table(distribution)
    assert fmean(table) == pytest.approx(0, abs=0.1) and pstdev(table) == pytest.approx(8192, rel=1e-4)
    assert list(table) == sorted(table) and table[0] >= -32768 and table[-1] <= 32767


def test_a_uniform_table_reaches_its_range() -> None:
    """To either side; each value as likely as any other."""
    table = jitter_distributions.table(Distribution.UNIFORM)
    assert (table[0], table[-1]) == (-8190, 8190) and len({b - a for a, b in pairwise(table)}) <= 2


@given(st.sampled_from(Distribution), st.integers(0, 50), st.integers(0, 999_999), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_never_fall(distribution: Distribution, jitter: int, reorder: int, low: float, high: float) -> None:
    """And are no less than nothing, whatever the jitter and the part that skips it."""
    given_ = Impairments(delay=Time(20 * MS), jitter=Time(jitter * MS), distribution=distribution,
                         reorder=Ratio(reorder))
    first, second = sorted((low, high))
    assert 0 <= given_.least_delay <= given_.delay_quantile(first) <= given_.delay_quantile(second)
    assert given_.delay_quantile(second) <= given_.least_delay + given_.delay_range


@given(st.sampled_from(Distribution), st.integers(0, 999_999))
def test_quantiles_have_the_mean_that_is_told(distribution: Distribution, reorder: int) -> None:
    """Of a jitter that never reaches below nothing, a part of whose packets skips it."""
    given_ = Impairments(delay=Time(20 * MS), jitter=Time(5 * MS), distribution=distribution, reorder=Ratio(reorder))
    assert given_.shortest_delay <= given_.delay
    mean = fmean(given_.delay_quantile((k + 0.5) / 20_000) for k in range(20_000))
    assert mean == pytest.approx(given_.mean_delay, rel=0.01, abs=5_000)


def test_the_shortest_delay_leaves_no_packet_early() -> None:
    """With it, the least quantile is nothing; a millisecond more, and it is a millisecond."""
    jitter = Impairments(jitter=Time(5 * MS), distribution=Distribution.NORMAL)
    assert jitter.shortest_delay == pytest.approx(18.35 * MS, rel=0.001)
    enough = Impairments(delay=Time(round(jitter.shortest_delay) + MS), jitter=Time(5 * MS),
                         distribution=Distribution.NORMAL)
    assert enough.least_delay == pytest.approx(MS, abs=1)


def test_loss_in_bursts_adds_to_random_loss() -> None:
    """p / (p + r) of the packets find the bad state, which loses a part of them; the rest may be lost at random."""
    bursts = LossBursts(Ratio(10_000), Ratio(190_000), Ratio(500_000))
    assert bursts.bad == pytest.approx(0.05)
    assert Impairments(loss_bursts=bursts).loss_probability == pytest.approx(0.025)
    assert Impairments(loss=Ratio(PPM // 10), loss_bursts=bursts).loss_probability == pytest.approx(1 - 0.975 * 0.9)


@given(st.sampled_from(Distribution), st.integers(1, 1_000_000_000))
def test_the_remedy_of_a_jitter_that_is_too_wide_is_one(distribution: Distribution, jitter: int) -> None:
    """With the delay that the message names, nothing is wrong any more."""
    wide = Impairments(jitter=Time(jitter), distribution=distribution)
    ((key, _, remedy),) = impossible(wide)
    named = time(remedy.removeprefix("write delay: ").removesuffix(" or more"))
    assert key == "jitter" and not [*impossible(replace(wide, delay=named))]
