"""How long packets may wait for ARP, which nobody plans: on the spans at which a path begins and ends.

Linux takes an address as resolved for 15 to 45 s, and asks again 5 s after it has sent to it later (RFC 4861, 7.3.3,
which it also follows for IPv4). A host asks for each host that it sends to, at worst for all of them at once; the
switch at its span answers. So on the first span of a path there are the requests of its source, and on the last the
answers to its sink. IPTV channels and IGMP need no address.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import NS_PER_S
from twin.plan.blueprint.layers import HEADER
from twin.predict.load.cpe_shapers import first_hops, own_hops
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import radio_hops

ARP_FRAME = 28 + HEADER
"""Bytes of a request, or of an answer, without FCS (RFC 826)."""


def resolving(met: Crossings) -> Mapping[tuple[int, int], float]:
    """The longest wait of a stream for ARP, ns, by its index and the place of the queue on its path; where it is none,
    there is no entry."""
    watching = {stream.flow for stream in met.streams if stream.channels}
    peers: dict[str, set[str]] = {}
    for stream in met.streams:
        if stream.flow not in watching:
            peers.setdefault(stream.source, set()).add(stream.sink)
    waits: dict[tuple[int, int], float] = {}
    for index, stream in enumerate(met.streams):
        first, last = len(first_hops(stream.hops)), len(stream.hops) - len(own_hops(stream.hops))
        requests, answers = len(peers.get(stream.source, ())), len(peers.get(stream.sink, ()))
        for place in range(len(stream.points)):
            frames = requests * (place < first) + answers * (place >= last)
            if frames:
                waits[index, place] = _longest(met, index, place, frames)
    return waits


def _longest(met: Crossings, index: int, place: int, frames: int) -> float:
    """The longest wait for so many frames of ARP at one queue, ns. They wait in the default band: a strict band before
    it waits for one in service, if no larger packet can be."""
    stream = met.streams[index]
    point = stream.points[place]
    queue, passages = met.queues[point], met.passages[point]
    if queue.cell is not None:
        return frames * float(sum(queue.cell.frame_exchange(hop, ARP_FRAME) for hop in radio_hops(queue.cell, stream)))
    service, band = queue.layer.cost(ARP_FRAME) * 8 * NS_PER_S / queue.rate, passages[index].band
    if not queue.strict(band) or band >= queue.default:
        return frames * service
    after = max([passages[k].longest for k in met.at[point] if passages[k].band > band], default=0.0)
    return max(0.0, service - after)
