"""Requests that make another line of a line of the running network, as when a DSLAM's port gets another profile; pure.

Both schedulers are made anew: what waits in their queues is lost, as while modems train. All other lines go on.
"""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.rtnetlink import Request
from twin.core.units import Time
from twin.emulation import interface_requests, netlink_requests, span_degradation
from twin.emulation.interface_layout import PLANT, Layout
from twin.emulation.qdisc import tc_requests
from twin.plan.blueprint import SpanPlan


def change_requests(layout: Layout, before: SpanPlan, line: SpanPlan, seed: int, slack: Time
                    ) -> Iterator[tuple[str, list[Request]]]:
    """The requests for a line as the layout has it, in the place of one with the same interfaces, by namespace."""
    for end in (line.a, line.b):
        index = layout.index(end)
        requests = [tc_requests.shaper_deletion(index, end.device)] if end.scheduler is not None else []
        if end.node in layout.hosts:
            requests.append(interface_requests.set_mtu(index, end.device, netlink_requests.largest_packet(line)))
        if end.scheduler is not None:
            requests += netlink_requests.scheduler(index, end.device, end.scheduler, slack)
        yield layout.namespace(end), requests
    yield PLANT, [*span_degradation.media_requests(layout, before, line, seed)]
