"""How long IPTV channels were interrupted by a failure, by the packets that their viewers lost. Pure.

No probe can follow a channel: its tree exists where viewers are, and the controller alone reroutes it. So the viewers'
own packets are counted, as RFC 6414 counts those of a probe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from traffic.sample_files import LOST, Packets, Viewed
from twin.judge.estimators.iptv import as_one_stream
from twin.plan.blueprint import Flow, IptvViewing, carrying


@dataclass(frozen=True, slots=True)
class ChannelOutage:
    """All viewers whose channel a failure interrupts: how many, the one with the longest interruption, and how long it
    lasted, ns; None: until the repair."""

    viewers: int
    flow: str
    restoration_time: int | None


def interruptions(flows: Iterable[Flow], samples: Mapping[str, object], begin: int, settled: int, end: int
                  ) -> dict[str, int | None]:
    """The longest interruption of each viewer that began in [begin, settled), ns; None where it lasted until the repair
    at `end`. Viewers who lost nothing then are left out. What is missed while a channel changes is no interruption."""
    interrupted = dict[str, int | None]()
    for flow, viewing in carrying(IptvViewing, tuple(flows)):
        viewed = samples.get(flow.name)
        if isinstance(viewed, Viewed):
            packets = as_one_stream(viewed, max(viewed.sent, default=0) + 1)
            gaps = [gap for gap in _gaps(packets, begin, end) if gap[0] < settled]
            if gaps:
                lasting = any(not recovered for _, _, recovered in gaps)
                interrupted[flow.name] = None if lasting else max(size for _, size, _ in gaps) * viewing.interval
    return interrupted


def _gaps(packets: Packets, begin: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Runs of lost packets sent in [begin, end): when the first was sent, how many, whether one arrived afterwards."""
    rows = [row for row in zip(packets.sent, packets.received, strict=True) if begin <= row[0] < end]
    for lost, group in groupby(rows, key=lambda row: row[1] == LOST):
        if lost:
            run = list(group)
            yield run[0][0], len(run), run[-1] is not rows[-1]


def longest(interrupted: Mapping[str, int | None], isolated: Iterable[str] = ()) -> ChannelOutage | None:
    """The outage of all viewers who are not isolated, if there is one."""
    left_out = frozenset(isolated)
    seen = {flow: time for flow, time in interrupted.items() if flow not in left_out}
    if not seen:
        return None
    flow = max(sorted(seen), key=lambda name: (seen[name] is None, seen[name] or 0))
    return ChannelOutage(len(seen), flow, seen[flow])
