"""Instruments that lie: what a sound run left, altered as a broken program of ours or of others would have left it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from traffic.sample_files import Bytes, Packets, Samples
from twin.core.units import Time
from twin.jobs.experiment.iperf3_check import DownloadResults
from twin.jobs.experiment.on_host import Side


def _early(side: Side) -> Side:
    """irtt says of every way down that it is 1 % shorter."""
    assert side.echoes is not None
    return replace(side, echoes=replace(side.echoes, back=tuple(d * 99 // 100 for d in side.echoes.back)))


def _blind(side: Side) -> Side:
    """irtt has not seen that packets wait beside load."""
    assert side.echoes is not None
    least = min(side.echoes.there)
    return replace(side, echoes=replace(side.echoes, there=(least,) * len(side.echoes.there)))


def _silent(side: Side) -> Side:
    """irtt says nothing."""
    return replace(side, echoes=None)


def _download(side: Side, which: str, percent: int) -> Side:
    """A download that reports so much of its progress."""
    assert isinstance(side.downloads, DownloadResults)
    progress = getattr(side.downloads, which)
    assert isinstance(progress, Bytes)
    altered = replace(progress, total=tuple(total * percent // 100 for total in progress.total))
    downloads = replace(side.downloads, ours=altered) if which == "ours" else replace(side.downloads, iperf3=altered)
    return replace(side, downloads=downloads)


def _miscounted(side: Side) -> Side:
    """The switch ports before all hosts have let one packet more through."""
    more = tuple(replace(c, packets=c.packets + 1) if c.band == 0 else c for c in side.closed)
    return replace(side, closed=more)


def _careless(side: Side) -> Side:
    """Our own receivers have missed one packet each."""
    fewer = {name: {**tally, "received": tally["received"] - 1} if tally["received"] else tally
             for name, tally in side.tallies.items()}
    return replace(side, tallies=fewer)


def _late(side: Side) -> Side:
    """A timer of the traffic was late by a fiftieth of a second."""
    return replace(side, closing=replace(side.closing, lag=Time(20_000_000)))


def _slow_clock(side: Side) -> Side:
    """Our receivers' clock is behind by half a millisecond."""
    return replace(side, calibration=_shifted(side.calibration), beside=_shifted(side.beside))


def _shifted(samples: Mapping[str, Samples]) -> dict[str, Samples]:
    return {name: replace(sample, received=tuple(at + 500_000 if at >= 0 else at for at in sample.received))
            if isinstance(sample, Packets) else sample for name, sample in samples.items()}


LIARS: dict[str, Callable[[Side], Side]] = {
    "irtt-early": _early, "irtt-blind": _blind, "irtt-silent": _silent,
    "iperf3-generous": lambda side: _download(side, "iperf3", 105),
    "goodput-understated": lambda side: _download(side, "ours", 95),
    "port-miscounts": _miscounted, "receiver-careless": _careless, "timer-late": _late, "clock-behind": _slow_clock,
}
