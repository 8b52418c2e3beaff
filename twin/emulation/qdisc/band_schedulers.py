"""Requests for the scheduler of bands, under the shaper of a port or in a station of a radio cell: ets, htb, hfsc.

The shaper asks for a packet when the one before has been serialized, so none of these needs to know the span's rate:
they only choose the next packet. That keeps the medium from ever holding more than the packet in service, also where
the tokens of several htb classes would let their packets go at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from twin.core.rtnetlink import Request
from twin.emulation.qdisc.ets import ets
from twin.emulation.qdisc.hfsc import hfsc
from twin.emulation.qdisc.htb import htb
from twin.emulation.qdisc.tc_requests import QdiscLocation
from twin.model import Scheduling
from twin.plan.blueprint import Scheduler


def scheduler_requests(location: QdiscLocation, plan: Scheduler, full: int) -> Iterator[Request]:
    """The scheduler of several bands; band k is class (k+1) at `location`. full: cost of a full packet."""
    match plan.kind:
        case Scheduling.HTB:
            yield from htb(location, plan, full)
        case Scheduling.HFSC:
            yield from hfsc(location, plan)
        case Scheduling.STRICT | Scheduling.DRR | Scheduling.NONE:
            yield ets(location, [band.quantum for band in plan.bands], plan.default)
        case _:
            assert_never(plan.kind)
