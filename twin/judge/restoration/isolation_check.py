"""Who is cut off, as a lab shows it: the flows of which nothing came through while something was cut. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from traffic.sample_files import Bytes, Packets, Samples, Viewed
from twin.core.units import NS_PER_S
from twin.judge.figures.packet_metrics import carried
from twin.plan.blueprint import BulkTransfer, DialledSpeech, Flow, ForgedPackets

UNDER_WAY = NS_PER_S
"""No packet is longer on its way."""
LONG = NS_PER_S
"""Only so long a silence of TCP says that there is no way: it waits after a loss."""

Window = tuple[int, int]
"""From one moment to another, ns after the start."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What flows that never pause tell of a cut. telling: how many there are. silent: of how many nothing came through.
    against: those that were silent though the plan knows a way for them, or heard though it knows none."""

    telling: int = 0
    silent: int = 0
    against: tuple[str, ...] = ()


def heard(flows: Iterable[Flow], samples: Mapping[str, Samples], before: Window, during: Window) -> dict[str, bool]:
    """Whether anything came through during a cut, of each flow that never pauses and came through before."""
    found = {}
    for flow in flows:
        one = samples.get(flow.name)
        if one is not None and _tells(flow, one, during) and _came(one, before):
            found[flow.name] = _came(one, during)
    return found


def silence(told: Mapping[str, bool], without_a_way: Collection[str], *, heals: bool) -> Silence:
    """What was heard, held against the plan. heals: whether anything moves traffic to the ways that are left."""
    against = tuple(name for name, came in sorted(told.items())
                    if came == (name in without_a_way) and (came or heals))
    return Silence(len(told), sum(not came for came in told.values()), against)


def _tells(flow: Flow, samples: Samples, during: Window) -> bool:
    """Whether its silence says anything: dialled calls end, players stop to fetch, subscribers read."""
    if isinstance(samples, Packets | Viewed):
        return not isinstance(flow.traffic, DialledSpeech | ForgedPackets)
    return isinstance(samples, Bytes) and isinstance(flow.traffic, BulkTransfer) and during[1] - during[0] >= LONG


def _came(samples: Samples, when: Window) -> bool:
    """Whether anything arrived then; of bytes, twice: a receiver that waits for more keeps a rest back."""
    begin, end = when
    if isinstance(samples, Packets | Viewed):
        first, last = bisect_left(samples.sent, begin - UNDER_WAY), bisect_left(samples.sent, end)
        return any(begin <= received < end for received in samples.received[first:last])
    if not isinstance(samples, Bytes):
        return False
    first, last = (bisect_left(samples.at, moment) for moment in when)
    return len({carried(samples, begin), *samples.total[first:last]}) > 2
