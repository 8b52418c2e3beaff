"""Computing side by side: order, errors, and a child that dies."""

import os
import signal

import pytest

from twin.core.parallel import parallel_map


def test_answers_come_in_order_each_from_a_process_of_its_own() -> None:
    """The first is computed here, the others are not."""
    answers = parallel_map(lambda number: (number * number, os.getpid()), [3, 4, 5])
    assert [square for square, _ in answers] == [9, 16, 25]
    assert answers[0][1] == os.getpid()
    assert len({pid for _, pid in answers}) == 3


def test_nothing_is_made_of_nothing() -> None:
    """No process is started."""
    assert parallel_map(len, []) == []


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_what_was_raised_comes_through_wherever_it_was_raised(bad: int) -> None:
    """As if it had been computed here, also when the other answers are too large for a pipe that nobody reads."""
    def work(number: int) -> bytes:
        if number == bad:
            raise ValueError(f"no answer to {number}")
        return bytes(10**6)

    with pytest.raises(ValueError, match=f"no answer to {bad}"):
        parallel_map(work, [0, 1, 2])


def test_a_child_that_is_killed_is_an_error_and_not_an_answer() -> None:
    """The end of its pipe says so."""
    caller = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != caller:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(EOFError):
        parallel_map(work, [1, 2])
