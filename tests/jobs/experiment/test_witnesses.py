"""Who bears witness, when, and what is made of what was said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from traffic.sample_files import Bytes, Packets, Samples
from traffic.tools.irtt import Echoes
from twin.core.units import NS_PER_S, Ratio, Time
from twin.jobs.experiment import calibration
from twin.jobs.experiment.calibration import SECONDS, calibration_flows
from twin.jobs.experiment.iperf3_check import WARM_UP, WINDOW, heard, seconds, transfers
from twin.jobs.experiment.irtt_check import beside
from twin.jobs.experiment.reference_line import stand
from twin.model import FaultKind
from twin.model.yaml import load
from twin.plan import Blueprint, Policy, plan
from twin.plan.blueprint import BulkTransfer, FaultPlan, UdpFlood, carrying

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
MS = 1_000_000


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """The minimal network's."""
    return plan(load(TOPOLOGIES / "minimal.yaml"))


def test_downloads_have_the_line_one_after_the_other(blueprint: Blueprint) -> None:
    """Ours ends before iperf3's begins, and both begin when the probes are done; each lasts whole seconds."""
    ours, theirs = transfers(blueprint, SECONDS)
    assert [bulk.iperf3 for _, bulk in carrying(BulkTransfer, (ours, theirs))] == [False, True]
    assert SECONDS * NS_PER_S < ours.start < ours.stop < theirs.start < theirs.stop
    assert ours.stop - ours.start == theirs.stop - theirs.start == WARM_UP + WINDOW
    assert (ours.stop - ours.start) % NS_PER_S == 0
    assert seconds(blueprint, SECONDS) * NS_PER_S == theirs.stop
    probes = list(carrying(UdpFlood, calibration_flows(blueprint)))
    assert probes and all(flow.stop == SECONDS * NS_PER_S for flow, _ in probes)


def test_the_line_that_bears_witness_is_fast_but_cheap() -> None:
    """Of the territory's lines one of 2048 kbit/s: none is nearer to 4 Mbit/s from below. The contrast has the same."""
    network = load(TOPOLOGIES / "castres-mazamet.yaml")
    places = [stand(plan(network, policy)) for policy in (None, Policy.NONE)]
    assert places[0] == places[1]
    place = places[0]
    assert place is not None
    span = next(span for span in plan(network).spans if span.name == place.line.span)
    assert span.forth.rate == 2_048_000


def _lossy(blueprint: Blueprint) -> Blueprint:
    spans = tuple(replace(span, forth=replace(span.forth, loss=Ratio(1_000))) for span in blueprint.spans)
    return replace(blueprint, spans=spans)


def test_a_lossy_way_has_no_witness_of_tcp(blueprint: Blueprint) -> None:
    """Where packets are lost by chance, two downloads need not agree: none is made; delays are still compared."""
    lossy = _lossy(blueprint)
    assert transfers(lossy, SECONDS) == () and seconds(lossy, SECONDS) == SECONDS
    assert {one.instrument for one in heard(lossy, SECONDS, {}, {}, None, 0)} == {"irtt"}


def test_a_run_with_cuts_has_a_witness_of_delay_beside_load(blueprint: Blueprint) -> None:
    """At its end the way may be another one than the calibration's, but both senders have it; or there is none."""
    cut = replace(blueprint, faults=(FaultPlan(Time(1), FaultKind.CUT, "north-east"),))
    echoes = Echoes((13 * MS,), (9 * MS,), 0, (2 * NS_PER_S,))
    found = heard(cut, SECONDS, {}, _beside(blueprint), echoes, 0)
    assert [one.what.split()[0] for one in found if one.instrument == "irtt"] == ["mean", "mean"]
    assert all(one.holds for one in found if one.instrument == "irtt")
    assert [one.instrument for one in heard(cut, SECONDS, {}, {}, None, 0)] == ["iperf3"]


def test_without_lines_nobody_bears_witness(blueprint: Blueprint) -> None:
    """Head-ends alone have no way to compare."""
    alone = replace(blueprint, hosts=tuple(host for host in blueprint.hosts if host.line_group is None))
    assert stand(alone) is None and heard(alone, SECONDS, {}, {}, None, 0) == () and beside(alone) is None


def test_both_are_of_the_class_that_goes_first(blueprint: Blueprint) -> None:
    """Ports of telephony for irtt and for our probe, and full packets at random moments beside them, both ways."""
    asked = beside(blueprint)
    assert asked is not None and asked.alike
    assert (asked.head_end.name, asked.port) == ("softswitch", 32_767)
    probes, load_ = asked.flows[:2], asked.flows[2:]
    shapes = [[(flow.service_class, sent.random, sent.packet) for flow, sent in carrying(UdpFlood, several)]
              for several in (probes, load_)]
    assert shapes == [[("voice", False, 200)] * 2, [("data", True, 1500)] * 2]
    assert {flow.source for flow in load_} == {flow.sink for flow in load_}


def test_queues_that_tell_flows_apart_are_no_place_to_compare(blueprint: Blueprint) -> None:
    """Without a service of its own for them, both are in the last class; if that shares between flows, means say
    nothing."""
    spans = tuple(replace(span, b=replace(span.b, scheduler=replace(order, classifiers=())))
                  if (order := span.b.scheduler) is not None else span for span in blueprint.spans)
    found = beside(replace(blueprint, spans=spans))
    assert found is not None and not found.alike


def _beside(blueprint: Blueprint, late: int = 0) -> dict[str, Samples]:
    """Our probes beside load: 9 ms down and 13 ms up."""
    asked = beside(blueprint)
    assert asked is not None
    sent = 2 * NS_PER_S
    return {flow.name: Packets((sent,), (sent + delay * MS + late,), 200)
            for flow, delay in zip(asked.flows, (9, 13), strict=False)}


def _alone(blueprint: Blueprint, rate: int) -> dict[str, Samples]:
    """Delays of 9 ms and 13 ms, and a download of ours and one of iperf3's at some rate."""
    ours, theirs = transfers(blueprint, SECONDS)
    line = ours.line
    found: dict[str, Samples] = {
        f"{line}.probe-200.{way}": Packets((0,), (delay * MS,), 200) for way, delay in (("down", 9), ("up", 13))}
    for flow, pace in ((ours, 400_000), (theirs, rate)):
        at = tuple(range(flow.start, flow.stop + 1, NS_PER_S // 10))
        found[flow.name] = Bytes(at, tuple(k * pace // 80 for k in range(len(at))))
    return found


def test_witnesses_are_heard(blueprint: Blueprint) -> None:
    """Way by way irtt's delays stand beside our probes', and iperf3's goodput beside ours."""
    echoes = Echoes((13 * MS + 400, 13 * MS), (9 * MS + 500, 9 * MS), 0, (0, 2 * NS_PER_S))
    found = heard(blueprint, SECONDS, _alone(blueprint, 392_000), _beside(blueprint), echoes, 0)
    assert [(one.instrument, one.holds) for one in found] == [("irtt", True)] * 4 + [("iperf3", True)]
    assert [one.ours for one in found] == pytest.approx([9, 9, 13, 13, 400])
    swapped = heard(blueprint, SECONDS, _alone(blueprint, 380_000), _beside(blueprint, MS),
                    replace(echoes, there=echoes.back, back=echoes.there), 0)
    assert [one.holds for one in swapped] == [False] * 5


def test_probes_are_judged_without_the_witnesses(blueprint: Blueprint) -> None:
    """Downloads are no probes: the certificate has its four, whatever witnesses do."""
    assert len(calibration.probes(blueprint, {})) == 4
