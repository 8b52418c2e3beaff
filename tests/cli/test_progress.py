"""Progress: the share done and the time left, once each, and silence where a job is quick."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from twin.cli.progress import Progress, duration
from twin.jobs.experiment.on_host import LabWatch


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def showing(stream: io.StringIO, moments: list[float], silent: float = 0.0) -> Progress:
    """Progress on a clock that shows these moments, s."""
    clock: Iterator[float] = iter(moments)
    return Progress(stream, lambda: next(clock), silent)


def test_share_and_time_left_stand_beside_the_bar() -> None:
    """After 10 s from 20 % to 30 %, 70 % take 70 s more."""
    terminal = Terminal()
    progress = showing(terminal, [0.0, 10.0])
    progress.show("measure", 0.2)
    progress.show("measure", 0.3)
    progress.close()
    assert terminal.getvalue().split("\r")[-3].rstrip() == f"{'measure':<28} [{'#' * 8}{'.' * 20}]  30% 1:10 left"
    assert terminal.getvalue().endswith("\r")


def test_without_a_terminal_each_phase_and_tenth_is_a_line() -> None:
    """Said once; the time left begins anew with a share that begins anew."""
    log = io.StringIO()
    progress = showing(log, [float(k) for k in range(8)])
    for what, share in (("build", None), ("build", None), ("measure", 0.0), ("measure", 0.04), ("measure", 0.25),
                        ("measure", 0.29), ("close", None), ("other", 0.1)):
        progress.show(what, share)
    assert log.getvalue().splitlines() == ["build", "measure", "measure, 25%, 0:06 left", "close", "other, 10%"]


def test_a_quick_job_says_nothing_to_a_log() -> None:
    """Until its patience is over."""
    log = io.StringIO()
    progress = showing(log, [0.0, 1.0, 2.5], silent=2.0)
    for what in ("1 of 3", "2 of 3", "3 of 3"):
        progress.show(what)
    assert log.getvalue() == "3 of 3\n"


def test_computations_are_shown_once_they_have_taken_a_while() -> None:
    """Whatever the job around them shows; each has a time left of its own."""
    log = io.StringIO()
    progress = showing(log, [0.0, 1.0, 2.0, 3.0, 5.0, 6.0, 9.0, 10.0])
    progress.show("judge")
    for what, share in (("prove", 0.1), ("prove", 0.2), ("prove", 0.4), ("predict", 0.5), ("predict", 0.6)):
        progress.show_computation(what, share)
    progress.show("store")
    progress.show_computation("render", 0.5)
    assert log.getvalue().splitlines() == ["judge", "prove, 40%", "predict, 50%", "predict, 60%, 0:04 left", "store"]


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "0:00"), (75, "1:15"), (3675, "1:01:15"), (59.7, "1:00")])
def test_times_are_shown_as_clocks_do(seconds: float, words: str) -> None:
    """With hours where there are any."""
    assert duration(seconds) == words


def test_labs_side_by_side_are_as_far_as_the_slowest() -> None:
    """A phase is shown once; noise is not shown."""
    shown: list[tuple[str, float | None]] = []
    watch = LabWatch(2, lambda what, share: shown.append((what, share)))
    for position, line in ((0, '{"phase": "build"}'), (1, '{"phase": "build"}'), (0, "noise"), (0, "[1]"),
                           (0, '{"seconds": 30, "of": 60}'), (1, '{"seconds": 6, "of": 60}')):
        watch.line(position, line)
    assert shown == [("build", None), ("measure", 0.0), ("measure", 0.1)]


def test_labs_that_are_things_of_their_own_are_counted() -> None:
    """N of M trials."""
    shown: list[tuple[str, float | None]] = []
    watch = LabWatch(2, lambda what, share: shown.append((what, share)), "trials")
    for position, line in ((0, '{"phase": "loss"}'), (1, '{"seconds": 1, "of": 1}'), (0, '{"phase": "latency"}')):
        watch.line(position, line)
    assert shown == [("0 of 2 trials done: loss", 0.0), ("1 of 2 trials done: measure", 0.5),
                     ("1 of 2 trials done: latency", 0.5)]
