"""The theory that the emulation is held against, itself tested: the recursion of the queue and its closed form."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.support import priority

PERIOD, SERVICE, OTHER = 20_000_000, 3_343_750, 23_656_250
"""A call's packet each 20 ms, 214 bytes and 1514 bytes at 512 kbit/s; ns."""


def test_packets_that_meet_nobody_stay_for_their_service() -> None:
    """An empty line adds nothing."""
    assert priority.stays([0, 20, 40], 3, [], 24) == [3, 3, 3]


def test_a_packet_waits_for_the_rest_of_the_one_in_service_and_for_those_of_its_own_before_it() -> None:
    """A flood's packet that starts at 1 lasts until 25; packets of the call come at 20 and 24."""
    assert priority.stays([20, 24], 3, [1], 24) == [5 + 3, 1 + 3 + 3]


def test_the_call_goes_before_a_flood_that_waits() -> None:
    """Of the flood only the packet in service stands before the call, however many wait."""
    assert priority.stays([10], 3, [0, 1, 2, 3], 24) == [14 + 3]


def test_of_two_that_come_at_once_the_call_goes_first() -> None:
    """It finds nobody in service."""
    assert priority.stays([5], 3, [5], 24) == [3]


@given(st.lists(st.integers(0, 500), max_size=20), st.lists(st.integers(0, 500), max_size=20),
       st.integers(1, 30), st.integers(1, 30))
def test_the_recursion_agrees_with_a_line_that_is_watched_at_every_moment(
    first: list[int], second: list[int], service: int, other: int
) -> None:
    """Step by step: whoever is in service goes on; else a waiting packet of the call starts, else one of the flood."""
    first, second = sorted(first), sorted(second)
    stays, waiting, others, busy_until, now = [], list(first), list(second), 0, 0
    while waiting:
        if now >= busy_until and waiting[0] <= now:
            busy_until = now + service
            stays.append(busy_until - waiting.pop(0))
        elif now >= busy_until and others and others[0] <= now:
            others.pop(0)
            busy_until = now + other
        else:
            now += 1
    assert priority.stays(first, service, second, other) == stays


@pytest.mark.parametrize("ratio", [1.7236068, 1.8660254, 2.4142136, 3.6180340])
def test_the_closed_form_is_the_mean_of_the_recursion(ratio: float) -> None:
    """Over 100,000 packets, for periods that no fraction comes near."""
    count, period = 100_000, round(ratio * PERIOD)
    stays = priority.stays([k * PERIOD for k in range(count)], SERVICE,
                           (k * period for k in range(round(count / ratio))), OTHER)
    mean = float(Fraction(round(sum(stays)), count)) - SERVICE
    assert mean == pytest.approx(priority.mean_wait(PERIOD, SERVICE, period, OTHER), rel=2e-4)


def test_no_closed_form_is_given_where_it_does_not_hold() -> None:
    """At 90 % load packets of the flood meet each other."""
    with pytest.raises(ValueError, match="no closed form"):
        priority.mean_wait(PERIOD, SERVICE, 1.618 * PERIOD, OTHER)
