"""Which line, head-end and class two instruments measure, when, and what is made of what they said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.predict.conftest import NETWORKS
from traffic.sample_files import Bytes, Packets, Samples
from traffic.tools.irtt import Echoes
from twin.core.records import from_plain, to_plain
from twin.core.units import NS_PER_S, Ratio, Time
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.instrument_plan import InstrumentPlan, cross_checks, instrument_plan
from twin.jobs.experiment.iperf3_check import DownloadPlan, DownloadResults
from twin.jobs.experiment.irtt_check import IrttPlan
from twin.jobs.experiment.reference_line import reference_line
from twin.judge.verdict import CrossCheck
from twin.model import FaultKind, Impairments
from twin.model.yaml import load, read
from twin.plan import Blueprint, Policy, plan
from twin.plan.blueprint import BulkTransfer, FaultPlan, UdpFlood, carrying

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
MS = 1_000_000
RUN = 60.0
DSL = """
twin: 1
name: dsl
sites: {{town: {{}}}}
switches: {{s: {{site: town}}}}
dslams: {{d: {{site: town, uplink: {{to: s, capacity: 100 Mbit/s}}}}}}
head-ends: {{srv: {{site: town, uplink: {{to: s, capacity: 100 Mbit/s}}}}}}
classes: {{data: {{dscp: DF, queue: 300 ms{discipline}}}}}
services: {{web: {{class: data, head-end: srv, transport: tcp}}}}
profiles: {{line: {{down: {down}, up: {up}, delay: 8 ms}}}}
workloads: {{download: {{service: web, activity: download}}}}
lines: {{a: {{at: d, profile: line, runs: [download]}}}}
targets: [{{workload: download, goodput: 100 kbit/s}}]
"""


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """The minimal network's."""
    return plan(load(TOPOLOGIES / "minimal.yaml"))


def line(down: str = "2 Mbit/s", up: str = "512 kbit/s", discipline: str = "") -> Blueprint:
    """One DSL line."""
    return plan(read(DSL.format(down=down, up=up, discipline=discipline), "dsl.yaml"))


def downloads_of(blueprint: Blueprint) -> DownloadPlan:
    """The downloads of a run over this network, which has some."""
    planned = instrument_plan(blueprint, RUN)
    assert planned.downloads is not None, planned.unchecked
    return planned.downloads


def irtt_of(blueprint: Blueprint) -> IrttPlan:
    """irtt in a run over this network, which has a place for it."""
    planned = instrument_plan(blueprint, RUN)
    assert planned.irtt is not None, planned.unchecked
    return planned.irtt


def unchecked(blueprint: Blueprint) -> tuple[str, ...]:
    """Which figures have no second instrument."""
    return instrument_plan(blueprint, RUN).unchecked


def compared(blueprint: Blueprint, downloads: DownloadResults | None, samples: dict[str, Samples],
             echoes: Echoes | None) -> tuple[CrossCheck, ...]:
    """The cross-checks of a run whose instruments measured that, the probes since 0."""
    return tuple(cross_checks(instrument_plan(blueprint, RUN), downloads, samples, echoes, 0))


def test_both_programs_get_a_window_which_fills_the_path_and_no_queue() -> None:
    """2 Mbit/s, 32 cells a packet, 16 ms and more of round trip: a window of the path and a few packets; of its buffer
    iperf3 gets a window of at least half."""
    downloads = downloads_of(line())
    assert isinstance(downloads.ours.traffic, BulkTransfer)
    assert downloads.ours.traffic.clamp == downloads.tcp.window * downloads.tcp.payload
    assert downloads.iperf3.window == 2 * downloads.ours.traffic.clamp
    held = downloads.tcp.round_trip / downloads.tcp.spacing(0.5)
    assert held + 2 < downloads.tcp.window < held + 6
    assert 0 < downloads.begin < downloads.end == downloads.ours.stop


def test_iperf3_goes_on_as_long_as_it_is_measured_and_sets_up_at_the_longest() -> None:
    """In virtual time it starts within a delayed acknowledgement, and its counters are read at once; on the wall clock
    a busy machine takes longer for both."""
    planned = [instrument_plan(line(), RUN, virtual=virtual).downloads for virtual in (True, False)]
    assert [each and each.set_up - round(8 * each.tcp.round_trip) for each in planned] == [50_000_000, 150_000_000]
    assert [each and round(each.iperf3.seconds * NS_PER_S) - each.set_up - each.end for each in planned] == [
        20_000_000, 200_000_000]


def test_goodput_is_that_of_cells_where_acknowledgements_have_room() -> None:
    """1448 of 1696 bytes in cells: in any case of 2000/512 kbit/s, if every second segment is acknowledged of 8000."""
    wide = downloads_of(line())
    assert wide.tcp.single
    assert wide.tcp.goodputs()[1] == pytest.approx(2_000_000 * 1448 / 1696)
    narrow = downloads_of(line("8000 kbit/s", "256 kbit/s"))
    assert not narrow.tcp.single
    least, most = narrow.tcp.goodputs()
    assert most == pytest.approx(8_000_000 * 1448 / 1696)
    assert least == pytest.approx(256_000 * 1448 / 106)


def test_a_queue_that_drops_early_leaves_tcp_without_a_second_instrument() -> None:
    """The report says which figure stands alone, and why; a queue of the plain kind has one."""
    managed = line(discipline=", discipline: fq-codel")
    assert instrument_plan(managed, RUN).downloads is None
    (reason, *_) = [entry for entry in unchecked(managed) if "goodput" in entry]
    assert reason.startswith("goodput on a-1 has no second instrument: a managed queue")
    assert not any("goodput" in entry for entry in unchecked(line()))


@pytest.mark.parametrize(("queue", "fits"), [("1 s", True), ("50 ms", False)])
def test_the_queue_of_a_radio_station_holds_the_window_too(queue: str, fits: bool) -> None:
    """50 ms of 802.11b are about 25 packets, fewer than iperf3 may have in flight."""
    text = (NETWORKS / "contended-air.yaml").read_text(encoding="utf-8")
    short = text.replace(", frame-errors: 10 %", "").replace("queue: 1 s", f"queue: {queue}")
    too_short = any("a queue on the path is shorter" in reason for reason in unchecked(plan(read(short, "air.yaml"))))
    assert too_short is not fits


def test_the_reference_line_is_neither_slow_nor_fast() -> None:
    """Of the territory's lines one of about 4 Mbit/s. The baseline has the same line and head-end."""
    network = load(TOPOLOGIES / "castres-mazamet.yaml")
    places = [reference_line(plan(network, policy)) for policy in (None, Policy.NONE)]
    assert places[0] is not None and places[1] is not None
    assert not places[0].air


def test_both_instruments_measure_one_path_in_one_class_wherever_head_ends_reference_line(blueprint: Blueprint) -> None:
    """irtt, our probes and the load go between one line and one head-end, though another comes first by name."""
    irtt = irtt_of(blueprint)
    ends = {irtt.line.name, irtt.head_end.name}
    assert irtt.head_end.name == "softswitch"
    assert all({flow.source, flow.sink} == ends for flow in irtt.flows)
    probes, load_ = irtt.flows[:2], irtt.flows[2:]
    shapes = [[(flow.service_class, sent.random, sent.packet) for flow, sent in carrying(UdpFlood, several)]
              for several in (probes, load_)]
    assert shapes == [[("voice", False, 200)] * 2, [("data", True, 550)] * 2]
    assert irtt.options.port == 32_767 and {flow.source_port for flow in probes} == {32_766, 8_990}


def test_irtt_and_our_probe_keep_below_the_police_of_their_class(blueprint: Blueprint) -> None:
    """Voice is policed at 100 kbit/s: two packets of 214 bytes each interval are less."""
    assert 2 * 214 * 8 * NS_PER_S / irtt_of(blueprint).options.interval < 100_000


def _lossy(blueprint: Blueprint, loss: int) -> Blueprint:
    spans = tuple(replace(span, forward=replace(span.forward, impairments=Impairments(loss=Ratio(loss))),
                          reverse=replace(span.reverse, impairments=Impairments(loss=Ratio(loss))))
                  for span in blueprint.spans)
    return replace(blueprint, spans=spans)


def test_goodput_on_a_lossy_path_has_no_second_instrument(blueprint: Blueprint) -> None:
    """Where packets are lost by chance, two downloads need not agree: none is made; delays are still compared."""
    lossy = _lossy(blueprint, 1_000)
    assert any(reason.endswith("packets are lost on the path") for reason in unchecked(lossy))
    assert {row.instrument for row in compared(lossy, None, _samples(lossy), _echoes(lossy))} == {"irtt"}


def test_a_path_that_loses_nearly_all_has_no_second_instrument(blueprint: Blueprint) -> None:
    """Nine packets of ten on each of several spans: irtt would never open its session, and the report says so."""
    hopeless = _lossy(blueprint, 900_000)
    assert instrument_plan(hopeless, RUN).irtt is None and compared(hopeless, None, {}, None) == ()
    assert any("one-way delay" in reason and "would not come back" in reason for reason in unchecked(hopeless))


def test_a_run_with_cuts_may_have_no_path_at_its_end(blueprint: Blueprint) -> None:
    """Both senders have the path that is left; where there is none, neither is held against the other."""
    cut = replace(blueprint, faults=(FaultPlan(Time(1), FaultKind.CUT, "north-east"),))
    rows = compared(cut, None, _samples(cut), _echoes(cut))
    assert len(rows) == 4 and all(row.holds for row in rows)
    assert compared(cut, None, {}, None) == ()


def test_without_lines_there_is_no_reference_line(blueprint: Blueprint) -> None:
    """Head-ends alone have no path to compare, and the report says so."""
    alone = replace(blueprint, hosts=tuple(host for host in blueprint.hosts if host.line_group is None))
    assert reference_line(alone) is None and instrument_plan(alone, RUN).irtt is None
    assert compared(alone, None, {}, None) == ()
    assert len(unchecked(alone)) == 1


def test_queues_that_tell_flows_apart_are_no_place_to_compare_waits() -> None:
    """In the only class there is, a managed queue lets either instrument wait for itself: least delays alone count."""
    managed = line(discipline=", discipline: fq-codel")
    assert not irtt_of(managed).same_queue
    assert any("mean delay under load" in reason for reason in unchecked(managed))


def _samples(blueprint: Blueprint, late: int = 0) -> dict[str, Samples]:
    """Our probes: 9 ms down and 13 ms up, alone and beside load."""
    irtt = irtt_of(blueprint)
    sent = tuple(range(0, irtt.stop, irtt.options.interval))
    return {flow.name: Packets(sent, tuple(at + delay * MS + late for at in sent), 200)
            for flow, delay in zip(irtt.flows, (9, 13), strict=False)}


def _echoes(blueprint: Blueprint, down: int = 9, up: int = 13) -> Echoes:
    """irtt's packets."""
    irtt = irtt_of(blueprint)
    sent = tuple(range(0, irtt.stop, irtt.options.interval))
    return Echoes(tuple(up * MS + 400 for _ in sent), tuple(down * MS + 500 for _ in sent), 0, sent)


def test_delays_of_both_instruments_stand_side_by_side(blueprint: Blueprint) -> None:
    """Way by way, alone and beside load; swapped, or late by a millisecond, they do not agree."""
    rows = compared(blueprint, None, _samples(blueprint), _echoes(blueprint))
    assert [(row.instrument, row.holds) for row in rows] == [("irtt", True)] * 4
    assert [row.ours for row in rows] == pytest.approx([9, 9, 13, 13])
    swapped = compared(blueprint, None, _samples(blueprint), _echoes(blueprint, 13, 9))
    late = compared(blueprint, None, _samples(blueprint, MS), _echoes(blueprint))
    assert [row.holds for row in (*swapped, *late)] == [False] * 8


def _progress(planned: DownloadPlan, rate: float) -> Bytes:
    at = tuple(range(0, planned.end + 1, NS_PER_S // 50))
    return Bytes(at, tuple(round(k * rate / 400) for k in range(len(at))))


def _results(planned: DownloadPlan, ours: float, theirs: float) -> DownloadResults:
    return DownloadResults(_progress(planned, ours), 0.5, _progress(planned, theirs), 0.5)


@pytest.mark.parametrize(("theirs", "holds"), [(1.0, True), (0.96, False), (1.04, False)])
def test_goodputs_of_both_programs_stand_side_by_side(theirs: float, holds: bool) -> None:
    """One row where TCP has a single goodput, which a program that says 4 % more or less does not share."""
    blueprint = line()
    planned = downloads_of(blueprint)
    rate = planned.tcp.goodputs()[1]
    rows = compared(blueprint, _results(planned, rate, rate * theirs), _samples(blueprint), _echoes(blueprint))
    assert [row.holds for row in rows if row.instrument == "iperf3"] == [holds]


def test_a_narrow_way_up_leaves_a_range_for_either() -> None:
    """8000/256 kbit/s: all between an acknowledgement each and for every second segment; what is outside is refused."""
    blueprint = line("8000 kbit/s", "256 kbit/s")
    planned = downloads_of(blueprint)
    for ours, theirs, holds in ((3_600_000, 6_800_000, [True, True]), (3_000_000, 7_300_000, [False, False])):
        rows = compared(blueprint, _results(planned, ours, theirs), _samples(blueprint), _echoes(blueprint))
        assert [row.holds for row in rows if row.instrument == "theory"] == holds


def test_probes_are_judged_without_other_instruments(blueprint: Blueprint) -> None:
    """The certificate has its eight probes, whatever other instruments measure."""
    rows = probes(instrument_plan(blueprint, RUN).probes, {})
    assert len({probe.name for probe in rows if "packets" not in probe.name}) == 8


def test_a_plan_is_read_back_as_it_was(blueprint: Blueprint) -> None:
    """The lab reads what the host has written, with and without downloads and irtt."""
    for network in (blueprint, line(), _lossy(blueprint, 900_000)):
        planned = instrument_plan(network, RUN)
        assert from_plain(InstrumentPlan, json.loads(json.dumps(to_plain(planned)))) == planned


def test_irtt_is_started_before_our_probes_as_long_as_it_needs() -> None:
    """8 ms each way, and 5 cells at 2 Mbit/s and 512 kbit/s: two round trips of some 21 ms, and more to start by the
    wall clock. It sends until our probes end."""
    blueprint = line()
    early, on_the_wall = (planned.irtt.early / MS for virtual in (True, False)
                          if (planned := instrument_plan(blueprint, RUN, virtual=virtual)).irtt is not None)
    assert 20 + 2 * 20.9 < early < 20 + 2 * 21.5
    assert on_the_wall == early + 180
    irtt = irtt_of(blueprint)
    assert 0 <= irtt.options.count * irtt.options.interval - (irtt.early + irtt.stop) < irtt.options.interval


def test_all_instruments_take_a_fifth_of_a_minute() -> None:
    """Probes and irtt on the main network, whose queues allow no downloads; and both downloads on a line of 2 Mbit/s; a
    shorter run has less time for them."""
    blueprint = plan(load(TOPOLOGIES / "castres-mazamet.yaml"))

    def taken(seconds: float) -> float:
        planned = instrument_plan(blueprint, seconds)
        assert planned.irtt is not None and planned.downloads is None
        return planned.probes.seconds + planned.irtt.options.count * planned.irtt.options.interval / NS_PER_S

    assert taken(60.0) <= 12.0
    assert taken(10.0) < taken(60.0)
    downloads = [instrument_plan(line(), seconds).downloads for seconds in (10.0, 60.0)]
    durations = [each.end / NS_PER_S + each.iperf3.seconds for each in downloads if each is not None]
    assert durations[0] < durations[1] <= 5.0
