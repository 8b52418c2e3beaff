"""What people write of a degradation: read as in a description, within its limits; what would do nothing is refused."""

from __future__ import annotations

import pytest

from twin.api.live.degradation import KEYS, degradation
from twin.core.errors import UsageError
from twin.core.units import Rate, Ratio, Time
from twin.model import Distribution, Impairments, LossBursts


def test_quantities_are_those_of_a_description() -> None:
    """Each of them, and what is left out is unchanged; nothing at all is a loss of 1 %."""
    written = {"rate": "10 Mbit/s", "loss": "0.1 %", "loss_bursts": "0.2 %, 25 %", "delay": "20 ms", "jitter": "5 ms",
               "distribution": "normal", "reorder": "1 %", "duplicate": "2 %", "up": ""}
    fault = degradation("core", written)
    assert (fault.span, fault.rate, fault.up) == ("core", Rate(10_000_000), Rate(0))
    assert fault.impairments == Impairments(
        loss=Ratio(1_000), loss_bursts=LossBursts(Ratio(2_000), Ratio(250_000)), delay=Time(20_000_000),
        jitter=Time(5_000_000), distribution=Distribution.NORMAL, reorder=Ratio(10_000), duplicate=Ratio(20_000))
    assert degradation("core", {"rate": "1 kbit/s"}).impairments is None
    assert degradation("core", {}).impairments == Impairments(loss=Ratio(10_000))


@pytest.mark.parametrize(("name", "text", "reason"), [
    ("loss", "200 %", "is too much; write at most 999999 ppm"),
    ("duplicate", "150 %", "is too much; write at most 999999 ppm"),
    ("reorder", "101 %", "is too much; write at most 999999 ppm"),
    ("delay", "1 h", "is too much; write at most 10 s"), ("jitter", "2 s", "is too much; write at most 1 s"),
    ("rate", "0 Mbit/s", "is too little; write at least 1 kbit/s"), ("up", "8 bit/s", "is too little"),
    ("loss-bursts", "0 %, 25 %", "is too little"), ("loss-bursts", "1 %, 2 %, 200 %", "is too much"),
    ("loss-bursts", "0.2 %", "is not how bursts begin"), ("loss", "-1 %", "is negative"), ("loss", "1", "has no unit"),
    ("distribution", "gauss", "known: uniform, normal"), ("delay", "0 ms", "impairs nothing"),
    ("jitter", "5 ms", "write delay: 4.999 ms or more"), ("colour", "red", "unknown; known: rate, up, loss")])
def test_what_a_description_refuses_is_refused(name: str, text: str, reason: str) -> None:
    """With its key and the remedy, before anything is asked of the network."""
    with pytest.raises(UsageError, match=reason) as refused:
        degradation("core", {name: text})
    assert str(refused.value).startswith(name)


def test_every_key_is_one_of_a_description() -> None:
    """In the order in which people are told of them."""
    assert [*KEYS] == ["rate", "up", "loss", "loss-bursts", "delay", "jitter", "distribution", "reorder", "duplicate"]
