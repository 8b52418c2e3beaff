"""The instruments that certify a run: probes, downloads by two programs, and irtt, planned before the lab starts; pure.

What follows from the plan and from what the instruments measured in the lab is here, too: the rows of the certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from traffic.sample_files import Samples
from traffic.tools.irtt import Echoes
from twin.core.units import NS_PER_S
from twin.jobs.experiment import calibration, iperf3_check, irtt_check
from twin.jobs.experiment.calibration import ProbePlan, probe_plan
from twin.jobs.experiment.iperf3_check import FAILED, DownloadPlan, DownloadResults, download_plan
from twin.jobs.experiment.irtt_check import IrttPlan, half_duplex, irtt_plan
from twin.jobs.experiment.reference_line import ReferenceLine, reference_line
from twin.jobs.experiment.steady_tcp import NoSteadyTcp
from twin.judge.verdict import CrossCheck
from twin.plan.blueprint import Blueprint, Flow, Host, SpanPlan

MARGIN = 0.2
"""Seconds to wait for late packets, in addition to the delay of the path."""

Neighbour = tuple[Host, str]
"""A host, and the address for which it gets a permanent ARP entry."""


@dataclass(frozen=True, slots=True)
class InstrumentPlan:
    """probes: before the traffic. downloads: after them; None where goodput is not compared. irtt: after the traffic;
    None where delay is not compared. unchecked: what no second instrument measures, and why. probe_neighbours,
    irtt_neighbours: while these run, for hosts whose line may lose ARP. stop_margin: seconds to wait for late packets.
    """

    probes: ProbePlan
    downloads: DownloadPlan | None
    irtt: IrttPlan | None
    unchecked: tuple[str, ...]
    probe_neighbours: tuple[Neighbour, ...]
    irtt_neighbours: tuple[Neighbour, ...]
    stop_margin: float


def instrument_plan(blueprint: Blueprint, seconds: float, *, virtual: bool = True) -> InstrumentPlan:
    """The instruments for a run of `seconds`, in virtual time or on the wall clock."""
    probes, reference = probe_plan(blueprint), reference_line(blueprint)
    irtt = irtt_plan(blueprint, reference, seconds, virtual=virtual) if reference is not None else None
    try:
        downloads, no_goodput = _downloads(blueprint, reference, seconds, virtual=virtual), ""
    except NoSteadyTcp as reason:
        downloads, no_goodput = None, str(reason)
    return InstrumentPlan(
        probes=probes, downloads=downloads, irtt=irtt, unchecked=tuple(_unchecked(reference, irtt, no_goodput)),
        probe_neighbours=_neighbours(blueprint, probes.flows),
        irtt_neighbours=_neighbours(blueprint, irtt.flows if irtt is not None else ()),
        stop_margin=MARGIN + max(map(_there_and_back, blueprint.spans), default=0.0) * 4 / NS_PER_S)


def _there_and_back(span: SpanPlan) -> float:
    """The longest delay of a span without queueing, both ways, ns."""
    return sum(link.delay + link.impairments.delay_quantile(1.0) for link in (span.forward, span.reverse))


def _downloads(blueprint: Blueprint, reference: ReferenceLine | None, seconds: float, *, virtual: bool
               ) -> DownloadPlan | None:
    if reference is None:
        return None
    return download_plan(reference, blueprint.classes[-1], seconds, half_duplex=half_duplex(blueprint, reference),
                         virtual=virtual)


def _unchecked(reference: ReferenceLine | None, irtt: IrttPlan | None, no_goodput: str) -> Iterator[str]:
    """What no second instrument measures, and why."""
    if reference is None:
        yield "no line reaches a head-end: no figure has a second instrument"
        return
    line = reference.line.name
    if not reference.steady:
        yield f"one-way delay has no second instrument: jitter, reordering or copies disturb packets of {line}"
    elif irtt is None:
        yield (f"one-way delay has no second instrument: {100 * (1 - reference.returned):.3g} % of irtt's packets on "
               f"{line} would not come back")
    elif not irtt.same_queue:
        yield f"mean delay under load has no second instrument: a queue before {line} tells flows apart"
    if no_goodput:
        yield f"goodput on {line} has no second instrument: {no_goodput}"


def _neighbours(blueprint: Blueprint, flows: Iterable[Flow]) -> tuple[Neighbour, ...]:
    lossy = {span.name for span in blueprint.spans if span.forward.lossy or span.reverse.lossy}
    hosts = {host.name: host for host in blueprint.hosts}
    ends = {pair for flow in flows for pair in ((flow.source, flow.sink), (flow.sink, flow.source))}
    return tuple((hosts[host], hosts[other].address) for host, other in sorted(ends) if hosts[host].span in lossy)


def cross_checks(plan: InstrumentPlan, downloads: DownloadResults | None, samples: Mapping[str, Samples],
                 echoes: Echoes | None, start: int) -> Iterator[CrossCheck]:
    """Delay and goodput by two instruments each; one that failed does not agree.

    samples: of our probes beside irtt, which began at `start` (ns since 1970). echoes: by irtt.
    """
    if plan.irtt is not None:
        yield from irtt_check.cross_checks(plan.irtt, samples, echoes, start)
    if plan.downloads is not None:
        yield from iperf3_check.cross_checks(plan.downloads, downloads or FAILED)


def unchecked(plan: InstrumentPlan, samples: Mapping[str, Samples]) -> tuple[str, ...]:
    """Which figures no probe and no second instrument has measured, and why. samples: of the calibration."""
    return (*calibration.unprobed(plan.probes, samples), *plan.unchecked)
