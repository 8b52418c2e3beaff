"""The certificate: what makes an emulation trustworthy, and every reason why it is not."""

from __future__ import annotations

import pytest

from twin.judge.certificate.certificate import certify
from twin.judge.verdict import Probe

GOOD = Probe.of("delay of one packet", 37.0, 37.0001, "ms", 0.001)


def test_probe_tolerance() -> None:
    """A probe holds up to its tolerance, either way, and where zero is expected only at zero."""
    assert GOOD.holds
    assert not Probe.of("x", 100, 101.1, "ms", 0.01).holds
    assert not Probe.of("x", 100, 98.9, "ms", 0.01).holds
    assert Probe.of("x", 0, 0, "ms", 0.01).holds and not Probe.of("x", 0, 1, "ms", 0.01).holds


def test_valid() -> None:
    """Calibrated, on time and without strays: valid, with nothing to say."""
    certificate = certify("virtual", [GOOD], 50_000, 0)
    assert certificate.valid and certificate.reasons == ()
    assert (certificate.clock, certificate.timer_lag, certificate.strays) == ("virtual", 50_000, 0)


@pytest.mark.parametrize(("clock", "lag", "valid"), [
    ("virtual", 5_000_000, True), ("virtual", 5_000_001, False),
    ("wall", 20_000_000, True), ("wall", 20_000_001, False)])
def test_lag(clock: str, lag: int, valid: bool) -> None:
    """The traffic's timers may be 5 ms late in virtual time, 20 ms on the wall clock."""
    assert certify(clock, [GOOD], lag, 0).valid is valid


def test_every_reason() -> None:
    """All that is wrong is said at once."""
    bad = Probe.of("rate", 1763.0, 1600.0, "kbit/s", 0.005)
    certificate = certify("wall", [GOOD, bad], 25_000_000, 3)
    assert not certificate.valid
    assert certificate.reasons == (
        "rate: 1600 kbit/s where theory says 1763 kbit/s, more than 0.5 % apart",
        "a timer was late by 25 ms, more than 20 ms",
        "3 packets were dropped outside the model",
    )


def test_nothing_calibrated() -> None:
    """Without a probe nothing is certified."""
    assert certify("virtual", [], 0, 0).reasons == ("nothing was calibrated",)
