"""The player of films: begins, stands still, goes on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traffic.sample_files import Bytes
from twin.core.units import NS_PER_S
from twin.judge.figures.video_player import Played, play

RATE, BUFFER, END = 8_000_000, 2 * NS_PER_S, 20 * NS_PER_S
SECOND = 1_000_000
"""Bytes that a second of the film takes."""


def film(*come: tuple[float, float]) -> Bytes:
    """Seconds, and seconds of film that have come by then."""
    return Bytes(tuple(round(at * NS_PER_S) for at, _ in come), tuple(round(total * SECOND) for _, total in come))


def test_a_film_begins_with_its_buffer() -> None:
    """As soon as two seconds of it are there."""
    assert play(film((1, 1), (1.5, 2), (2, 30)), RATE, BUFFER, 0, END) == Played(1_500_000_000, 0, 0)


def test_a_film_that_never_comes_never_begins() -> None:
    """And what has not begun does not stop."""
    assert play(film((1, 1.9)), RATE, BUFFER, 0, END) == Played(None, 0, 0)
    assert play(film(), RATE, BUFFER, 0, END) == Played(None, 0, 0)


def test_a_film_stands_still_until_its_buffer_is_full_again() -> None:
    """It plays from 1 s to 3 s, waits for two more seconds of film, and goes on at 7 s."""
    assert play(film((1, 2), (5, 3), (7, 30)), RATE, BUFFER, 0, END) == Played(NS_PER_S, 1, 4 * NS_PER_S)


def test_a_film_that_stands_still_to_the_end() -> None:
    """All of that time counts."""
    assert play(film((1, 2)), RATE, BUFFER, 0, END) == Played(NS_PER_S, 1, 17 * NS_PER_S)


def test_time_counts_from_when_the_film_was_asked_for() -> None:
    """Not from the start of the measurement."""
    assert play(film((6, 30)), RATE, BUFFER, 5 * NS_PER_S, END).start_up == NS_PER_S


@given(st.lists(st.floats(0.01, 0.9), min_size=1, max_size=30))
def test_what_is_played_has_come(gains: list[float]) -> None:
    """Time that the picture moves, at the film's rate, never exceeds what came."""
    totals = [sum(gains[:k + 1]) for k in range(len(gains))]
    end = (len(gains) + 1) * NS_PER_S
    played = play(film(*((k + 1, total) for k, total in enumerate(totals))), RATE, BUFFER, 0, end)
    if played.start_up is not None:
        moving = end - played.start_up - played.stalled
        assert 0 <= moving <= totals[-1] * NS_PER_S + 1000
