"""Limits of proportions: exact ones of single events, wider ones of events that come in clusters."""

from __future__ import annotations

import math
import random

import pytest

from twin.judge.statistics.confidence import conclude
from twin.judge.statistics.distributions import binomial
from twin.judge.statistics.proportions import held, losses, proportion
from twin.judge.verdict import Interval, Outcome

EQUAL = 5


def lost(count: int, *places: int) -> tuple[bool, ...]:
    """Packets, of which those at these places were lost."""
    return tuple(place in places for place in range(count))


@pytest.mark.parametrize(("sent", "outcome"), [(2_995, Outcome.INCONCLUSIVE), (2_996, Outcome.MET)])
def test_no_loss_is_not_enough_alone(sent: int, outcome: Outcome) -> None:
    """Without a loss, and without waits, 0.1 % is concluded from 2 996 packets on and not from one fewer."""
    assert conclude(losses(lost(sent), (EQUAL,) * sent), 1e-3, lower=True) is outcome


def test_waits_show_how_losses_would_cluster() -> None:
    """Packets of which none was lost say less of loss where long waits come in long clusters."""
    rng = random.Random(1)
    single = tuple(rng.random() for _ in range(12_000))
    together = tuple(wait for wait in single[:1_200] for _ in range(10))
    assert conclude(losses(lost(12_000), single), 1e-3, lower=True) is Outcome.MET
    assert conclude(losses(lost(12_000), together), 1e-3, lower=True) is Outcome.INCONCLUSIVE


def test_an_episode_is_one_event() -> None:
    """Thirty packets lost in a row say less against a service than thirty losses apart."""
    waits = tuple(random.Random(2).random() for _ in range(6_000))
    together, apart = (losses(lost(6_000, *places), waits) for places in (range(900, 930), range(100, 6_000, 197)))
    assert conclude(together, 1e-3, lower=True) is Outcome.INCONCLUSIVE
    assert conclude(apart, 1e-3, lower=True) is Outcome.MISSED


def test_clopper_pearson() -> None:
    """The exact limits solve the binomial equations that define them."""
    limits = proportion(3, 50)
    assert limits.low is not None and limits.high is not None
    assert 1 - binomial(2, 50, limits.low) == pytest.approx(0.05)
    assert binomial(3, 50, limits.high) == pytest.approx(0.05)
    all_of_them = proportion(5, 5)
    assert all_of_them.low == pytest.approx(0.05**0.2)
    assert all_of_them.high == 1


def test_dispersion_divides_events_and_chances() -> None:
    """Four events that come in pairs among a hundred chances are two among fifty."""
    assert proportion(4, 100, 2.0) == Interval(proportion(2, 50).low, proportion(2, 50).high, 100, 50.0)


def test_nothing_sent() -> None:
    """Without a packet there are no limits, and nothing is concluded."""
    assert losses((), ()) == Interval(None, None, 0)
    assert conclude(Interval(None, None, 0), 1.0, lower=True) is Outcome.INCONCLUSIVE


def test_confidence_of_a_loss_target() -> None:
    """Confidence is 95 % where the rule of three is just met, and falls with every loss seen."""
    assert held(0, 2_996, 1e-3) == pytest.approx(0.95, abs=1e-4)
    assert held(1, 2_996, 1e-3) == pytest.approx(1 - 4 * math.exp(-3), abs=2e-3)
    assert held(10, 10, 0.5) == 0
    assert held(1, 10, 1.0) == 1
