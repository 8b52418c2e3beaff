"""Up to which load a target holds on a row: the most calls, the most viewers, the most transfers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from twin.core.units import PPM
from twin.model import CallUse, Name, TelevisionUse, TransferUse, Use
from twin.territory.sizing.network.loads import Bouquet, RowLoad
from twin.territory.sizing.network.rows import Row, carries
from twin.territory.sizing.population.groups import GroupUse, Stream
from twin.territory.sizing.theory.blocking_curve import blocking_at
from twin.territory.sizing.theory.elastic_traffic import delay_of_a_bit
from twin.territory.sizing.theory.multicast_occupancy import present, refused

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

OFFERED = np.concatenate([[0.0], np.geomspace(0.05, 0.8, 10), np.linspace(0.82, 1.3, 13), np.geomspace(1.4, 8, 6)])
"""Offered calls beside what they may take, where blocking is computed."""
FLOWS = np.concatenate([np.arange(0.125, 20, 0.125), np.geomspace(20, 512, 40)])
"""Capacities in peak rates, where the most load is computed; beyond, the last ratio holds."""
HALVINGS = 24


@dataclass(frozen=True, slots=True)
class CallCurve:
    """Blocking of the calls of each use against the sum of what all offer, bit/s of payload."""

    offered: Floats
    blocked: Mapping[Name, Floats]

    def at(self, use: Name, load: Floats) -> Floats:
        """The part of its calls that is blocked."""
        return np.interp(load, self.offered, self.blocked[use])

    def admitted(self, load: RowLoad) -> Floats:
        """The part of all calls that is not blocked."""
        offered = load.offered_calls
        lost = sum((self.at(use, offered) * own for use, own in load.calls.items()), np.zeros_like(offered))
        return np.asarray(1 - lost / np.maximum(offered, 1e-9))


def call_curve(row: Row, uses: Mapping[Name, Use], load: RowLoad) -> CallCurve | None:
    """The curve of a row, with the mix of its busiest hour; None where no calls are offered."""
    whole = load.offered_calls
    if not load.calls or not whole.max() > 0:
        return None
    busiest = int(np.argmax(whole))
    widths = {use: max(weight for stream, weight in row.weights.items() if stream.use == use) for use in load.calls}
    mix = np.array([load.calls[use].flat[busiest] / widths[use] for use in widths]) / whole.flat[busiest]
    offered = OFFERED * max(row.call_budget, max(widths.values()))
    blocked = blocking_at(row.call_budget, [*widths.values()], mix[:, None] * offered[None, :])
    return CallCurve(offered, dict(zip(widths, blocked, strict=True)))


@cache
def most_viewers(popularity: tuple[float, ...], bound: float) -> tuple[float, ...]:
    """With 0, 1, 2 ... places: how many may watch behind a span so that at most `bound` of requests are refused."""
    shares = np.array(popularity)
    return (0.0, *(_most_viewers(shares, bound, places) for places in range(1, len(shares))), np.inf)


def _most_viewers(popularity: Floats, bound: float, places: int) -> float:
    low, high = 1, 2
    while refused(popularity, present(popularity, [(high, 1.0)]), places) <= bound and high < 1 << 20:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        fits = refused(popularity, present(popularity, [(middle, 1.0)]), places) <= bound
        low, high = (middle, high) if fits else (low, middle)
    return float(low)


@cache
def most_flows(kept: float) -> tuple[float, ...]:
    """With each capacity of FLOWS: how much may be offered, in peak rates, so that a transfer keeps such a part of its
    peak rate."""
    low, high, allowed = np.zeros_like(FLOWS), FLOWS.copy(), 1 / kept - 1
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        holds = delay_of_a_bit(FLOWS, middle, 1.0) <= allowed
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return tuple(low)


def most_transfers(capacity: Floats, peak: float, kept: float) -> Floats:
    """bit/s that may be offered to what is left of a row."""
    table, flows = np.array(most_flows(kept)), capacity / peak
    within = np.interp(flows, FLOWS, table, left=0.0)
    return np.asarray(np.where(flows > FLOWS[-1], flows * table[-1] / FLOWS[-1], within) * peak)


@dataclass(frozen=True, slots=True)
class RowLimits:
    """The targets on a row. widths: what a channel takes. peaks: the fastest line that transfers by a use, bit/s."""

    row: Row
    curve: CallCurve | None
    bouquets: Mapping[Name, Bouquet]
    widths: Mapping[Name, float]
    peaks: Mapping[Name, float]

    def holds(self, use: Use, load: RowLoad) -> Bools | None:
        """Whether the target of a use holds here under a load; None where the use has none, or is not here."""
        match use.settings:
            case CallUse(blocking=bound) if bound is not None and use.name in load.calls and self.curve is not None:
                return np.asarray(self.curve.at(use.name, load.offered_calls) <= bound / PPM)
            case TelevisionUse(refused=bound) if bound is not None and use.name in load.viewers:
                return self._fits(use.name, bound / PPM, load)
            case TransferUse(throughput=kept) if kept is not None and use.name in self.peaks:
                most = most_transfers(load.left(self.row.capacity), self.peaks[use.name], kept / PPM)
                return np.asarray(load.transfers <= most)
        return None

    def scaled(self, load: RowLoad, scale: Floats | float) -> RowLoad:
        """The load where everything is so many times as much, and channels as many as then are watched."""
        viewers = {use: watching * scale for use, watching in load.viewers.items()}
        channels = {use: self.bouquets[use].channels(watching) for use, watching in viewers.items()}
        television = sum((self.widths[use] * there for use, there in channels.items()), 0 * load.television)
        return self.judged(RowLoad({use: calls * scale for use, calls in load.calls.items()}, viewers, channels,
                                   np.asarray(television), load.committed * scale, load.transfers * scale))

    def judged(self, load: RowLoad) -> RowLoad:
        """The load with the calls that are admitted."""
        return load if self.curve is None else replace(load, admitted=self.curve.admitted(load))

    def _fits(self, use: Name, bound: float, load: RowLoad) -> Bools:
        """Whether channels fit what calls, committed rates and other bouquets leave."""
        width = self.widths[use]
        left = load.left(self.row.capacity) + width * load.channels[use]
        limits = np.array(most_viewers(tuple(self.bouquets[use].popularity), bound))
        places = np.clip(np.floor(left / width), 0, len(limits) - 1).astype(np.int64)
        return np.asarray(load.viewers[use] <= limits[places])


def row_limits(row: Row, members: Sequence[GroupUse], shown: Mapping[Name, Bouquet], load: RowLoad) -> RowLimits:
    """The limits of a row. load: of the hours of a week, on average."""
    uses = {member.use.name: member.use for member in members}
    widths = {stream.use: weight for stream, weight in row.weights.items() if stream.use in shown}
    peaks: dict[Name, float] = {}
    for member in members:
        settings = member.use.settings
        if isinstance(settings, TransferUse) and carries(row, Stream(member.group.node, member.use.name)):
            own = member.group.rate(settings.direction)
            peaks[member.use.name] = max(own, peaks.get(member.use.name, 0.0))
    return RowLimits(row, call_curve(row, uses, load), shown, widths, peaks)
