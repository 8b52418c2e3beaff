"""Stolen time, as /proc/stat counts it."""

from __future__ import annotations

import pytest

from twin.jobs.live.host_steal import TICKS_PER_S, StealReader, read_text, steal_of

TWO = """cpu  74927 0 17637 578667 1143 0 259 559 0 0
cpu0 35523 0 7453 293141 120 0 16 262 0 0
cpu1 39403 0 10183 285526 1022 0 243 {} 0 0
intr 654326 0
"""


def test_it_is_read_for_each_processor() -> None:
    """The eighth time of each."""
    assert steal_of(TWO.format(297)) == (262, 297)


@pytest.mark.parametrize("text", ["", "intr 5\n", "cpu0 1 2 3 4 5 6 7\n", "cpu0 0 0 0 0 0 0 0 0 0 0\n"])
def test_where_nothing_is_counted_it_is_unknown(text: str) -> None:
    """No such file, an old kernel, a sandbox that counts no time: never taken for zero."""
    assert steal_of(text) is None


def test_the_processor_that_lost_most_counts() -> None:
    """A tenth of a second in two is 5 %."""
    texts = iter([TWO.format(297), TWO.format(297 + TICKS_PER_S // 10), TWO.format(297 + TICKS_PER_S // 10), "", ""])
    reader = StealReader(lambda: next(texts), iter([0.0, 2.0, 3.0, 4.0, 5.0]).__next__)
    assert reader.since() == pytest.approx(0.05)
    assert [reader.since(), reader.since(), reader.since()] == [0.0, None, None]


def test_this_machine_says_something_or_nothing() -> None:
    """A number for each of its processors, or that none is counted."""
    steal = steal_of(read_text())
    assert steal is None or all(ticks >= 0 for ticks in steal)
