"""Which flows a failure isolates, as the lab shows it: those of which nothing arrives meanwhile. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from traffic.sample_files import Bytes, Packets, Samples, Viewed
from twin.core.units import NS_PER_S
from twin.judge.figures.packet_metrics import carried
from twin.plan.blueprint import BulkTransfer, DialledSpeech, Flow, ForgedPackets

MAX_TRANSIT = NS_PER_S
"""No packet is longer in transit, ns."""
MIN_TCP_SILENCE = NS_PER_S
"""A shorter silence of TCP shows no isolation: it backs off after losses. ns."""

Window = tuple[int, int]
"""From one moment to another, ns after the start."""


@dataclass(frozen=True, slots=True)
class IsolationCheck:
    """The plan's isolated flows compared with the lab. flows: how many send without a pause, so that silence means
    isolation. silent: of how many nothing arrived. contradictions: those that were silent though the plan has a path
    for them, or that arrived though it has none."""

    flows: int = 0
    silent: int = 0
    contradictions: tuple[str, ...] = ()


def delivered(flows: Iterable[Flow], samples: Mapping[str, Samples], before: Window, during: Window) -> dict[str, bool]:
    """Whether anything arrived during a failure, of each flow that sends without a pause and arrived before."""
    arrivals = {}
    for flow in flows:
        of_flow = samples.get(flow.name)
        if of_flow is not None and _continuous(flow, of_flow, during) and _arrived(of_flow, before):
            arrivals[flow.name] = _arrived(of_flow, during)
    return arrivals


def check_isolation(arrivals: Mapping[str, bool], isolated: Collection[str], *, reroutes: bool) -> IsolationCheck:
    """Compare what arrived with the plan. reroutes: whether anything moves traffic to the remaining paths."""
    contradictions = tuple(name for name, arrived in sorted(arrivals.items())
                           if arrived == (name in isolated) and (arrived or reroutes))
    return IsolationCheck(len(arrivals), sum(not arrived for arrived in arrivals.values()), contradictions)


def _continuous(flow: Flow, samples: Samples, during: Window) -> bool:
    """Whether silence means isolation: dialled calls end, players pause between fetches, subscribers read."""
    if isinstance(samples, Packets | Viewed):
        return not isinstance(flow.traffic, DialledSpeech | ForgedPackets)
    return (isinstance(samples, Bytes) and isinstance(flow.traffic, BulkTransfer)
            and during[1] - during[0] >= MIN_TCP_SILENCE)


def _arrived(samples: Samples, when: Window) -> bool:
    """Whether anything arrived then; of bytes, twice: a receiver that waits for more holds a rest back."""
    begin, end = when
    if isinstance(samples, Packets | Viewed):
        first, last = bisect_left(samples.sent, begin - MAX_TRANSIT), bisect_left(samples.sent, end)
        return any(begin <= received < end for received in samples.received[first:last])
    if not isinstance(samples, Bytes):
        return False
    first, last = (bisect_left(samples.at, moment) for moment in when)
    return len({carried(samples, begin), *samples.total[first:last]}) > 2
