"""When a live twin is trusted, when not, and when that is unknown."""

from __future__ import annotations

import pytest

from traffic.live.window import Window
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.judge.live.fidelity import NOT_COUNTED, STALE, Fidelity, Moment, Trust, fidelity
from twin.judge.live.sliding_window import SlidingWindow

NOW = 1_000 * NS_PER_S
CALM = Moment(NOW, {}, 0.001)


def known(*moments: Moment, lateness: int = NS_PER_MS, ended: int = 3 * NS_PER_S) -> Fidelity:
    """The fidelity of a window of ten seconds that ended so long ago."""
    sliding = SlidingWindow(10)
    sliding.add(Window(1, NOW - ended, lateness, {}))
    return fidelity(sliding, moments, NOW)


def test_a_calm_machine_is_trusted() -> None:
    """Timers in time, nothing lost, a thousandth of a processor stolen; the certificate is valid, too."""
    calm = known(CALM)
    assert (calm.trust, calm.reasons, calm.stolen) == (Trust.TRUSTED, (), 0.001)
    assert calm.certificate.valid and NOT_COUNTED not in calm.certificate.unchecked


@pytest.mark.parametrize(("moment", "lateness", "reason"), [
    (CALM, 21 * NS_PER_MS, "a timer was late by 21 ms"),
    (Moment(NOW, {"upcalls": 1, "host homes-1": 3}, 0.0), 0,
     "4 packets were lost outside the model: host homes-1 (3), upcalls (1)"),
    (Moment(NOW, dict(zip("abcde", (1, 5, 3, 2, 4), strict=True)), 0.0), 0, "b (5), e (4), c (3), 2 other places"),
    (Moment(NOW, {}, 0.12), 0, "took 12% of a processor's time"),
    (Moment(NOW, {}, 0.02001), 0, "took 2.01% of a processor's time within a second, more than 2%")])
def test_each_of_three_things_is_enough_to_distrust(moment: Moment, lateness: int, reason: str) -> None:
    """With its reason, also where all others are well; nothing is concluded then."""
    seen = known(CALM, moment, CALM, lateness=lateness)
    assert seen.trust is Trust.UNTRUSTED and reason in seen.reasons[0] and len(seen.reasons) == 1
    assert not seen.certificate.valid


def test_what_happened_before_the_window_is_forgotten() -> None:
    """Ten seconds later the lamp is green again."""
    assert known(Moment(NOW - 14 * NS_PER_S, {"upcalls": 1}, 0.9), CALM).trust is Trust.TRUSTED


def test_without_windows_nothing_is_known() -> None:
    """Before the first, and when none comes any more."""
    assert fidelity(SlidingWindow(10), (), NOW).trust is Trust.UNKNOWN
    silent = known(CALM, ended=STALE + 1)
    assert silent.trust is Trust.UNKNOWN and "for 10 s" in silent.reasons[0] and not silent.certificate.valid
    assert known(CALM, ended=STALE).trust is Trust.TRUSTED


def test_a_machine_that_counts_no_stolen_time_is_trusted_by_its_timers() -> None:
    """And its certificate says that this was not checked."""
    seen = known(Moment(NOW))
    assert seen.trust is Trust.TRUSTED and NOT_COUNTED in seen.certificate.unchecked
