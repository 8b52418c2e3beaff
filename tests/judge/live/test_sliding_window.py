"""The last seconds of a live twin's flows, joined from windows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from traffic.live.window import FlowWindow, Window
from traffic.sample_files import LOST, Bytes, Packets, Samples, Transactions, Viewed
from twin.core.units import NS_PER_S
from twin.judge.live.sliding_window import SlidingWindow

ORIGIN = 1_000 * NS_PER_S
GAP = 20_000_000
A_SECOND = NS_PER_S // GAP


def call(first: int, stop: int, lost: frozenset[int] = frozenset()) -> Packets:
    """Packets of a call, one every 20 ms, each 5 ms under way."""
    sent = tuple(number * GAP for number in range(first, stop))
    return Packets(sent, tuple(LOST if at // GAP in lost else at + 5_000_000 for at in sent), 200)


def windows(count: int, lost: frozenset[int] = frozenset()) -> list[Window]:
    """A window a second of one call."""
    return [Window(second + 1, ORIGIN + (second + 1) * NS_PER_S, 1000 * second,
                   {"call": FlowWindow(ORIGIN, call(second * A_SECOND, (second + 1) * A_SECOND, lost))})
            for second in range(count)]


@given(some.integers(1, 6), some.integers(1, 12), some.frozensets(some.integers(0, 600), max_size=9))
def test_the_last_seconds_are_what_was_sent_in_them(seconds: int, count: int, lost: frozenset[int]) -> None:
    """Every packet of them once, its times counted from where the sliding window begins."""
    sliding = SlidingWindow(seconds)
    for window in windows(count, lost):
        sliding.add(window)
    known = min(seconds, count)
    samples = sliding.flows()["call"]
    assert isinstance(samples, Packets)
    begin = (seconds - known) * NS_PER_S
    assert samples.sent == tuple(range(begin, seconds * NS_PER_S, GAP))
    first = (count - known) * A_SECOND
    assert [at == LOST for at in samples.received] == [first + k in lost for k in range(known * A_SECOND)]
    assert sliding.lateness == 1000 * (count - 1)


def test_a_flow_that_was_started_again_is_seen_since_then() -> None:
    """Its new times count from another origin; what was before is another flow."""
    sliding = SlidingWindow(10)
    for window in windows(2):
        sliding.add(window)
    again = ORIGIN + 3 * NS_PER_S
    sliding.add(Window(3, ORIGIN + 3 * NS_PER_S, 0, {}))
    sliding.add(Window(4, ORIGIN + 4 * NS_PER_S, 0, {"call": FlowWindow(again, call(0, A_SECOND))}))
    samples = sliding.flows()["call"]
    assert isinstance(samples, Packets) and samples.sent[0] == 9 * NS_PER_S and len(samples.sent) == A_SECOND


def test_a_flow_that_has_ended_is_seen_no_more() -> None:
    """It was in the windows before, and is not in the last one."""
    sliding = SlidingWindow(10)
    for window in [*windows(2), Window(3, ORIGIN + 3 * NS_PER_S, 0, {})]:
        sliding.add(window)
    assert sliding.flows() == {}


def test_progress_is_what_was_added_within_the_window() -> None:
    """A download that carries 1000 bytes a second: totals count from the first sample that is known."""
    sliding = SlidingWindow(2)
    for second in range(5):
        at, total = (second * NS_PER_S, (second + 1) * NS_PER_S - 1), (second * 1000, (second + 1) * 1000)
        sliding.add(Window(second + 1, ORIGIN + (second + 1) * NS_PER_S, 0,
                           {"download": FlowWindow(ORIGIN, Bytes(at, total))}))
    assert sliding.flows()["download"] == Bytes((0, NS_PER_S - 1, NS_PER_S, 2 * NS_PER_S - 1), (0, 1000, 1000, 2000))


def test_other_samples_are_joined_likewise() -> None:
    """Pages and IPTV: times move, sizes and flags do not."""
    parts: dict[str, Samples] = {"pages": Transactions((5,), (LOST,), (300,)),
                                 "tv": Viewed((1,), (2,), (3,), (1,), 1356)}
    sliding = SlidingWindow(1)
    sliding.add(Window(1, ORIGIN + NS_PER_S, 0, {name: FlowWindow(ORIGIN, part) for name, part in parts.items()}))
    assert sliding.flows() == parts
