"""Lets packets arrive twice at the ends of spans that duplicate, and no longer where they stop doing so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twin.core.seeds import stream_seed
from twin.core.units import Ratio
from twin.emulation.bpf import duplicator
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import Kernel
from twin.plan.blueprint import End, SpanPlan


def arriving_twice(span: SpanPlan) -> Iterator[tuple[End, Ratio]]:
    """The ends at which packets arrive twice, and which part of them."""
    for end, carrier in ((span.b, span.forward), (span.a, span.reverse)):
        if carrier.impairments.duplicate:
            yield end, carrier.impairments.duplicate


def start(kernel: Kernel, layout: Layout, spans: Iterable[SpanPlan], seed: int) -> None:
    """Attach a program to each end at which packets arrive twice. Not before Open vSwitch has its ports, since it
    removes their filters."""
    for span in spans:
        for end, ratio in arriving_twice(span):
            entries = duplicator.map_entries(ratio, stream_seed(seed, f"copies/{span.name}/{end.device}", 64))
            (loaded,) = kernel.load_programs([duplicator.program], entries)
            kernel.send(layout.namespace(end),
                        duplicator.attach_requests(layout.index(end), end.device, loaded))


def stop(kernel: Kernel, layout: Layout, spans: Iterable[SpanPlan]) -> None:
    """Detach them."""
    for span in spans:
        for end, _ in arriving_twice(span):
            kernel.send(layout.namespace(end), [duplicator.detach_request(layout.index(end), end.device)])
