"""Which packets are handed over next, and how arrivals are counted."""

from hypothesis import given
from hypothesis import strategies as some

from traffic.engine.flow_counters import FlowCounters
from traffic.packets.batch_send import DepartureSchedule
from traffic.packets.udp_endpoints import Arrivals
from traffic.sample_files import LOST

BEGIN, GAP = 10**18, 20_000_000


def arrive(order: list[int], count: int) -> tuple[Arrivals, FlowCounters]:
    """Let packets arrive in an order of their numbers."""
    counters = FlowCounters()
    arrivals, expected = Arrivals(range(BEGIN, BEGIN + count * GAP, GAP), counters), 0
    for at, sequence in enumerate(order):
        expected = arrivals.note(sequence, BEGIN + sequence * GAP, BEGIN + at, expected)
    return arrivals, counters


def test_reordering_and_duplicates_are_counted() -> None:
    """After 0 2 1 1 3, packet 1 was reordered and came twice; its first copy counts; packet 4 is lost."""
    arrivals, counters = arrive([0, 2, 1, 1, 3], 5)
    assert (counters.received, counters.reordered, counters.duplicates) == (4, 1, 1)
    assert arrivals.between(0, 5) == [BEGIN, BEGIN + 2, BEGIN + 1, BEGIN + 4, LOST]


def test_a_packet_with_another_stamp_is_foreign() -> None:
    """A number that was never sent, or a departure that is not that number's, is not taken for a sample."""
    counters = FlowCounters()
    arrivals = Arrivals((BEGIN, BEGIN + GAP), counters)
    arrivals.note(2, BEGIN + 2 * GAP, BEGIN, 0)
    arrivals.note(1, BEGIN, BEGIN, 0)
    assert (counters.foreign, counters.received, arrivals.at) == (2, 0, [])


@given(some.permutations(range(12)), some.lists(some.integers(0, 12), max_size=4))
def test_what_is_taken_piece_by_piece_is_the_whole(order: list[int], cuts: list[int]) -> None:
    """Forgetting what was taken changes nothing of what is still to come; a packet that is forgotten is foreign."""
    whole, _ = arrive(order, 12)
    pieces, counters = arrive(order, 12)
    taken: list[int] = []
    for stop in [*sorted(cuts), 12]:
        taken += pieces.between(len(taken), stop)
        pieces.forget(stop)
    assert taken == whole.between(0, 12)
    pieces.note(11, BEGIN + 11 * GAP, BEGIN, 0)
    assert counters.foreign == 1


@given(some.permutations(range(12)))
def test_reordered_packets_are_those_below_one_that_came_before(order: list[int]) -> None:
    """RFC 4737, type-P-reordered: a packet is reordered when one with a higher number came before it."""
    _, counters = arrive(order, 12)
    assert counters.reordered == sum(max(order[:i], default=-1) > number for i, number in enumerate(order))


@given(some.lists(some.integers(0, 10**9), max_size=8),
       some.lists(some.integers(0, 10**9), max_size=50, unique=True).map(sorted))
def test_every_packet_is_due_once(rounds: list[int], offsets: list[int]) -> None:
    """Whatever the rounds, packets come in order, each once, and never one that departs at or after the round's end."""
    departures = [BEGIN + offset for offset in offsets]
    due = DepartureSchedule(departures)
    taken: list[int] = []
    for offset in [*sorted(rounds), 10**9 + 1]:
        span = due.take(BEGIN + offset)
        if span is not None:
            assert span.first == len(taken) and span.stop == len(taken) + len(span.departures)
            assert span.departures[-1] < BEGIN + offset
            taken += span.departures
    assert taken == departures
