"""What is measured on dialled calls."""

from __future__ import annotations

import pytest

from tests.plan.flows import flow
from traffic.sample_files import LOST, Calls, decode, encode
from twin.core.units import NS_PER_S, Time
from twin.judge.figures import call_setup
from twin.judge.flow_figures import figures
from twin.model import Codec, Metric
from twin.model.traffic_profiles import SIP_PACKET
from twin.plan.blueprint import Dialling, SipSignalling

S = NS_PER_S
CALLS = Calls(
    dialled=(0, S, 2 * S, 3 * S, 59 * S),
    rung=(S // 10, S + S // 5, LOST, LOST, LOST),
    answered=(2 * S, LOST, LOST, LOST, LOST),
    ended=(12 * S, LOST, 2 * S + 5, LOST, LOST),
    status=(200, 0, 503, 0, 0),
)
"""One answered, one that rings at the end, one refused, one unheard, one dialled just before the end of 60 s."""


def test_calls_are_written_and_read() -> None:
    """Empty cells, several in a row, are what did not come to pass."""
    assert encode(CALLS).splitlines()[3] == b"2000000000,,,2000000005,503"
    assert decode(encode(CALLS)) == CALLS
    assert decode(encode(Calls((), (), (), (), ()))) == Calls((), (), (), (), ())


def test_each_call_counts_where_it_says_something() -> None:
    """Delays of those that rang; blocked of those decided; unanswered of those decided or in vain."""
    assert call_setup.post_dial_delays(CALLS) == [(0, S // 10), (S, S // 5)]
    assert call_setup.blocked(CALLS) == (False, False, True)
    assert call_setup.unanswered(CALLS, 60 * S) == (False, True, True)
    assert call_setup.carried(CALLS, 60 * S) == pytest.approx((11.9 + 58.8) / 60)


def test_figures_of_calls() -> None:
    """Sent is what was dialled, received what was answered."""
    call = SipSignalling(SIP_PACKET, Codec.G711, Dialling(1.0, Time(2), Time(1), Time(0), 1), "voice")
    measured = figures(flow("x.dial", call), CALLS, 60)
    assert (measured.sent, measured.received) == (5, 1)
    assert measured.values[Metric.POST_DIAL_DELAY] == 0.15 * S
    assert measured.values[Metric.BLOCKING] == pytest.approx(1e6 / 3)
    assert measured.values[Metric.ANSWERED] == pytest.approx(1e6 / 3)
    assert measured.intervals[Metric.BLOCKING].samples == 3
