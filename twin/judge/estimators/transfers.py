"""Estimators from the progress of TCP: goodput, and what a player makes of a film."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from traffic.sample_files import Bytes
from twin.core.units import NS_PER_S
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, as_it_is, mean_limits
from twin.judge.figures import packet_metrics
from twin.judge.figures.video_player import Played, play
from twin.model import Metric
from twin.plan.blueprint import Flow, ProgressiveDownload

STRETCH = NS_PER_S // 5
"""The stretch of the run over which a rate is taken by itself, ns."""


@dataclass(frozen=True, slots=True)
class Window:
    """Progress in the time over which goodput is measured, ns."""

    progress: Bytes
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Film:
    """What the player did; waited: for the first picture, ns, up to the end where it never came."""

    played: Played
    waited: int


def _window(flow: Flow, progress: Bytes, end: int) -> Window:
    return Window(progress, flow.start + packet_metrics.WARM_UP, end)


def _film(flow: Flow, progress: Bytes, end: int) -> Film | None:
    if not isinstance(flow.traffic, ProgressiveDownload):
        return None
    played = play(progress, flow.traffic.rate, flow.traffic.buffer, flow.start, end)
    return Film(played, end - flow.start if played.start_up is None else played.start_up)


def _goodput(seen: Window) -> Estimate:
    """Limits from its course in stretches."""
    begin, end = seen.begin, seen.end
    count = max(0, end - begin) // _stretch(seen.progress)
    cuts = [begin + (end - begin) * k // count for k in range(count + 1)] if count else []
    return Estimate(
        packet_metrics.goodput(seen.progress, begin, end) if begin < end else None,
        lambda: mean_limits([packet_metrics.goodput(seen.progress, a, b) for a, b in pairwise(cuts)]))


def _stretch(progress: Bytes) -> int:
    """Shorter than a second where progress was recorded more often than iperf3 reports it."""
    often = len(progress.at) > 1 and progress.at[-1] - progress.at[0] < STRETCH * len(progress.at)
    return STRETCH if often else NS_PER_S


PROGRESS = SampleEstimators(Bytes, _window, {Metric.GOODPUT: _goodput})
FILM = SampleEstimators(Bytes, _film, {
    Metric.START_UP: lambda film: as_it_is(film.waited, film.played.start_up),
    Metric.REBUFFERS: lambda film: as_it_is(film.played.stops, film.played.stops),
    Metric.REBUFFERING: lambda film: as_it_is(film.played.stalled, film.played.stalled),
})
