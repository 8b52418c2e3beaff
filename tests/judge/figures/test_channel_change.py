"""Changes of channel: what they took, and which packets of a visit a viewer could expect."""

from __future__ import annotations

import pytest

from traffic.sample_files import LOST, Viewed, decode, encode
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.judge.figures.channel_change import Change, changes, expected, visits

MS = NS_PER_MS
END = 10 * NS_PER_S


def viewed(*rows: tuple[int, int, int, int]) -> Viewed:
    """Rows of joined, sent, received (LOST), access; ms."""
    joined, sent, received, access = zip(*rows, strict=True)
    return Viewed(_ns(joined), _ns(sent), _ns(received), access, 1356)


def _ns(cells: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(cell if cell == LOST else cell * MS for cell in cells)


ZAP = viewed(
    (0, 10, LOST, 1), (0, 20, 30, 0), (0, 30, LOST, 0), (0, 40, 50, 1), (0, 4990, LOST, 0),
    (5000, 5010, LOST, 0), (5000, 5020, 5030, 0), (5000, 5030, 5040, 1), (5000, 9990, 10000, 0),
)


def test_samples_are_read_back_as_they_were_written() -> None:
    """Lost packets and random access points too."""
    assert decode(encode(ZAP)) == ZAP


def test_a_visit_ends_when_the_next_begins() -> None:
    """The last one ends with the measurement."""
    assert [(visit.joined, visit.left) for visit in visits(ZAP, END)] == [(0, 5 * NS_PER_S), (5 * NS_PER_S, END)]


def test_who_watched_nothing_visited_nothing() -> None:
    """As in a window of a live twin whose lab has fallen behind."""
    assert visits(Viewed((), (), (), (), 1356), END) == []


def test_a_change_takes_until_the_first_packet_and_until_the_first_picture() -> None:
    """A random access point that was lost shows nothing."""
    assert [changes(visit) for visit in visits(ZAP, END)] == [Change(30 * MS, 50 * MS), Change(30 * MS, 40 * MS)]


def test_what_never_came_counts_with_the_whole_visit() -> None:
    """Neither packet nor picture in two seconds."""
    (visit,) = visits(viewed((0, 10, LOST, 1), (0, 20, LOST, 0)), 2 * NS_PER_S)
    assert changes(visit) == Change(2 * NS_PER_S, 2 * NS_PER_S)
    assert [received for _, received in expected(visit).rows] == [LOST, LOST]


def test_what_came_too_early_or_was_under_way_is_not_lost() -> None:
    """Packets from before the first, and those of the last second that nothing followed, were not to be expected."""
    first, second = visits(ZAP, END)
    assert expected(first).rows == ((20 * MS, 30 * MS), (30 * MS, LOST), (40 * MS, 50 * MS))
    assert [sent for sent, _ in expected(second).rows] == [5020 * MS, 5030 * MS, 9990 * MS]


@pytest.mark.parametrize(("silent", "lost"), [(500, 0), (2500, 150)])
def test_a_channel_that_falls_silent_is_lost(silent: int, lost: int) -> None:
    """For longer than a second before the viewer leaves: then all of it but the last second counts."""
    rows = viewed(*((0, sent, sent + 5 if sent < 5000 - silent else LOST, 0) for sent in range(0, 5000, 10)))
    (visit,) = visits(rows, 5 * NS_PER_S)
    packets = expected(visit).rows
    assert sum(received == LOST for _, received in packets) == pytest.approx(lost, abs=1)
