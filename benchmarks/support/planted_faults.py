"""Faults of the emulation, planted where it asks the kernel: `python -m benchmarks.support.planted_faults FAULT`.

It is `twin.jobs.experiment.in_lab` with a kernel between that does something else than it is asked (ASKED), or that
becomes something else once it has been read back (BECOMES).
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from twin.core.rtnetlink import NEW_FILTER, NEW_QDISC, Request
from twin.core.units import PPM, Rate, Ratio, Time
from twin.emulation import emulation, span_degradation
from twin.emulation.emulation import VIRTUAL_SLACK, Emulation
from twin.emulation.linux_kernel import LinuxKernel
from twin.emulation.span_degradation import Change
from twin.jobs.experiment import in_lab
from twin.jobs.experiment.reference_line import reference_line
from twin.lab import GUEST_OUT
from twin.model import Impairments
from twin.plan.blueprint import Blueprint, LinkDirection, LinkLayer, SpanPlan

Alter = Callable[[Request], Request | None]


def _limit(request: Request) -> Request | None:
    """The last queue of every scheduler holds nothing but three packets."""
    return _patched(request, "bfifo", lambda options: int(options.split("limit ")[1]), "=I", lambda _: (4_500,))


def _patched(request: Request, word: str, key: Callable[[str], int], form: str, new: Callable[[int], tuple[int, ...]]
             ) -> Request:
    """A request of that kind with other bytes where the number stands that its own words name."""
    if f" {word} " not in f"{request.summary} ":
        return request
    number = key(request.summary)
    return replace(request, body=request.body.replace(struct.pack(form, number), struct.pack(form, *new(number)), 1))


def _unscheduled(request: Request) -> Request | None:
    """No filter leads to a queue of its own where nothing else chooses: all wait in one."""
    return None if request.kind == NEW_FILTER and "flower" in request.summary else request


def _lossy(request: Request) -> Request | None:
    """Every medium loses one packet in a hundred."""
    return _netem(request, loss=2**32 // 100)


def _targets(request: Request) -> Request | None:
    """No class has a shaper of its span's rate: it is half as fast."""
    if " htb rate " not in request.summary:
        return request
    rate = int(request.summary.split(" htb rate ")[1].split("bit")[0]) // 8
    return replace(request, body=request.body.replace(struct.pack("=I", rate), struct.pack("=I", rate // 2)))


ASKED: dict[str, Alter] = {"queue-too-short": _limit, "scheduler-missing": _unscheduled, "loss-asked-for": _lossy,
                           "shaper-too-slow": _targets}


def _netem(request: Request, **changes: int) -> Request:
    """A medium with other numbers in its struct tc_netem_qopt."""
    if request.kind != NEW_QDISC or " netem " not in request.summary:
        return request
    limit = int(request.summary.split("limit ")[1].split()[0])
    chance = int(request.summary.split("loss ")[1].split("ppm")[0]) * 2**32 // PPM
    at = request.body.index(struct.pack("=3I", 0, limit, chance))
    names = ("latency", "limit", "loss", "gap", "duplicate", "jitter")
    fields = dict(zip(names, struct.unpack_from("=6I", request.body, at), strict=True)) | changes
    return replace(request, body=request.body[:at] + struct.pack("=6I", *fields.values()) + request.body[at + 24 :])


def _scaled(span: SpanPlan, part: float) -> SpanPlan:
    """Shapers and media of a span at a part of its rate."""
    def ends(end: Any) -> Any:
        order = end.scheduler
        return end if order is None else replace(end, scheduler=replace(order, rate=Rate(round(order.rate * part))))

    return replace(span, a=ends(span.a), b=ends(span.b), forward=_at(span.forward, part),
                   reverse=_at(span.reverse, part))


def _at(carrier: LinkDirection, part: float) -> LinkDirection:
    return replace(carrier, rate=Rate(round(carrier.rate * part)))


def _later(carrier: LinkDirection, more: int) -> LinkDirection:
    return replace(carrier, delay=Time(carrier.delay + more))


DROPS = Impairments(loss=Ratio(100_000))
SPANS: dict[str, Callable[[SpanPlan], SpanPlan]] = {
    "line-too-slow": lambda span: _scaled(span, 0.97),
    "line-too-fast": lambda span: _scaled(span, 1.03),
    "medium-too-slow": lambda span: replace(span, forward=_at(span.forward, 0.9), reverse=_at(span.reverse, 0.9)),
    "delay-both-ways": lambda span: replace(span, forward=_later(span.forward, 300_000),
                                            reverse=_later(span.reverse, 300_000)),
    "delay-one-way": lambda span: replace(span, reverse=_later(span.reverse, 300_000)),
    "size-table": lambda span: replace(span, forward=replace(span.forward, layer=LinkLayer(40))),
    "silent-drops": lambda span: replace(span, forward=replace(span.forward, impairments=DROPS)),
}
"""What becomes of the reference line."""
MEDIA: dict[str, dict[str, int]] = {
    "copies": {"duplicate": 2**32 // 5},
    "timers-late": {"jitter": 20_000},
}
"""What becomes of its medium, as netem knows it (jitter in ticks of 64 ns)."""
BECOMES = (*SPANS, *MEDIA)


def become(network: Emulation, fault: str) -> None:
    """Turn the reference line into something else than the blueprint says."""
    layout, blueprint = network.layout, network.layout.blueprint
    reference = reference_line(blueprint)
    assert reference is not None
    now = _with(blueprint, reference.line.span, SPANS.get(fault, lambda span: span))
    name = reference.line.span
    change = Change(blueprint, now)
    for namespace, request in span_degradation.change_requests(layout, change, name, network.seed, VIRTUAL_SLACK):
        network.kernel.send(namespace, [_netem(request, **MEDIA.get(fault, {}))])


def _with(blueprint: Blueprint, name: str, alter: Callable[[SpanPlan], SpanPlan]) -> Blueprint:
    return replace(blueprint, spans=tuple(alter(span) if span.name == name else span for span in blueprint.spans))


class Planted(LinuxKernel):
    """A kernel that carries out something else than it is asked."""

    alter: Alter = staticmethod(lambda request: request)

    def send(self, namespace: str, requests: Iterable[Request], bare: Sequence[str] = ()) -> None:
        """Carry out what is made of the requests."""
        super().send(namespace, self._altered(requests), bare)

    def _altered(self, requests: Iterable[Request]) -> Iterator[Request]:
        for request in requests:
            other = type(self).alter(request)
            if other is not None:
                yield other


class Becoming(Emulation):
    """An emulation that becomes something else once it has been read back."""

    fault = ""

    def readback(self) -> dict[str, Any]:
        """As it is; and then no more."""
        configuration = super().readback()
        become(self, self.fault)
        return configuration


def main(fault: str) -> int:
    """The work of a lab, with that fault."""
    if fault in ASKED:
        Planted.alter = staticmethod(ASKED[fault])
        emulation.LinuxKernel = Planted  # type: ignore[attr-defined]
    else:
        Becoming.fault = fault
        emulation.Emulation = Becoming  # type: ignore[misc]
    return in_lab.main(Path(GUEST_OUT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
