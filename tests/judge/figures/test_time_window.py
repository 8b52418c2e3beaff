"""A part of a run as a run of its own."""

from __future__ import annotations

from traffic.sample_files import LOST, Bytes, Calls, Packets, Transactions, Viewed
from twin.judge.figures.time_window import within


def test_packets_are_those_sent_in_the_window() -> None:
    """One that arrives after its end has arrived."""
    packets = Packets((0, 10, 20, 30), (5, LOST, 35, 36), 200)
    assert within(packets, 10, 30) == Packets((0, 10), (LOST, 25), 200)


def test_a_viewer_who_tuned_in_before_the_window_has_done_so_at_its_start() -> None:
    """The channel's packets are those sent in it."""
    viewed = Viewed((5, 5, 15), (6, 16, 26), (7, LOST, 27), (1, 0, 1), 1316)
    assert within(viewed, 10, 30) == Viewed((0, 5), (6, 16), (LOST, 17), (0, 1), 1316)


def test_bytes_count_from_the_windows_start() -> None:
    """What had come before it is not its own."""
    assert within(Bytes((5, 15, 25, 35), (100, 200, 300, 400)), 10, 30) == Bytes((5, 15), (100, 200))


def test_what_ends_after_the_window_has_not_ended() -> None:
    """Transactions and calls begun in it."""
    assert within(Transactions((5, 12, 20), (8, 18, 40), (1, 2, 3)), 10, 30) == Transactions((2, 10), (8, LOST), (2, 3))
    assert within(Calls((12,), (14,), (16,), (40,), (200,)), 10, 30) == Calls((2,), (4,), (6,), (LOST,), (200,))


def test_an_empty_window_holds_nothing() -> None:
    """Of every kind of samples."""
    for samples in (Packets((5,), (6,), 1), Bytes((5,), (6,)), Transactions((5,), (6,), (7,))):
        assert len(getattr(within(samples, 50, 60), "sent", getattr(within(samples, 50, 60), "at", ()))) == 0
